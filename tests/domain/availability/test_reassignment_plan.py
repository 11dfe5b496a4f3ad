from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookyflow.availability.nights import OccupiedNights
from bookyflow.availability.reassignment_plan import (
    MOST_STAYS,
    Move,
    Place,
    Plan,
    Segment,
    plan_moves,
)

START = date(2030, 6, 1)


def night(number: int) -> date:
    return START + timedelta(days=number)


def segment(number: int, room: int, first: int, end: int, *, fixed: bool = False) -> Segment:
    return Segment(number, room, night(first), night(end), fixed)


def nights(first: int, end: int) -> OccupiedNights:
    return OccupiedNights.stored(night(first), night(end))


def rooms(count: int) -> list[Place]:
    return [Place(number + 1) for number in range(count)]


def test_a_free_room_needs_no_move():
    plan = plan_moves(rooms(2), [segment(1, 1, 0, 5)], nights=nights(0, 5), quantity=1)

    assert plan == Plan((2,), ())


def test_one_stay_makes_room_by_moving():
    taken = [segment(1, 1, 0, 3), segment(2, 2, 3, 6)]

    plan = plan_moves(rooms(2), taken, nights=nights(0, 6), quantity=1)

    assert plan is not None
    assert len(plan.moves) == 1


def test_two_stays_change_places():
    taken = [
        segment(1, 1, 0, 4),
        segment(2, 1, 6, 8, fixed=True),
        segment(3, 2, 4, 8),
        segment(4, 2, 0, 2, fixed=True),
    ]

    plan = plan_moves(rooms(3), [*taken, segment(5, 3, 2, 4)], nights=nights(4, 6), quantity=2)

    assert plan is not None
    assert {move.piece_id for move in plan.moves} <= {1, 3, 5}
    assert is_valid(rooms(3), [*taken, segment(5, 3, 2, 4)], nights(4, 6), 2, plan)


def test_a_fixed_stay_stays():
    taken = [segment(1, 1, 0, 3, fixed=True), segment(2, 2, 3, 6, fixed=True)]

    assert plan_moves(rooms(2), taken, nights=nights(0, 6), quantity=1) is None
    assert plan_moves(rooms(2), taken[:1], nights=nights(0, 6), quantity=2) is None


def test_a_full_night_ends_the_search():
    taken = [segment(1, 1, 0, 3), segment(2, 2, 2, 6)]

    assert plan_moves(rooms(2), taken, nights=nights(0, 6), quantity=1) is None


def test_nobody_gets_less_than_what_was_booked():
    small, large = Place(1, worth=(2, 0)), Place(2, worth=(4, 1))
    down = [segment(1, 2, 0, 3), segment(2, 1, 3, 6)]
    up = [segment(1, 1, 0, 3), segment(2, 2, 3, 6)]

    assert plan_moves([small, large], down, nights=nights(0, 6), quantity=1) == Plan(
        (1,), (Move(2, 1, 2),)
    )
    assert plan_moves([small, large], up, nights=nights(0, 6), quantity=1) == Plan(
        (1,), (Move(1, 1, 2),)
    )
    wanted = Place(2, worth=(4, 1), is_wanted=True)
    assert (
        plan_moves([Place(1, (2, 0), is_wanted=False), wanted], up, nights=nights(0, 6), quantity=1)
        is None
    )


def test_the_fewest_moves_are_made():
    """Room 1 would need three, room 3 one."""
    taken = [
        *(segment(number, 1, number * 2 - 2, number * 2) for number in (1, 2, 3)),
        segment(4, 2, 6, 8),
        segment(5, 3, 0, 6),
        segment(6, 4, 6, 8, fixed=True),
    ]

    plan = plan_moves(rooms(4), taken, nights=nights(0, 8), quantity=1)

    assert plan is not None
    assert len(plan.moves) == 1


def test_many_stays_are_dealt_out_anew():
    """Two rooms that change over on different days through a month, and a stay that needs one."""
    taken = [segment(n, 1, n * 4, n * 4 + 2) for n in range(8)]
    taken += [segment(10 + n, 2, n * 4 + 2, n * 4 + 4) for n in range(8)]

    plan = plan_moves(rooms(2), taken, nights=nights(0, 32), quantity=1)

    assert plan is not None
    assert len(plan.moves) == 8
    assert is_valid(rooms(2), taken, nights(0, 32), 1, plan)


def test_more_stays_than_are_dealt_out_are_left_alone():
    count = MOST_STAYS // 2 + 1
    taken = [segment(n, 1, n * 4, n * 4 + 2) for n in range(count)]
    taken += [segment(1000 + n, 2, n * 4 + 2, n * 4 + 4) for n in range(count)]

    assert plan_moves(rooms(2), taken, nights=nights(0, count * 4), quantity=1) is None


@st.composite
def cases(draw, most_rooms=4, most_pieces=6, span=8):
    """Rooms of some worth, stays in them that do not overlap, and a stay that asks for place."""
    count = draw(st.integers(1, most_rooms))
    places = [
        Place(n + 1, worth=(draw(st.integers(1, 2)),), is_wanted=draw(st.integers(0, 4)) > 0)
        for n in range(count)
    ]
    segments: list[Segment] = []
    for number in range(draw(st.integers(0, most_pieces))):
        first = draw(st.integers(0, span - 1))
        one = segment(
            number + 1,
            draw(st.integers(1, count)),
            first,
            draw(st.integers(first + 1, span)),
            fixed=draw(st.integers(0, 3)) == 0,
        )
        if not any(clash(one, other) for other in segments):
            segments.append(one)
    first = draw(st.integers(0, span - 1))
    stay = nights(first, draw(st.integers(first + 1, span)))
    return places, segments, stay, draw(st.integers(1, 2))


def clash(one: Segment, other: Segment) -> bool:
    return one.room_id == other.room_id and one.first < other.end and one.end > other.first


def put(segments, rooms_of) -> list[Segment]:
    return [
        Segment(one.id, rooms_of.get(one.id, one.room_id), one.first, one.end, one.is_fixed)
        for one in segments
    ]


def is_valid(places, segments, stay, quantity, plan) -> bool:
    by_room = {place.room_id: place for place in places}
    by_id = {one.id: one for one in segments}
    assert len(set(plan.rooms)) == quantity == len(plan.rooms)
    assert all(by_room[room].is_wanted for room in plan.rooms)
    assert len({move.piece_id for move in plan.moves}) == len(plan.moves)
    for move in plan.moves:
        one = by_id[move.piece_id]
        assert not one.is_fixed
        assert move.room_from == one.room_id != move.room_to
        assert by_room[move.room_to].worth >= by_room[move.room_from].worth
    after = put(segments, {move.piece_id: move.room_to for move in plan.moves})
    after += [Segment(-n, room, stay.first, stay.end) for n, room in enumerate(plan.rooms)]
    return not any(clash(one, other) for one, other in itertools.combinations(after, 2))


def is_possible(places, segments, stay, quantity) -> bool:
    """By trying everything."""
    movable = [one for one in segments if not one.is_fixed]
    worth = {place.room_id: place.worth for place in places}
    choices = [[room for room in worth if worth[room] >= worth[one.room_id]] for one in movable]
    wanted = [place.room_id for place in places if place.is_wanted]
    for dealt in itertools.product(*choices):
        after = put(segments, dict(zip([one.id for one in movable], dealt, strict=True)))
        if any(clash(one, other) for one, other in itertools.combinations(after, 2)):
            continue
        free = [
            room
            for room in wanted
            if not any(clash(Segment(0, room, stay.first, stay.end), one) for one in after)
        ]
        if len(free) >= quantity:
            return True
    return False


@given(cases())
@settings(max_examples=400, deadline=None)
def test_small_cases_are_solved_whenever_there_is_a_way(case):
    places, segments, stay, quantity = case

    plan = plan_moves(places, segments, nights=stay, quantity=quantity)

    assert (plan is not None) is is_possible(places, segments, stay, quantity)
    assert plan is None or is_valid(places, segments, stay, quantity, plan)


@given(cases(most_rooms=12, most_pieces=80, span=40))
@settings(max_examples=60, deadline=None)
def test_plans_for_large_houses_are_valid(case):
    places, segments, stay, quantity = case

    plan = plan_moves(places, segments, nights=stay, quantity=quantity)

    assert plan is None or is_valid(places, segments, stay, quantity, plan)


@pytest.mark.parametrize("quantity", [1, 2, 3])
def test_several_rooms_are_freed_at_once(quantity):
    taken = [segment(n, n, n % 2 * 3, n % 2 * 3 + 3) for n in range(1, 7)]

    plan = plan_moves(rooms(6), taken, nights=nights(0, 6), quantity=quantity)

    assert plan is not None
    assert is_valid(rooms(6), taken, nights(0, 6), quantity, plan)

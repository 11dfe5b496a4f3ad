"""Planning which stays to move to other rooms so that a new one finds place; no database here.

All rooms of a plan are of one room type. First a few moves that push each other are tried, the
fewest first; then the stays around the new one are dealt out anew, in windows that grow. Both
search within limits, because somebody waits: a plan may be missed where very many stays would
have to move, but one that is found is always valid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from bookyflow.availability.nights import OccupiedNights

MOST_PUSHES = 3  # moves of a chain
MOST_STAYS = 150  # that are dealt out anew
MOST_WINDOWS = 6
MOST_STEPS = 4_000  # of each search; about a tenth of a second


@dataclass(frozen=True)
class Place:
    """A room. A stay may move to it when no item of `worth` is less than in the room it had.

    `is_wanted`: the new stay may have it.
    """

    room_id: int
    worth: tuple[int | Decimal, ...] = ()
    is_wanted: bool = True


class Segment(NamedTuple):
    """Nights [first, end) of a room that are taken; `is_fixed` ones stay where they are."""

    id: int
    room_id: int
    first: date
    end: date
    is_fixed: bool = False


@dataclass(frozen=True)
class Move:
    """One segment goes to another room."""

    piece_id: int
    room_from: int
    room_to: int


@dataclass(frozen=True)
class Plan:
    """The rooms that the new stay gets, and what has to move before."""

    rooms: tuple[int, ...]
    moves: tuple[Move, ...]


def plan_moves(
    places: Sequence[Place], segments: Sequence[Segment], *, nights: OccupiedNights, quantity: int
) -> Plan | None:
    """Make `quantity` of the places free for a stay; None when no way was found.

    Places and segments are those of one room type, each segment in one of the places, and none on a
    night of another in the same room.
    """
    wanted = [Segment(-1 - n, 0, nights.first, nights.end) for n in range(quantity)]
    if not _can_fit(places, segments, nights, quantity):
        return None
    dealt = _pushed(places, segments, wanted) or _dealt_out(places, segments, wanted)
    if dealt is None:
        return None
    moves = [
        Move(segment.id, segment.room_id, dealt[segment.id])
        for segment in segments
        if dealt.get(segment.id, segment.room_id) != segment.room_id
    ]
    return Plan(tuple(dealt[one.id] for one in wanted), tuple(moves))


def _can_fit(
    places: Sequence[Place], segments: Sequence[Segment], nights: OccupiedNights, quantity: int
) -> bool:
    """Whether there are rooms enough on each night, whichever; that is quickly said."""
    inside = [one for one in segments if one.first < nights.end and one.end > nights.first]
    fixed = {one.room_id for one in inside if one.is_fixed}
    open_places = sum(place.is_wanted and place.room_id not in fixed for place in places)
    # Nights on which something begins are the fullest ones.
    starts = {nights.first} | {one.first for one in inside if one.first > nights.first}
    fullest = max(sum(one.first <= night < one.end for one in inside) for night in starts)
    return open_places >= quantity and len(places) - fullest >= quantity


def _allowed(places: Sequence[Place]) -> Callable[[Segment], list[int]]:
    """The rooms that a segment may be in, the one it has first; a wanted one has none yet."""
    worth = {place.room_id: place.worth for place in places}

    def rooms(segment: Segment) -> list[int]:
        if segment.id < 0:
            return [place.room_id for place in places if place.is_wanted]
        least = worth[segment.room_id]
        found = [
            place.room_id
            for place in places
            if all(one >= other for one, other in zip(place.worth, least, strict=True))
        ]
        return sorted(found, key=lambda room_id: room_id != segment.room_id)

    return rooms


@dataclass
class _AssignmentBoard:
    """Who is in which room while a plan is sought."""

    rooms: dict[int, list[Segment]]
    allowed: Callable[[Segment], list[int]]
    steps: int = MOST_STEPS
    settled: dict[int, int] = field(default_factory=dict)

    def in_the_way(self, room_id: int, segment: Segment) -> list[Segment]:
        """What has nights of the segment in a room."""
        return [
            one
            for one in self.rooms[room_id]
            if one.first < segment.end and one.end > segment.first
        ]

    def options(self, segment: Segment) -> list[tuple[int, list[Segment]]]:
        """The rooms for a segment with what it pushes out of each, those with the least first."""
        found = [(room_id, self.in_the_way(room_id, segment)) for room_id in self.allowed(segment)]
        possible = [
            option
            for option in found
            if not any(one.is_fixed or one.id in self.settled for one in option[1])
        ]
        return sorted(possible, key=lambda option: len(option[1]))

    def put(self, segment: Segment, room_id: int, pushed: list[Segment]) -> None:
        """Give a segment a room and take out what is in its way."""
        self.settled[segment.id] = room_id
        self.rooms[room_id] = [one for one in self.rooms[room_id] if one not in pushed] + [segment]

    def take_back(self, segment: Segment, room_id: int, pushed: list[Segment]) -> None:
        """Undo `put`."""
        del self.settled[segment.id]
        self.rooms[room_id] = [one for one in self.rooms[room_id] if one is not segment] + pushed


def _pushed(
    places: Sequence[Place], segments: Sequence[Segment], wanted: list[Segment]
) -> dict[int, int] | None:
    """Let the new stays push others out, and these again others: the fewest moves there are."""
    for most in range(MOST_PUSHES + 1):
        rooms: dict[int, list[Segment]] = {place.room_id: [] for place in places}
        for segment in segments:
            rooms[segment.room_id].append(segment)
        board = _AssignmentBoard(rooms, _allowed(places))
        if _push(board, wanted, most):
            return board.settled
    return None


def _push(board: _AssignmentBoard, homeless: list[Segment], left: int) -> bool:
    """Find rooms for all, with at most so many more that are pushed out."""
    if not homeless:
        return True
    segment, rest = homeless[0], homeless[1:]
    for room_id, pushed in board.options(segment):
        board.steps -= 1
        if len(pushed) > left or board.steps < 0:
            break
        if segment.id < -1 and board.settled[segment.id + 1] > room_id:
            continue  # the new stays are alike: one order of them is enough
        board.put(segment, room_id, pushed)
        if _push(board, rest + pushed, left - len(pushed)):
            return True
        board.take_back(segment, room_id, pushed)
    return False


def _dealt_out(
    places: Sequence[Place], segments: Sequence[Segment], wanted: list[Segment]
) -> dict[int, int] | None:
    """Deal the stays around the new one out anew, with more of them each time."""
    for window in _windows(segments, wanted[0]):
        inside = {segment.id for segment in window}
        around = [segment for segment in segments if segment.id not in inside]
        found = _deal(places, around, wanted + window)
        if found is not None:
            return found
    return None


def _windows(segments: Sequence[Segment], wanted: Segment) -> Iterator[list[Segment]]:
    """The movable segments in the nights of the new stay; in the nights of those; and so on."""
    movable = [segment for segment in segments if not segment.is_fixed]
    first, end, size = wanted.first, wanted.end, -1
    for _ in range(MOST_WINDOWS):
        window = [segment for segment in movable if segment.first < end and segment.end > first]
        if len(window) == size or len(window) > MOST_STAYS:
            return
        yield window
        size = len(window)
        first = min([first, *(segment.first for segment in window)])
        end = max([end, *(segment.end for segment in window)])


def _deal(
    places: Sequence[Place], around: Sequence[Segment], segments: list[Segment]
) -> dict[int, int] | None:
    """Give each segment a room, in the order of arrival, going back where there is no way on.

    What lies ahead depends only on how long each room is taken, so that no such state is looked
    at twice.
    """
    order = sorted(segments, key=lambda segment: (segment.first, segment.end, segment.id))
    table = _Table(places, around)
    seen: set[tuple[int, tuple[date, ...]]] = set()
    ahead = [iter(table.options(order[0]))]
    taken: list[tuple[int, date]] = []  # room of each segment so far, and until when it was taken
    for _ in range(MOST_STEPS):
        room_id = next(ahead[-1], None)
        if room_id is None:
            ahead.pop()
            if not taken:
                return None
            room_id, until = taken.pop()
            table.until[room_id] = until
            continue
        segment = order[len(taken)]
        taken.append((room_id, table.until[room_id]))
        table.until[room_id] = segment.end
        if len(taken) == len(order):
            return {one.id: room for one, (room, _) in zip(order, taken, strict=True)}
        state = len(taken), table.state(order[len(taken)])
        ahead.append(iter(() if state in seen else table.options(order[len(taken)])))
        seen.add(state)
    return None


class _Table:
    """Until when each room is taken by those that have been dealt out, and by whom it stays."""

    def __init__(self, places: Sequence[Place], around: Sequence[Segment]) -> None:
        self.until = {place.room_id: date.min for place in places}
        self.allowed = _allowed(places)
        self.fixed: dict[int, list[Segment]] = {place.room_id: [] for place in places}
        for segment in around:
            self.fixed[segment.room_id].append(segment)

    def state(self, segment: Segment) -> tuple[date, ...]:
        """How things stand before a segment gets its room."""
        return tuple(max(until, segment.first) for until in self.until.values())

    def options(self, segment: Segment) -> list[int]:
        """The rooms a segment can have: its own one, then those it leaves the smallest gap in."""
        found = [
            room_id
            for room_id in self.allowed(segment)
            if self.until[room_id] <= segment.first
            and not any(
                one.first < segment.end and one.end > segment.first for one in self.fixed[room_id]
            )
        ]
        return sorted(
            found,
            key=lambda room_id: (room_id != segment.room_id, segment.first - self.until[room_id]),
        )

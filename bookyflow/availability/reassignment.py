"""Moving bookings between rooms of one type, so that a stay finds place that has none as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from bookyflow.availability import sql
from bookyflow.availability.nights import OccupiedNights
from bookyflow.availability.reassignment_plan import Move, Place, Plan, Segment, plan_moves
from bookyflow.core.acting import Actor
from bookyflow.core.database import connection
from bookyflow.core.prepared import all_rows
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, record_many

# What sql.PUT_IN calls the columns that sql.TAKE_OUT returns.
_COLUMNS = (
    *("ids", "properties", "room_types", "nights", "kinds", "bookings", "holds"),
    *("pinned", "expiries"),
)
AROUND = timedelta(days=90)  # before and after the stay: what reaches further is not moved
# Rooms of a type that are looked at first, and at most: those with the fewest taken nights. In a
# large house more of them seldom help, and to look at a thousand takes longer than people wait.
FEW, MANY = 40, 200


class _Room(NamedTuple):
    """A row of sql.ROOMS_LEAST_TAKEN."""

    room_id: int
    room_type_id: int
    max_adults: int
    max_children: int
    max_occupancy: int
    surcharge: Decimal
    fits: bool
    fitting: int
    of_type: int


@dataclass(frozen=True)
class RoomsAsked:
    """How many rooms, of which type if it matters, for how many people each.

    Only of those in `room_ids`, where these are told. What the booking of `booking_id` has already,
    while it is being made, is not moved.
    """

    quantity: int = 1
    room_type_id: int | None = None
    guests: int = 0
    adults: int = 0
    children: int = 0
    booking_id: int | None = None
    room_ids: frozenset[int] | None = None


@dataclass(frozen=True)
class _Limit:
    """How many rooms of a type may still be sold on all nights of a stay; None: no limit."""

    stop_sell: bool = False
    left_to_sell: int | None = None

    def at_most(self, number: int) -> int:
        """So many of a number of rooms."""
        if self.stop_sell:
            return 0
        return number if self.left_to_sell is None else max(min(number, self.left_to_sell), 0)


def stays_reassign(
    *, property_id: int, nights: OccupiedNights, today: date, asked: RoomsAsked, by: Actor | None
) -> list[int] | None:
    """Move bookings so that the rooms asked for are free; their ids, None where that cannot be.

    With `by` None nobody is moved: these are the rooms that could be had.

    Moved are bookings and held enquiries whose guests arrive after `today`, the property's, unless
    they are pinned, and only to a room of the same type (as rooms are now) that takes no fewer
    people and costs no smaller surcharge. Each booking that moves has one event `room_moved`.
    What may be sold of a type holds as ever. The caller holds the property's lock and has dropped
    expired holds; one query when a night has too few rooms, four when nothing can be done.
    """
    plans = _plans(property_id, nights, today, asked)
    if plans is None:
        return None
    if by is not None:
        _apply(property_id, [move for plan in plans for move in plan.moves], by=by)
    return [room_id for plan in plans for room_id in plan.rooms]


def _plans(
    property_id: int, nights: OccupiedNights, today: date, asked: RoomsAsked
) -> list[Plan] | None:
    if _free_on_the_fullest_night(property_id, nights, today, asked) < asked.quantity:
        return None  # as nearly always: nothing that moves would help
    limits = _limits(property_id, nights)
    for most in (FEW, MANY):
        looked_at = rooms_least_taken(property_id, nights, asked, max(most, 2 * asked.quantity))
        if sum(own[0].fitting for own in looked_at) < asked.quantity:
            return None
        room_ids = [room.room_id for own in looked_at for room in own]
        segments = _segments(property_id, nights, today, room_ids, asked.booking_id)
        pools = [
            _RoomPool(nights, own, segments, limits.get(own[0].room_type_id, _Limit()))
            for own in looked_at
        ]
        plans = _enough(pools, asked.quantity)
        if plans or all(len(own) == own[0].of_type for own in looked_at):
            return plans
    return None


def rooms_least_taken(
    property_id: int, nights: OccupiedNights, asked: RoomsAsked, most: int
) -> list[list[_Room]]:
    """At most so many rooms of each type that has such as are asked for, the smallest first."""
    wanted = {
        "property_id": property_id,
        "arrival": nights.first,
        "departure": nights.end,
        "guests": max(asked.guests, asked.adults + asked.children),
        "adults": asked.adults,
        "children": asked.children,
        "room_type_id": asked.room_type_id,
        "room_ids": None if asked.room_ids is None else list(asked.room_ids),
        "most": most,
    }
    by_type: dict[int, list[_Room]] = {}
    for room in map(_Room._make, all_rows(sql.ROOMS_LEAST_TAKEN, wanted)):
        by_type.setdefault(room.room_type_id, []).append(room)
    return list(by_type.values())


def _free_on_the_fullest_night(
    property_id: int, nights: OccupiedNights, today: date, asked: RoomsAsked
) -> int:
    wanted = {
        "property_id": property_id,
        "room_type_id": asked.room_type_id,
        "first": max(nights.first, today),
        "last": nights.last,
    }
    ((free,),) = all_rows(sql.FREE_ON_THE_FULLEST_NIGHT, wanted)
    return int(free)


class _RoomPool:
    """The rooms of one type, and the plans that there are for them."""

    def __init__(
        self,
        nights: OccupiedNights,
        rooms: Sequence[_Room],
        segments: Iterable[Segment],
        limit: _Limit,
    ) -> None:
        self.nights = nights
        self.places = [
            Place(
                room.room_id,
                (room.max_adults, room.max_children, room.max_occupancy, room.surcharge),
                room.fits,
            )
            for room in rooms
        ]
        own = {room.room_id for room in rooms}
        self.segments = [segment for segment in segments if segment.room_id in own]
        self.limit = limit

    def free(self) -> int:
        """How many of the rooms asked for can be had as things are."""
        taken = {
            segment.room_id
            for segment in self.segments
            if segment.first < self.nights.end and segment.end > self.nights.first
        }
        free = sum(place.is_wanted and place.room_id not in taken for place in self.places)
        return self.limit.at_most(free)

    def plan(self, least: int, most: int) -> Plan | None:
        """Rooms for as many as possible of `least` to `most`, one at least."""
        for number in range(self.limit.at_most(most), max(least, 1) - 1, -1):
            plan = plan_moves(self.places, self.segments, nights=self.nights, quantity=number)
            if plan is not None:
                return plan
        return None


def _enough(pools: Sequence[_RoomPool], quantity: int) -> list[Plan] | None:
    """A plan for each type, rooms enough in all: first what is free, then what moves make free."""
    missing = quantity
    shares: list[int] = []
    for pool in pools:
        shares.append(min(pool.free(), missing))
        missing -= shares[-1]
    plans: list[Plan] = []
    for pool, share in zip(pools, shares, strict=True):
        plan = pool.plan(share, share + missing)
        if plan is not None:
            missing -= len(plan.rooms) - share
            plans.append(plan)
    found = sum(len(plan.rooms) for plan in plans)
    return plans if found == quantity else None


def _segments(
    property_id: int,
    nights: OccupiedNights,
    today: date,
    room_ids: list[int],
    booking_id: int | None,
) -> list[Segment]:
    first, end = max(today, nights.first - AROUND), nights.end + AROUND
    wanted = {
        "property_id": property_id,
        "room_ids": room_ids,
        "booking_id": booking_id,
        "today": today,
        "first": min(first, nights.first),
        "end": end,
    }
    return list(map(Segment._make, all_rows(sql.PIECES, wanted)))


def _limits(property_id: int, nights: OccupiedNights) -> dict[int, _Limit]:
    wanted = {"property_id": property_id, "arrival": nights.first, "departure": nights.end}
    rows = all_rows(sql.TYPE_LIMITS, wanted)
    return {kind: _Limit(stop, left) for kind, stop, left in rows}


def _apply(property_id: int, moves: Sequence[Move], *, by: Actor) -> None:
    if not moves:
        return
    by_id = {move.piece_id: move for move in moves}
    with connection.cursor() as cursor:
        cursor.execute(sql.TAKE_OUT, {"ids": list(by_id)})
        rows = cursor.fetchall()
        columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
        parameters = {name: list(values) for name, values in zip(_COLUMNS, columns, strict=True)}
        rooms = [by_id[row[0]].room_to for row in rows]
        cursor.execute(sql.PUT_IN, parameters | {"rooms": rooms})
    moved: dict[int, list[Move]] = {}
    for row in rows:
        moved.setdefault(row[5], []).append(by_id[row[0]])
    record_many(
        (_moved(property_id, booking_id, of_it) for booking_id, of_it in sorted(moved.items())),
        by=by,
    )


def _moved(property_id: int, booking_id: int, moves: Sequence[Move]) -> EventDraft:
    return EventDraft(
        EventKind.ROOM_MOVED,
        property_id,
        ("booking", booking_id),
        {
            "contract_uid": booking_id,
            "moves": [{"from": move.room_from, "to": move.room_to} for move in moves],
        },
    )

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from bookyflow.availability import sql
from bookyflow.availability.nights import OccupiedNights
from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import all_rows
from bookyflow.core.together import Read
from bookyflow.rooms.models import Room
from bookyflow.rooms.selectors import room_columns, rooms_of


@dataclass(frozen=True)
class FreeRoom:
    """A room that is free on every night asked for.

    `left_to_sell` is what may still be sold of its type on the tightest night; None: no limit.
    What it takes: adults, children, and people in all.
    """

    room_id: int
    room_type_id: int
    left_to_sell: int | None
    stop_sell: bool
    max_adults: int
    max_children: int
    max_occupancy: int

    def may_be_sold(self, sold: int) -> bool:
        """Whether it may be sold once so many others of its type are."""
        return not self.stop_sell and (self.left_to_sell is None or sold < self.left_to_sell)


@dataclass(frozen=True)
class PricedRoom(FreeRoom):
    """A free room with what its price depends on; `room_type` is the name of its type."""

    room_type: str
    surcharge: Decimal
    single_supplement: Decimal


ARoom = TypeVar("ARoom", bound=FreeRoom)
COMPARED = 25  # free rooms of one kind, at most, where the best of them are wanted
_ALL = 2**31 - 1
_OWN, _PRICED = len(fields(FreeRoom)), len(fields(PricedRoom))


class FreeRoomListed(NamedTuple):
    """A free room as a list has it."""

    feature_ids: list[int]
    id: int
    name: str
    number: str
    room_type_id: int
    max_occupancy: int


@dataclass(frozen=True)
class Day:
    """One night of a property. `min_stay` is None where nothing has a price.

    `for_sale` counts the free rooms within the limits of their types; a stopped type has none.
    """

    date: date
    rooms: int
    taken: int
    for_sale: int
    min_stay: int | None

    @property
    def is_full(self) -> bool:
        """Whether no room can be had (reference R-AV-6)."""
        return self.for_sale <= 0


def free_rooms(
    *,
    property_id: int,
    nights: OccupiedNights,
    today: date,
    room_type_id: int | None = None,
    guests: int = 0,
    adults: int = 0,
    children: int = 0,
    unlimited: bool = False,
    wanted: int | None = None,
) -> list[FreeRoom]:
    """Rooms free on every night (R-AV-1 … 3) for so many people each; one query.

    The smallest that fits comes first, then the one whose free time the nights fill best, from the
    property's `today` on. A room takes `guests` when all its places are enough for them, `adults`
    and `children` when the places of either kind are. `unlimited` leaves limits on selling aside.
    Who takes the first ones says how many are `wanted`: of rooms that are alike, type, places and
    surcharges, so many are compared, or COMPARED, and the others are left out.
    """
    parameters = free_rooms_wanted(
        property_id=property_id,
        nights=nights,
        today=today,
        room_type_id=room_type_id,
        guests=guests,
        adults=adults,
        children=children,
        wanted=wanted,
    )
    found = [FreeRoom(*row) for row in all_rows(sql.FREE_ROOMS, parameters)]
    return list(map(_unlimited, found)) if unlimited else found


def free_rooms_wanted(
    *,
    property_id: int,
    nights: OccupiedNights,
    today: date,
    room_type_id: int | None = None,
    guests: int = 0,
    adults: int = 0,
    children: int = 0,
    wanted: int | None = None,
) -> dict[str, Any]:
    """The parameters of FREE_ROOMS for what `free_rooms` is asked, also where it is a part."""
    return _wanted(property_id, nights, today) | {
        "most": _most(wanted),
        "room_type_id": room_type_id,
        "guests": max(guests, adults + children),
        "adults": adults,
        "children": children,
    }


def priced_rooms(
    *,
    property_id: int,
    nights: OccupiedNights,
    today: date,
    unlimited: bool = False,
    wanted: int | None = None,
) -> Read[list[PricedRoom]]:
    """What `free_rooms` tells of any number of people, with what prices depend on."""

    def make(rows: list[Any]) -> list[PricedRoom]:
        found = [PricedRoom(*row) for row in rows]
        return list(map(_unlimited, found)) if unlimited else found

    parameters = _wanted(property_id, nights, today) | {"most": _most(wanted)}
    return Read(sql.PRICED_ROOMS, parameters, make, _PRICED)


def priced_rooms_of_each(
    *, asked: Mapping[int, tuple[OccupiedNights, date]], wanted: int
) -> Read[dict[int, list[PricedRoom]]]:
    """The same of many properties by id; `asked` gives each one's nights and its own day.

    Those without a free room are left out.
    """
    nights = [nights for nights, _ in asked.values()]
    parameters = {
        "property_ids": list(asked),
        "firsts": [one.first for one in nights],
        "ends": [one.end for one in nights],
        "todays": [today for _, today in asked.values()],
        "most": _most(wanted),
    }

    def make(rows: list[Any]) -> dict[int, list[PricedRoom]]:
        found: dict[int, list[PricedRoom]] = {}
        for property_id, *row in rows:
            found.setdefault(property_id, []).append(PricedRoom(*row))
        return found

    return Read(sql.PRICED_ROOMS_OF_EACH, parameters, make, 1 + _PRICED)


def priced_rooms_by_id(*, room_ids: Iterable[int]) -> dict[int, PricedRoom]:
    """Rooms by id, those that there are, as if they were free and for sale; one query."""
    rows = all_rows(sql.PRICED_ROOMS_BY_ID, {"room_ids": list(room_ids)})
    return {row[0]: PricedRoom(*row) for row in rows}


def _unlimited(room: ARoom) -> ARoom:
    return replace(room, left_to_sell=None, stop_sell=False)


def sellable(found: Iterable[FreeRoom]) -> list[FreeRoom]:
    """Those of the free rooms that may be sold, in their order: none of a stopped type, and of
    each other type as many as may still be sold.
    """
    chosen: list[FreeRoom] = []
    sold: Counter[int] = Counter()
    for room in found:
        if room.may_be_sold(sold[room.room_type_id]):
            chosen.append(room)
            sold[room.room_type_id] += 1
    return chosen


def rooms_continuously_free(*, property_id: int, nights: OccupiedNights, today: date) -> list[Room]:
    """The rooms that can be sold for all of the nights, as `sellable` has it, by number.

    With their types, and the ids of their features. `today` is the property's own day; one query.
    """
    shown = _shown(_rooms_shown(), property_id, nights, today)
    rooms = rooms_of(row[1:] for row in shown)
    for room, (feature_ids, *_) in zip(rooms, shown, strict=True):
        room.feature_ids = feature_ids
    return rooms


def rooms_free_listed(
    *, property_id: int, nights: OccupiedNights, today: date
) -> list[FreeRoomListed]:
    """As `rooms_continuously_free`, with no more of each room than a list tells; one query."""
    return list(map(FreeRoomListed._make, _shown(_rooms_listed(), property_id, nights, today)))


def _shown(
    statement: str, property_id: int, nights: OccupiedNights, today: date
) -> list[Sequence[Any]]:
    """What a statement tells of the free rooms that can be sold, from the features on."""
    rows = all_rows(statement, _wanted(property_id, nights, today))
    best = sorted(rows, key=itemgetter(_OWN - 1, _OWN))  # max_occupancy, and how well they fit
    sold = {room.room_id for room in sellable(FreeRoom(*row[:_OWN]) for row in best)}
    return [row[_OWN + 1 :] for row in rows if row[0] in sold]


@cache
def _rooms_shown() -> str:
    return sql.FREE_ROOMS_SHOWN.format(columns=room_columns())


@cache
def _rooms_listed() -> str:
    columns = ",".join(f"room.{name}" for name in FreeRoomListed._fields[1:])
    return sql.FREE_ROOMS_SHOWN.format(columns=columns)


def _most(wanted: int | None) -> int:
    return _ALL if wanted is None else max(wanted, COMPARED)


def _wanted(property_id: int, nights: OccupiedNights, today: date) -> dict[str, Any]:
    """What all statements about the free rooms of one property are asked."""
    return {
        "property_id": property_id,
        "arrival": nights.first,
        "departure": nights.end,
        "today": today,
    }


def types_for_sale(*, nights: Mapping[int, OccupiedNights]) -> dict[int, dict[int, int]]:
    """Room types of which a room can be sold on every one of a property's `nights`, given by id.

    Property id → room type id → how many people the largest room of the type takes. Properties
    without any are left out. One query.
    """
    found: dict[int, dict[int, int]] = {}
    wanted = {
        "property_ids": list(nights),
        "firsts": [one.first for one in nights.values()],
        "ends": [one.end for one in nights.values()],
    }
    for property_id, room_type_id, largest in all_rows(sql.TYPES_FOR_SALE, wanted):
        found.setdefault(property_id, {})[room_type_id] = largest
    return found


def calendar(*, property_id: int, first: date, last: date) -> list[Day]:
    """Every night from `first` to `last`, both included, in order; one query."""
    wanted = {"property_id": property_id, "first": first, "last": last}
    return [Day(*row) for row in all_rows(sql.CALENDAR, wanted)]


def full_nights(*, property_id: int, first: date, last: date) -> list[date]:
    """The nights from `first` to `last`, both included, on which no room can be had; one query.

    Because all are booked, blocked, held, stopped or sold up to a limit. Raises DomainError
    `no_rooms_in_property`.
    """
    found = calendar(property_id=property_id, first=first, last=last)
    if not any(day.rooms for day in found):
        raise DomainError("no_rooms_in_property")
    return [day.date for day in found if day.is_full]


def rooms_occupied(*, property_id: int, room_ids: list[int], today: date) -> set[int]:
    """Those of the rooms that somebody has on the night of `today` or later; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.ROOMS_WITH_NIGHTS,
            {"property_id": property_id, "room_ids": room_ids, "today": today},
        )
        return {room_id for (room_id,) in cursor.fetchall()}

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from bookyflow.availability import sql
from bookyflow.core.dates import Stay
from bookyflow.properties.models import Property
from bookyflow.rooms.models import Room


@dataclass(frozen=True)
class FreeRoom:
    """A room that is free on every night of a stay.

    `left_to_sell` is what may still be sold of its type on the tightest night; None: no limit.
    """

    room_id: int
    room_type_id: int
    left_to_sell: int | None
    stop_sell: bool


@dataclass(frozen=True)
class Day:
    """One night of a property. `min_stay` is None where nothing is for sale."""

    date: date
    rooms: int
    taken: int
    min_stay: int | None

    @property
    def is_full(self) -> bool:
        """Whether no room is free (reference R-AV-6)."""
        return self.taken >= self.rooms


def free_rooms(
    *, property_id: int, stay: Stay, room_type_id: int | None = None, guests: int = 0
) -> list[FreeRoom]:
    """Rooms free on every night, the smallest that fits first (R-AV-1 … 3); one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.FREE_ROOMS,
            {
                "property_id": property_id,
                "arrival": stay.arrival,
                "departure": stay.departure,
                "room_type_id": room_type_id,
                "guests": guests,
            },
        )
        return [FreeRoom(*row) for row in cursor.fetchall()]


def rooms_continuously_free(*, prop: Property, stay: Stay) -> list[Room]:
    """The rooms of `free_rooms` with their data, by number."""
    ids = [room.room_id for room in free_rooms(property_id=prop.pk, stay=stay)]
    return list(Room.objects.filter(pk__in=ids).select_related("room_type"))


def calendar(*, property_id: int, first: date, last: date) -> list[Day]:
    """Every night from `first` to `last`, both included, in order; one query."""
    with connection.cursor() as cursor:
        cursor.execute(sql.CALENDAR, {"property_id": property_id, "first": first, "last": last})
        return [Day(*row) for row in cursor.fetchall()]

"""Why a stay does not fit into the rooms that it has, and what the desk can do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from bookyflow.availability.models import Occupancy
from bookyflow.availability.nights import OccupiedNights, nights_taken
from bookyflow.availability.selectors import free_rooms
from bookyflow.core.dates import Stay
from bookyflow.properties.models import Property
from bookyflow.reservations.amendments.preview import CHANGEABLE, rooms_held
from bookyflow.reservations.models import Booking, BookingKind
from bookyflow.rooms.models import Room


@dataclass(frozen=True)
class Obstacle:
    """Nights of a room that somebody else has, and rooms of its type that are free on all of them.

    `instead` is empty for blocks, for what is just being booked, and where nothing is free.
    """

    held: Occupancy
    instead: Sequence[Room]


@dataclass(frozen=True)
class WaysOut:
    """What is in the way of a stay, and the rooms that are free on the nights from `since` on.

    Those are the nights behind the ones that the booking has: the guest can go on there.
    """

    obstacles: Sequence[Obstacle]
    since: date
    go_on_in: Sequence[Room]


def ways_out(*, prop: Property, booking: Booking, stay: Stay) -> WaysOut:
    """What keeps a booking from having its rooms for a stay, and what could be done instead.

    Two queries, and one for each obstacle.
    """
    own = [one.room_id for one in rooms_held(booking)]
    nights = nights_taken(prop.settings, stay)
    found = (
        Occupancy.objects.filter(room__in=own, nights__overlap=DateRange(nights.first, nights.end))
        .exclude(booking=booking)
        .exclude(expires_at__lte=timezone.now())
        .select_related("room", "booking")
        .order_by("nights", "room")
    )
    obstacles = [Obstacle(one, _instead(prop, one)) for one in found]
    since = booking.departs_on
    beyond: Sequence[Room] = ()
    if since < stay.departure:
        beyond = _free(prop, nights_taken(prop.settings, Stay(since, stay.departure)))
    return WaysOut(obstacles, since, beyond)


def _instead(prop: Property, held: Occupancy) -> Sequence[Room]:
    booking = held.booking
    if booking is None or booking.kind == BookingKind.BLOCK or booking.state not in CHANGEABLE:
        return ()
    nights = OccupiedNights.stored(held.nights.lower, held.nights.upper)
    return _free(prop, nights, room_type_id=held.room_type_id)


def _free(prop: Property, nights: OccupiedNights, room_type_id: int | None = None) -> list[Room]:
    found = free_rooms(
        property_id=prop.pk, nights=nights, today=prop.settings.today(), room_type_id=room_type_id
    )
    rooms = Room.objects.in_bulk([one.room_id for one in found])
    return [rooms[one.room_id] for one in found]

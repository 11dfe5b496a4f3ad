"""All that a property has sold and closed, night by night, and giving all of it up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.utils import timezone

from bookyflow.availability.models import Occupancy
from bookyflow.channels import sql
from bookyflow.channels.models import ChannelReservation, ChannelStay
from bookyflow.core.acting import Actor
from bookyflow.core.database import Each, each_in_turn
from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import all_rows
from bookyflow.reservations.blocks import block_remove
from bookyflow.reservations.lifecycle import ARRIVED, booking_cancel
from bookyflow.reservations.models import ENDED, Booking, BookingKind

REASON = "Channel manager cancelled booking"
_CURSOR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-([0-9]{1,18})")


class RoomNight(NamedTuple):
    """A night of a room that a booking or a block has.

    `created` and `changed` are moments in whole seconds, ISO 8601 in UTC.
    """

    date: date
    room_id: int
    room_name: str
    room_number: str
    booking_id: int
    is_block: bool
    created: str
    changed: str

    @property
    def cursor(self) -> str:
        """The place behind it: a room has a night once."""
        return f"{self.date}-{self.room_id}"


@dataclass(frozen=True)
class RoomNights:
    """Nights in the order of dates and rooms, and the cursor of the next page, if there is one."""

    nights: list[RoomNight]
    next_cursor: str | None


def room_nights(*, property_id: int, today: date, limit: int, cursor: str = "") -> RoomNights:
    """The nights of rooms that bookings and blocks have from `today` on, behind a cursor.

    `today` is the property's. What is only held for somebody is left out. Raises DomainError
    `validation_failed` for a cursor that is none of this list. One query.
    """
    night, room_id = _place(cursor)
    parameters: dict[str, int | date] = {
        "property_id": property_id,
        "today": today,
        "night": night,
        "room_id": room_id,
        "limit": limit + 1,
    }
    found = list(map(RoomNight._make, all_rows(sql.ROOM_NIGHTS, parameters)))
    has_more = len(found) > limit
    found = found[:limit]
    return RoomNights(found, found[-1].cursor if has_more else None)


def _place(cursor: str) -> tuple[date, int]:
    if not cursor:
        return date.min, 0
    known = _CURSOR.fullmatch(cursor)
    try:
        if known:
            return date.fromisoformat(known[1]), int(known[2])
    except ValueError:
        pass
    raise DomainError("validation_failed", fields={"cursor": ["Invalid cursor for this list."]})


def property_bookings_cancel(
    *, property_id: int, channel_id: int, by: Actor, each: Each = each_in_turn
) -> int:
    """Cancel every booking and remove every block that has a night of a room; returns how many.

    Those of the past as well; guests who have arrived stay. Each is done by way of `each`. The
    channel's own reservations of which nothing is left count as cancelled by it. Raises as
    `booking_cancel`; what was done before stays done.
    """
    holding = Occupancy.objects.filter(property=property_id, booking=OuterRef("pk"))
    found = Booking.objects.filter(Exists(holding)).exclude(state__in=ARRIVED).order_by("pk")
    done = 0
    for pk, kind in found.values_list("pk", "kind"):
        done += each(partial(_cancel, pk, kind, property_id, by))
    each(partial(_reservations_close, property_id, channel_id))
    return done


def _cancel(pk: int, kind: str, property_id: int, by: Actor) -> int:
    if kind == BookingKind.BLOCK:
        block_remove(block_id=pk, property_id=property_id, by=by)
        return 1
    booking = Booking.objects.get(pk=pk)
    if booking.state in ARRIVED:  # since the list was read
        return 0
    booking_cancel(booking_id=pk, property_id=property_id, reason=REASON, by=by)
    return 1


def _reservations_close(property_id: int, channel_id: int) -> None:
    stays = ChannelStay.objects.filter(reservation=OuterRef("pk"), number__lt=ChannelStay.FORMER)
    here = stays.filter(booking__property=property_id)
    going_on = stays.exclude(booking__state__in=ENDED)
    ours = ChannelReservation.objects.filter(channel=channel_id, cancelled_at=None)
    ours.filter(Exists(here), ~Exists(going_on)).update(cancelled_at=timezone.now())

"""Closing rooms for some nights without a guest: repairs, the owner's own stay."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from bookyflow.availability.models import OccupancyKind
from bookyflow.availability.nights import nights_taken
from bookyflow.availability.services import Taking, expired_holds_drop, occupy, release
from bookyflow.core.acting import Actor
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.properties.locking import property_lock
from bookyflow.reservations import journal
from bookyflow.reservations.creation import booking_add, booking_begin, booking_new, refuse_past
from bookyflow.reservations.models import Booking, BookingKind, BookingState
from bookyflow.reservations.stay_request import Amended
from bookyflow.rooms.models import Room


@transaction.atomic
def block_create(
    *,
    property_id: int,
    stay: Stay,
    room_ids: Sequence[int] = (),
    reason: str = "",
    by: Actor,
) -> Booking:
    """Close rooms for some nights: those of `room_ids`, or all rooms of the property.

    Where whole days are let, the day of `stay.departure` is closed as well. All or nothing. Raises
    DomainError `dates_in_past`, `no_rooms_in_property`, `room_not_found` for a room of another
    property, `room_taken`.
    """
    locked = property_lock(property_id)
    nights = nights_taken(locked.settings, stay)
    refuse_past(locked, nights)
    serial = booking_begin(locked.pk)
    own = set(Room.objects.filter(property=locked).values_list("pk", flat=True))
    if not own:
        raise DomainError("no_rooms_in_property")
    strangers = set(room_ids) - own
    if strangers:
        raise DomainError("room_not_found", f"No room {min(strangers)} at this property.")
    block = booking_new(
        prop=locked,
        stay=stay,
        nights=nights,
        serial=serial,
        kind=BookingKind.BLOCK,
        state=BookingState.CONFIRMED,
        currency=locked.settings.currency,
        remarks=reason,
    )
    rooms = Taking(
        property_id=locked.pk,
        room_ids=list(room_ids) or list(own),
        nights=nights,
        kind=OccupancyKind.BLOCK,
        booking_id=block.pk,
        pinned=True,
    )
    booking_add(block, EventKind.BLACKBOOKING_ADDED, by=by, rooms=rooms)
    return block


@transaction.atomic
def block_change(
    *,
    block_id: int,
    property_id: int,
    stay: Stay,
    room_ids: Sequence[int],
    reason: str,
    by: Actor,
) -> Booking:
    """Give a block other nights, rooms or another reason; it keeps its id.

    To others its rooms are opened, and others blocked: both events tell of it, where rooms or
    nights change. Raises DomainError `block_not_found`, also for one that was removed, and as
    `block_create`.
    """
    locked, block = journal.lock(
        block_id, property_id, kind=BookingKind.BLOCK, missing="block_not_found"
    )
    if block.state == BookingState.CANCELLED:
        raise DomainError("block_not_found")
    had = Amended(block.pk, block.stay(), block.nights())
    nights = had.nights_of(locked.settings, stay)
    same_place = (nights.first, nights.end) == (block.arrival, block.departure)
    if same_place and set(room_ids) == set(block.room_ids()):
        if reason != block.remarks:
            journal.save(block, remarks=reason)
        return block
    refuse_past(locked, nights)
    expired_holds_drop(property_id=locked.pk)
    own = set(Room.objects.filter(property=locked, pk__in=room_ids).values_list("pk", flat=True))
    if not own or set(room_ids) - own:
        raise DomainError("room_not_found")
    release(booking_id=block.pk)
    occupy(
        Taking(
            property_id=locked.pk,
            room_ids=list(own),
            nights=nights,
            kind=OccupancyKind.BLOCK,
            booking_id=block.pk,
            pinned=True,
        )
    )
    before = f"Changed: was {block.arrival} to {block.departs_on}."
    journal.save(
        block,
        arrival=stay.arrival,
        departs_on=stay.departure,
        departure=nights.end,
        remarks=reason,
    )
    journal.record_history(block, block.state, by=by, reason=before)
    journal.record_event(EventKind.BLACKBOOKING_DELETED, block, by=by)
    journal.record_event(EventKind.BLACKBOOKING_ADDED, block, by=by)
    return block


@transaction.atomic
def block_remove(*, block_id: int, property_id: int, by: Actor) -> Booking:
    """Open the rooms of a block again; the block stays, as cancelled.

    Removing twice changes nothing the second time. Raises DomainError `block_not_found`, also for
    the id of a guest's booking.
    """
    _, block = journal.lock(
        block_id, property_id, kind=BookingKind.BLOCK, missing="block_not_found"
    )
    if block.state != BookingState.CANCELLED:
        release(booking_id=block.pk)
        journal.close(block, BookingState.CANCELLED, by=by)
        journal.record_event(EventKind.BLACKBOOKING_DELETED, block, by=by)
    return block

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from bookyflow.availability.models import OccupancyKind
from bookyflow.availability.services import expired_holds_drop, occupy, release, rooms_choose
from bookyflow.core.acting import Actor
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.core.ids import booking_number
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.guests.services import GuestDetails, guest_save
from bookyflow.pricing.lines import Breakdown
from bookyflow.properties.models import Property
from bookyflow.properties.services import property_lock
from bookyflow.reservations.models import (
    MOVES,
    Booking,
    BookingHistory,
    BookingKind,
    BookingLine,
    BookingState,
)
from bookyflow.rooms.models import Room


@dataclass(frozen=True)
class RoomsWanted:
    """Which rooms: a number of them, of a type or of any, each for at least `guests` people."""

    quantity: int = 1
    room_type_id: int | None = None
    guests: int = 0


@dataclass(frozen=True)
class Terms:
    """What was agreed: the priced lines, and what is due and paid in advance."""

    breakdown: Breakdown
    deposit_required: Decimal
    deposit_paid: Decimal = Decimal(0)

    @property
    def state(self) -> BookingState:
        """Confirmed once nothing is due in advance, else provisional."""
        settled = self.deposit_paid >= self.deposit_required
        return BookingState.CONFIRMED if settled else BookingState.PROVISIONAL


def booking_create(
    *,
    prop: Property,
    stay: Stay,
    rooms: RoomsWanted,
    guest: GuestDetails,
    terms: Terms,
    by: Actor,
    adults: int = 0,
    children: int = 0,
    remarks: str = "",
    referrer: str = "",
) -> Booking:
    """Book rooms for a guest: all of them or none.

    `prop` comes from `properties_lock` of the running transaction, which the caller ends in one
    piece. Raises DomainError `dates_in_past`, `no_room_available`, `stop_sell`, `room_taken`.
    """
    _not_in_past(prop, stay)
    expired_holds_drop(property_id=prop.pk)
    room_ids = rooms_choose(
        property_id=prop.pk,
        stay=stay,
        quantity=rooms.quantity,
        room_type_id=rooms.room_type_id,
        guests=rooms.guests,
    )
    booking = _insert(
        prop=prop,
        stay=stay,
        kind=BookingKind.BOOKING,
        state=terms.state,
        guest_id=guest_save(property_id=prop.pk, details=guest).id,
        adults=adults,
        children=children,
        currency=terms.breakdown.currency,
        total=terms.breakdown.total,
        deposit_required=terms.deposit_required,
        paid=terms.deposit_paid,
        remarks=remarks,
        referrer=referrer,
    )
    occupy(
        property_id=prop.pk,
        room_ids=room_ids,
        stay=stay,
        kind=OccupancyKind.BOOKING,
        booking_id=booking.pk,
    )
    BookingLine.objects.bulk_create(
        BookingLine(
            booking=booking,
            kind=line.kind,
            description=line.description,
            first_night=line.first_night,
            last_night=line.last_night,
            quantity=line.quantity,
            net=line.net,
            tax_rate=line.tax_percent,
            tax=line.tax,
            gross=line.gross,
        )
        for line in terms.breakdown.lines
    )
    _log(booking, "", booking.state, by=by)
    _record(EventKind.BOOKING_ADDED, booking, by=by)
    return booking


@transaction.atomic
def booking_cancel(*, booking_id: int, property_id: int, by: Actor, reason: str = "") -> Booking:
    """Cancel a stay and free its rooms; the booking stays, as cancelled.

    Cancelling twice changes nothing the second time. Raises DomainError `booking_not_found`, and
    `booking_state` once the guest has arrived.
    """
    property_lock(property_id)
    booking = _locked(booking_id, property_id, BookingKind.BOOKING, "booking_not_found")
    if booking.state == BookingState.CANCELLED:
        return booking
    if BookingState.CANCELLED not in MOVES[booking.state]:
        raise DomainError("booking_state", f"A booking that is {booking.state} stays.")
    _end(booking, reason=reason, by=by)
    _record(EventKind.BOOKING_CANCELLED, booking, by=by)
    return booking


@transaction.atomic
def block_create(
    *,
    prop: Property,
    stay: Stay,
    room_ids: Sequence[int] = (),
    reason: str = "",
    by: Actor,
) -> Booking:
    """Close rooms for some nights: those of `room_ids`, or all rooms of the property.

    All or nothing. Raises DomainError `dates_in_past`, `no_rooms_in_property`, `room_not_found`
    for a room of another property, `room_taken`.
    """
    locked = property_lock(prop.pk)
    _not_in_past(locked, stay)
    expired_holds_drop(property_id=locked.pk)
    own = set(Room.objects.filter(property=locked).values_list("pk", flat=True))
    if not own:
        raise DomainError("no_rooms_in_property")
    strangers = set(room_ids) - own
    if strangers:
        raise DomainError("room_not_found", f"No room {min(strangers)} at this property.")
    block = _insert(
        prop=locked,
        stay=stay,
        kind=BookingKind.BLOCK,
        state=BookingState.CONFIRMED,
        currency=locked.settings.currency,
        remarks=reason,
    )
    occupy(
        property_id=locked.pk,
        room_ids=list(room_ids) or list(own),
        stay=stay,
        kind=OccupancyKind.BLOCK,
        booking_id=block.pk,
        pinned=True,
    )
    _log(block, "", block.state, by=by)
    _record(EventKind.BLACKBOOKING_ADDED, block, by=by)
    return block


@transaction.atomic
def block_remove(*, block_id: int, property_id: int, by: Actor) -> Booking:
    """Open the rooms of a block again; the block stays, as cancelled.

    Removing twice changes nothing the second time. Raises DomainError `block_not_found`, also for
    the id of a guest's booking.
    """
    property_lock(property_id)
    block = _locked(block_id, property_id, BookingKind.BLOCK, "block_not_found")
    if block.state != BookingState.CANCELLED:
        _end(block, reason="", by=by)
        _record(EventKind.BLACKBOOKING_DELETED, block, by=by)
    return block


def _insert(*, prop: Property, stay: Stay, **fields: object) -> Booking:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('reservations_booking', 'id'))")
        (serial,) = cursor.fetchone()
    booking = Booking(
        pk=serial,
        number=booking_number(serial),
        property=prop,
        arrival=stay.arrival,
        departure=stay.departure,
        **fields,
    )
    booking.save(force_insert=True)
    return booking


def _locked(booking_id: int, property_id: int, kind: BookingKind, missing: str) -> Booking:
    found = Booking.objects.select_for_update().filter(
        pk=booking_id, property=property_id, kind=kind
    )
    booking = found.first()
    if booking is None:
        raise DomainError(missing)
    return booking


def _end(booking: Booking, *, reason: str, by: Actor) -> None:
    before = booking.state
    release(booking_id=booking.pk)
    booking.state = BookingState.CANCELLED
    booking.cancellation_reason = reason
    booking.ended_at = timezone.now()
    booking.version += 1
    booking.save(
        update_fields=["state", "cancellation_reason", "ended_at", "version", "changed_at"]
    )
    _log(booking, before, booking.state, by=by, reason=reason)


def _not_in_past(prop: Property, stay: Stay) -> None:
    if stay.last_night < prop.settings.today():
        raise DomainError("dates_in_past")


def _log(booking: Booking, before: str, after: str, *, by: Actor, reason: str = "") -> None:
    BookingHistory.objects.create(
        booking=booking,
        from_state=before,
        to_state=after,
        reason=reason,
        user_id=by.user_id,
        key_id=by.key_id,
        channel_id=by.channel_id,
    )


def _record(kind: EventKind, booking: Booking, *, by: Actor) -> None:
    record(
        kind,
        by=by,
        property_id=booking.property_id,
        subject=("booking", booking.pk),
        contract_uid=booking.pk,
    )

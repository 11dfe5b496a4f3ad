"""The steps of a booking's life: approved, paid for, arrived, left, cancelled (reference 5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from bookyflow.availability.models import Occupancy, OccupancyKind
from bookyflow.availability.nights import OccupiedNights, nights_taken
from bookyflow.availability.services import (
    enquiry_to_booking,
    expired_holds_drop,
    release,
    release_nights,
)
from bookyflow.core.acting import Actor
from bookyflow.core.dates import ONE_DAY, Stay
from bookyflow.core.errors import DomainError
from bookyflow.core.money import net_of
from bookyflow.events.models import EventKind
from bookyflow.pricing.deposits import FeeKind, fee, guest_may_cancel, is_cancelled_free
from bookyflow.pricing.lines import LineKind
from bookyflow.properties.models import Property
from bookyflow.reservations import journal
from bookyflow.reservations.amendments.changes import Changes
from bookyflow.reservations.amendments.granted import granted_if_known
from bookyflow.reservations.amendments.kept import price_keep
from bookyflow.reservations.amendments.preview import rooms_held, wish_changed
from bookyflow.reservations.creation import refuse_past
from bookyflow.reservations.folio import line_add, lines_take_back, total_of
from bookyflow.reservations.models import MOVES, Booking, BookingState
from bookyflow.reservations.quotes.codec import request_json, request_of
from bookyflow.reservations.stay_request import BookingRequest, RoomRequest
from bookyflow.reservations.taking import Holder, rooms_take

TAX_RATES = {  # which setting says whether a fee bears tax, which differs between countries
    LineKind.CANCELLATION_FEE: "cancellation_fee_tax_rate",
    LineKind.NO_SHOW_FEE: "no_show_fee_tax_rate",
}
ARRIVED = (BookingState.CHECKED_IN, BookingState.CHECKED_OUT)


@transaction.atomic
def booking_approve(*, booking_id: int, property_id: int, by: Actor) -> Booking:
    """Accept an enquiry: from now on it is a booking and holds its rooms.

    Rooms that it still holds stay; else others are looked for. Raises DomainError
    `booking_not_found`, `booking_state`, `dates_in_past`, `no_room_available`, `stop_sell`.
    """
    prop, booking = journal.lock(booking_id, property_id)
    if booking.state != BookingState.ENQUIRY:
        raise DomainError("booking_state", "Only an enquiry can be approved or rejected.")
    refuse_past(prop, booking.nights())
    expired_holds_drop(property_id=prop.pk)
    if not enquiry_to_booking(booking_id=booking.pk):
        rooms_take(
            property_id=prop.pk,
            nights=booking.nights(),
            today=prop.settings.today(),
            rooms=_requested_rooms(booking),
            holder=Holder(OccupancyKind.BOOKING, booking_id=booking.pk),
            by=by,
        )
    journal.transition(booking, booking.settled_state(), by=by)
    journal.record_event(EventKind.BOOKING_ADDED, booking, by=by)
    return booking


def _requested_rooms(booking: Booking) -> Sequence[RoomRequest]:
    """The rooms that a booking asked for; any one where it came without a request."""
    request = request_of(booking.request)
    return request.stay_request.rooms if request else (RoomRequest(),)


@transaction.atomic
def booking_keep(*, booking_id: int, property_id: int, by: Actor) -> Booking:
    """Keep a booking whose deposit has not come: no job ends it for that, or reminds of it.

    Keeping it twice changes nothing the second time, nor does it where nothing is missing. Raises
    DomainError `booking_not_found`.
    """
    _, booking = journal.lock(booking_id, property_id)
    if booking.is_kept or not booking.is_owed():
        return booking
    journal.save(booking, is_kept=True)
    journal.record_history(booking, booking.state, by=by, reason="Kept without a deposit.")
    journal.record_event(EventKind.BOOKING_MODIFIED, booking, by=by)
    return booking


@transaction.atomic
def booking_reject(*, booking_id: int, property_id: int, by: Actor, reason: str = "") -> Booking:
    """Refuse an enquiry and free what it held; rejecting twice changes nothing the second time.

    Raises DomainError `booking_not_found`, `booking_state`.
    """
    _, booking = journal.lock(booking_id, property_id)
    if booking.state == BookingState.REJECTED:
        return booking
    _end(booking, BookingState.REJECTED, charge=Decimal(0), by=by, reason=reason)
    journal.record_event(EventKind.BOOKING_CANCELLED, booking, by=by)
    return booking


@transaction.atomic
def booking_cancel(
    *,
    booking_id: int,
    property_id: int,
    by: Actor,
    reason: str = "",
    by_guest: bool = False,
    charge_fee: bool = False,
) -> Booking:
    """Cancel a stay and free its rooms; the booking stays, as cancelled.

    Every line is taken back; with `charge_fee`, and for guests always, the property's cancellation
    fee takes their place. What was paid beyond it is to be refunded, and a job issues the credit
    note for what was invoiced. Cancelling twice changes nothing the second time. Raises DomainError
    `booking_not_found`, `booking_state` once the guest has arrived, `cancellation_too_late` for a
    guest within the property's threshold.
    """
    prop, booking = journal.lock(booking_id, property_id)
    if booking.state == BookingState.CANCELLED:
        return booking
    if by_guest:
        _refuse_late(prop, booking)
    charge = Decimal(0)
    if (charge_fee or by_guest) and booking.state != BookingState.ENQUIRY:
        charge = cancellation_fee(prop, booking)
    _end(booking, BookingState.CANCELLED, charge=charge, by=by, reason=reason)
    journal.record_event(EventKind.BOOKING_CANCELLED, booking, by=by)
    return booking


def cancellation_fee(prop: Property, booking: Booking) -> Decimal:
    """What a guest owes who cancels today, by the property's own date."""
    settings = prop.settings
    if is_cancelled_free(
        free_days=settings.cancellation_free_days, today=settings.today(), arrival=booking.arrival
    ):
        return Decimal(0)
    return _fee(booking, settings.cancellation_fee_kind, settings.cancellation_fee)


@transaction.atomic
def booking_no_show(
    *, booking_id: int, property_id: int, by: Actor, charge_fee: bool = True
) -> Booking:
    """Say that a guest did not come: the rooms are free, and the property's fee is due.

    From the day of arrival on. Marking twice changes nothing the second time. Raises DomainError
    `booking_not_found`, `booking_state`, `too_early`.
    """
    prop, booking = journal.lock(booking_id, property_id)
    if booking.state == BookingState.NO_SHOW:
        return booking
    settings = prop.settings
    _refuse_early(prop, booking)
    charge = _fee(booking, settings.no_show_fee_kind, settings.no_show_fee)
    _end(
        booking,
        BookingState.NO_SHOW,
        charge=charge if charge_fee else Decimal(0),
        by=by,
        fee_kind=LineKind.NO_SHOW_FEE,
    )
    journal.record_event(EventKind.BOOKING_MARKED_NOSHOW, booking, by=by)
    return booking


@transaction.atomic
def booking_check_in(
    *,
    booking_id: int,
    property_id: int,
    by: Actor,
    any_day: bool = False,
    override: bool = False,
) -> Booking:
    """A guest has arrived; as long as the guest is there the stay keeps its rooms.

    Not before the day of arrival, unless on `any_day`, nor to a room whose last guest has not left;
    both goes with `override`. Raises DomainError `booking_not_found`, `booking_state`, `too_early`,
    `room_occupied`.
    """
    prop, booking = journal.lock(booking_id, property_id)
    if booking.state == BookingState.CHECKED_OUT:
        raise DomainError("booking_state", "The guest has left. Undo the check-out first.")
    if not (override or any_day):
        _refuse_early(prop, booking)
    if not override:
        _refuse_occupied(booking)
    journal.transition(booking, BookingState.CHECKED_IN, by=by, checked_in_at=timezone.now())
    journal.record_event(EventKind.GUEST_CHECKED_IN, booking, by=by)
    return booking


@transaction.atomic
def booking_check_in_undo(*, booking_id: int, property_id: int, by: Actor) -> Booking:
    """The guest has not arrived after all. Raises as `booking_check_in`."""
    _, booking = journal.lock(booking_id, property_id)
    if booking.state != BookingState.CHECKED_IN:
        raise DomainError("booking_state", f"The booking is {booking.state}, not checked in.")
    journal.transition(booking, booking.settled_state(), by=by, checked_in_at=None)
    journal.record_event(EventKind.GUEST_CHECKED_IN_UNDONE, booking, by=by)
    return booking


@transaction.atomic
def booking_check_out(
    *, booking_id: int, property_id: int, by: Actor, free_remaining: bool = False
) -> Booking:
    """The guest has left. With `free_remaining` the nights that are left can be sold again.

    The departure is today then, at least a night after arrival; the price stays, for the nights
    until then. Where whole days are let, the day itself stays taken. Raises DomainError
    `booking_not_found`, `booking_state`.
    """
    prop, booking = journal.lock(booking_id, property_id)
    changes: dict[str, object] = {"checked_out_at": timezone.now()}
    reason = ""
    left = max(prop.settings.today(), booking.arrival + ONE_DAY)
    nights = nights_taken(prop.settings, Stay(booking.arrival, left))
    if free_remaining and nights.end < booking.departure:
        _shorten(booking, left, nights)
        release_nights(booking_id=booking.pk, keep=nights)
        reason = f"Left early: departure {left} instead of {booking.departs_on}."
        changes |= {"departs_on": left, "departure": nights.end}
        changes |= {"request": booking.request, "granted": booking.granted}
    journal.transition(booking, BookingState.CHECKED_OUT, by=by, reason=reason, **changes)
    journal.record_event(EventKind.GUEST_CHECKED_OUT, booking, by=by)
    return booking


@transaction.atomic
def booking_check_out_undo(
    *, booking_id: int, property_id: int, by: Actor, override: bool = False
) -> Booking:
    """The guest is still there. Nights that were freed stay free.

    Not where another guest has been checked in to a room meanwhile, unless with `override`. Raises
    DomainError `room_occupied`, and as `booking_check_out`.
    """
    _, booking = journal.lock(booking_id, property_id)
    if booking.state != BookingState.CHECKED_OUT:
        raise DomainError("booking_state", f"The booking is {booking.state}, not checked out.")
    if not override:
        _refuse_occupied(booking)
    journal.transition(booking, BookingState.CHECKED_IN, by=by, checked_out_at=None)
    journal.record_event(EventKind.GUEST_CHECKED_OUT_UNDONE, booking, by=by)
    return booking


def deposit_settled(booking: Booking, *, paid: Decimal, by: Actor) -> None:
    """Note on a locked booking what has been paid in all; it is confirmed once that is enough.

    A booking whose payment was taken back is provisional again. Whoever records the payment
    records the event.
    """
    before = booking.state
    booking.paid = paid
    if before in {BookingState.PROVISIONAL, BookingState.CONFIRMED}:
        booking.state = booking.settled_state()
    journal.save(booking, paid=booking.paid, state=booking.state)
    if booking.state != before:
        journal.record_history(booking, before, by=by)


def _end(
    booking: Booking,
    to: BookingState,
    *,
    charge: Decimal,
    by: Actor,
    reason: str = "",
    fee_kind: LineKind = LineKind.CANCELLATION_FEE,
) -> None:
    if to not in MOVES[booking.state]:
        told = gettext("A booking that is %(state)s cannot become %(other)s.")
        raise DomainError(
            "booking_state", told % {"state": f"`{booking.state}`", "other": f"`{to}`"}
        )
    release(booking_id=booking.pk)
    lines_take_back(booking)
    if charge:
        rate = getattr(booking.property.settings, TAX_RATES[fee_kind])
        net = net_of(charge, rate, booking.currency)
        line_add(
            booking,
            fee_kind,
            unit=charge,
            amounts=(net, charge - net, charge),
            tax_rate=rate,
        )
    booking.total = total_of(booking)
    booking.deposit_required = min(booking.deposit_required, booking.total)
    journal.transition(
        booking,
        to,
        by=by,
        reason=reason,
        cancellation_reason=reason,
        ended_at=timezone.now(),
        total=booking.total,
        deposit_required=booking.deposit_required,
    )


def _fee(booking: Booking, kind: str, value: Decimal) -> Decimal:
    """The property's fee; no amount of another currency than the booking's is one."""
    if kind == FeeKind.FIXED and booking.property.settings.currency != booking.currency:
        return Decimal(0)
    return fee(
        FeeKind(kind),
        value,
        total=booking.total,
        nights=booking.nights().length,
        currency=booking.currency,
    )


def _refuse_late(prop: Property, booking: Booking) -> None:
    settings = prop.settings
    in_time = guest_may_cancel(
        threshold=settings.cancellation_threshold, today=settings.today(), arrival=booking.arrival
    )
    if not in_time:
        raise DomainError(
            "cancellation_too_late",
            gettext("A guest may cancel until %(days)s days before arrival.")
            % {"days": settings.cancellation_threshold},
        )


def _shorten(booking: Booking, left: date, nights: OccupiedNights) -> None:
    """Have lines, request and what was granted be for fewer nights, at the same total; unsaved."""
    held, request = rooms_held(booking), request_of(booking.request)
    stay_request = wish_changed(booking, held, Changes(departure=left))
    granted = granted_if_known(booking, held) if request else None
    price_keep(booking, granted, stay_request, nights)
    if request:
        booking.request = request_json(BookingRequest(stay_request, request.guest_id))


def _refuse_occupied(booking: Booking) -> None:
    """Refuse rooms in which another guest is checked in, whatever that guest's nights were."""
    others = Occupancy.objects.filter(
        room__in=Occupancy.objects.filter(booking=booking).values("room"),
        booking__state=BookingState.CHECKED_IN,
    ).exclude(booking=booking)
    held = others.select_related("room", "booking").order_by("room").first()
    if held is not None and held.booking is not None:
        told = f"The guest of booking {held.booking.number} is still in room {held.room.number}."
        raise DomainError("room_occupied", told)


def _refuse_early(prop: Property, booking: Booking) -> None:
    if prop.settings.today() < booking.arrival:
        raise DomainError("too_early", f"The day of arrival is {booking.arrival}.")

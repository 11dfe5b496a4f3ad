"""Bookings that staff make for a guest, and what ending one would come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.guests.profiles import guest_update
from bookyflow.guests.services import GuestDetails
from bookyflow.properties.kept import property_kept
from bookyflow.properties.locking import property_lock
from bookyflow.reservations.folio import NOTHING
from bookyflow.reservations.forms import form_note, form_serial
from bookyflow.reservations.lifecycle import booking_cancel, booking_no_show
from bookyflow.reservations.models import Booking
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.quotes.quote import Quote
from bookyflow.reservations.services import Remarks, quote_book
from bookyflow.reservations.stay_request import Booker, RoomRequest, StayRequest
from bookyflow.tariffs.overrides import NONE, Overrides


@dataclass(frozen=True)
class StaffBooking:
    """What staff book, and for whom; rules in `override` are set aside.

    `guest_id` is the guest of the property whom they know it to be, and who has the own discount:
    the guest book is brought up to date by what is told of `guest`.
    """

    stay_request: StayRequest
    guest: GuestDetails
    remarks: Remarks
    override: Overrides = NONE
    guest_id: int | None = None

    @classmethod
    def of(
        cls,
        *,
        guest: GuestDetails,
        departure: date | None = None,
        rooms: Iterable[RoomRequest] = (),
        child_ages: Iterable[int] = (),
        remarks: str = "",
        referrer: str = "",
        language: str = "",
        answers: Mapping[str, Any] = NOTHING,
        override: Overrides = NONE,
        **asked: Any,
    ) -> StaffBooking:
        """From the parts of a stay request, and what goes with it."""
        stay_request = StayRequest(
            departure=departure, rooms=tuple(rooms), child_ages=tuple(child_ages), **asked
        )
        return cls(stay_request, guest, Remarks(remarks, referrer, language, answers), override)


@dataclass(frozen=True)
class CancellationTerms:
    """The fee that ending a booking costs, and what has been paid for it."""

    currency: str
    fee: Decimal
    paid: Decimal

    @property
    def refund(self) -> Decimal:
        """What is to be given back to the guest."""
        return max(self.paid - self.fee, Decimal(0))

    @property
    def amount_due(self) -> Decimal:
        """What the guest still has to pay."""
        return max(self.fee - self.paid, Decimal(0))


@transaction.atomic
def staff_book(*, property_id: int, asked: StaffBooking, by: Actor, once: str = "") -> Booking:
    """Price what is asked for and book it, as staff.

    With `once`, a text that is new for each form, it is booked once however often the form is sent:
    later calls return the booking. Raises as `quote_make`, `quote_book` and, with a known guest,
    `guest_update`.
    """
    prop = property_lock(property_id)
    # The property is locked: none is being made now.
    made = staff_booked(property_id=property_id, once=once, user_id=by.user_id)
    if made is not None:
        return made
    if asked.guest_id is not None:
        told = asked.guest.told()
        guest_update(guest_id=asked.guest_id, property_id=property_id, changes=told, by=by)
    booker = Booker(is_staff=True, guest_id=asked.guest_id, override=asked.override)
    quote = quote_make(prop=prop, stay_request=asked.stay_request, booker=booker)
    booking = quote_book(
        quote=quote, guest=asked.guest, booker=booker, by=by, remarks=asked.remarks
    )
    form_note(property_id=property_id, once=once, user_id=by.user_id, serial=booking.pk)
    return booking


def staff_booked(*, property_id: int, once: str, user_id: int | None) -> Booking | None:
    """The booking that a form of an account has made; None while there is none."""
    if not once:
        return None
    made = form_serial(property_id=property_id, once=once, user_id=user_id)
    return None if made is None else Booking.objects.filter(pk=made).first()


def staff_quote(
    *,
    property_id: int,
    stay_request: StayRequest,
    override: Overrides = NONE,
    guest_id: int | None = None,
) -> Quote:
    """What staff would book, at its price; nothing is written.

    Raises as `quote_make`, and DomainError `property_not_found`.
    """
    prop = property_kept(property_id=property_id)
    booker = Booker(is_staff=True, guest_id=guest_id, override=override)
    return quote_make(prop=prop, stay_request=stay_request, booker=booker)


def cancellation_preview(*, booking_id: int, property_id: int) -> CancellationTerms:
    """What cancelling would cost the guest today: it is done and undone.

    Raises as `booking_cancel`.
    """
    with transaction.atomic():
        booking = booking_cancel(
            booking_id=booking_id, property_id=property_id, by=SYSTEM, charge_fee=True
        )
        transaction.set_rollback(True)
    return CancellationTerms(booking.currency, booking.total, booking.paid)


def no_show_preview(*, booking_id: int, property_id: int) -> CancellationTerms:
    """What a guest owes who did not come: it is done and undone. Raises as `booking_no_show`."""
    with transaction.atomic():
        booking = booking_no_show(booking_id=booking_id, property_id=property_id, by=SYSTEM)
        transaction.set_rollback(True)
    return CancellationTerms(booking.currency, booking.total, booking.paid)

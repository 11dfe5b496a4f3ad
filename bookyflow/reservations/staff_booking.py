"""Bookings that staff make for a guest, and what ending one would come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.guests.services import GuestDetails
from bookyflow.properties.locking import property_lock
from bookyflow.reservations.folio import NOTHING
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.services import Remarks, quote_book
from bookyflow.reservations.stay_request import Booker, RoomRequest, StayRequest
from bookyflow.tariffs.overrides import NONE, Overrides


@dataclass(frozen=True)
class StaffBooking:
    """What staff book, and for whom; rules in `override` are set aside."""

    stay_request: StayRequest
    guest: GuestDetails
    remarks: Remarks
    override: Overrides = NONE

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
    """The fee that cancelling a booking costs, and what has been paid for it."""

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
def staff_book(*, property_id: int, asked: StaffBooking, by: Actor) -> Booking:
    """Price what is asked for and book it, as staff. Raises as `quote_make` and `quote_book`."""
    prop = property_lock(property_id)
    booker = Booker(is_staff=True, override=asked.override)
    quote = quote_make(prop=prop, stay_request=asked.stay_request, booker=booker)
    return quote_book(quote=quote, guest=asked.guest, booker=booker, by=by, remarks=asked.remarks)


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

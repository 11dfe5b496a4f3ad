"""What goes of bookings once their guest is anonymised, and of holds once they are long over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.utils import timezone

from bookyflow.core.fields import Sealed
from bookyflow.pricing.lines import LineKind
from bookyflow.reservations.models import (
    Booking,
    BookingHistory,
    BookingLine,
    Hold,
    Note,
    SecurityDeposit,
)

OLD_HOLD = timedelta(days=30)


def bookings_forget(*, guest_ids: Collection[int]) -> None:
    """Empty what the bookings of guests say of them: who made them, and all free texts.

    What staff typed of services goes, so that they are called "Service". In the transaction that
    anonymises the guests. Nights, rooms and prices stay.
    """
    bookings = Booking.objects.filter(guest__in=guest_ids)
    Note.objects.filter(booking__in=bookings).delete()
    BookingHistory.objects.filter(booking__in=bookings).update(reason="")
    SecurityDeposit.objects.filter(booking__in=bookings).update(reason="")
    BookingLine.objects.filter(booking__in=bookings, kind=LineKind.SERVICE).update(name="")
    bookings.update(personal=Sealed())


def holds_clear() -> int:
    """Delete holds that ended without a booking a month ago; returns how many."""
    deleted, _ = Hold.objects.filter(
        booking=None, released_at__lt=timezone.now() - OLD_HOLD
    ).delete()
    return deleted

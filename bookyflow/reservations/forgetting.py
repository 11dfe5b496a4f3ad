"""Free texts of bookings whose guest was anonymised: gone, since they may tell who it was."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from bookyflow.reservations.models import (
    Booking,
    BookingHistory,
    Hold,
    Note,
    SecurityDeposit,
)

BATCH = 500  # bookings in one transaction
OLD_HOLD = timedelta(days=30)


def bookings_forget() -> int:
    """Empty the texts of bookings of anonymised guests, all of them; returns how many bookings.

    Nights, rooms, prices, payments and invoices stay.
    """
    count = 0
    while found := _batch():
        count += found
    return count


def holds_clear() -> int:
    """Delete holds that ended without a booking a month ago; returns how many."""
    deleted, _ = Hold.objects.filter(
        booking=None, released_at__lt=timezone.now() - OLD_HOLD
    ).delete()
    return deleted


@transaction.atomic
def _batch() -> int:
    ids = list(
        Booking.objects.filter(guest__anonymised_at__isnull=False, texts_cleared=False)
        .order_by("pk")
        .values_list("pk", flat=True)[:BATCH]
    )
    Note.objects.filter(booking__in=ids).delete()
    BookingHistory.objects.filter(booking__in=ids).update(reason="")
    SecurityDeposit.objects.filter(booking__in=ids).update(reason="")
    Booking.objects.filter(pk__in=ids).update(
        remarks="", cancellation_reason="", answers={}, texts_cleared=True
    )
    return len(ids)

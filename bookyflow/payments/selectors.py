from __future__ import annotations

from decimal import Decimal

from django.db.models import F, QuerySet

from bookyflow.payments.ledger import UNPAYABLE
from bookyflow.payments.models import Payment
from bookyflow.reservations.models import Booking, BookingKind


def balance(booking: Booking) -> Decimal:
    """What the guest still owes of the total; negative when too much was paid. No query."""
    return booking.total - booking.paid


def payment_list(*, booking_id: int) -> QuerySet[Payment]:
    """Every entry of a booking in order, each with `reversal_id`, the id of its counter-entry."""
    return Payment.objects.filter(booking=booking_id).annotate(reversal_id=F("reversed_by"))


def balances(*, property_id: int) -> QuerySet[Booking]:
    """Bookings of a property that are not even, by arrival, each with its `balance`.

    Enquiries and rejected bookings owe nothing.
    """
    return (
        Booking.objects.filter(property=property_id, kind=BookingKind.BOOKING)
        .exclude(state__in=UNPAYABLE)
        .exclude(total=F("paid"))
        .annotate(balance=F("total") - F("paid"))
        .order_by("arrival", "pk")
    )

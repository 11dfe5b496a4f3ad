from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking, BookingKind, BookingState


def blocks_open(*, prop: Property, today: date) -> QuerySet[Booking]:
    """Blocks that still close a night from `today` on, by their first night."""
    return Booking.objects.filter(
        property=prop,
        kind=BookingKind.BLOCK,
        state=BookingState.CONFIRMED,
        departure__gt=today,
    ).order_by("arrival", "pk")

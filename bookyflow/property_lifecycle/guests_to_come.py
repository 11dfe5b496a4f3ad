from __future__ import annotations

from django.utils import timezone

from bookyflow.availability.models import Occupancy, OccupancyKind
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking, BookingKind, BookingState

OVER = (
    BookingState.CANCELLED,
    BookingState.NO_SHOW,
    BookingState.REJECTED,
    BookingState.CHECKED_OUT,
)


def refuse_guests_to_come(locked: Property) -> None:
    """Raise `property_has_bookings` where guests are still to come, or hold rooms as they book."""
    bookings = Booking.objects.filter(
        property=locked.pk, kind=BookingKind.BOOKING, departure__gt=locked.settings.today()
    )
    holds = Occupancy.objects.filter(
        property=locked.pk, kind=OccupancyKind.HOLD, expires_at__gt=timezone.now()
    )
    if bookings.exclude(state__in=OVER).exists() or holds.exists():
        raise DomainError("property_has_bookings")

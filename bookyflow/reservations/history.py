"""What became of a booking, step by step, and who did it."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from bookyflow.accounts.models import KeyPair, User
from bookyflow.core.errors import DomainError
from bookyflow.reservations.models import Booking, BookingHistory


def booking_history(*, property_id: int, booking_id: int) -> QuerySet[BookingHistory]:
    """The steps of a booking, newest first; two queries.

    Each with `who`, the login name of who took it, and `key_name`, that of the key pair by which it
    was done; None for both where there is none. Raises DomainError `booking_not_found`.
    """
    if not Booking.objects.filter(pk=booking_id, property=property_id).exists():
        raise DomainError("booking_not_found")
    users = User.objects.filter(pk=OuterRef("user_id")).values("username")
    keys = KeyPair.objects.filter(pk=OuterRef("key_id")).values("name")
    found = BookingHistory.objects.filter(booking=booking_id).order_by("-pk")
    return found.annotate(who=Subquery(users), key_name=Subquery(keys))

"""Forgetting who set out to pay, and what providers have told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from bookyflow.core.fields import Sealed
from bookyflow.payments.models import PaymentAttempt, ProviderNotice
from bookyflow.payments.states import UNDER_WAY, AttemptState
from bookyflow.reservations.models import Booking

PERSONAL_FOR = timedelta(days=2)  # late money needs it for an hour, and mails for a day
NOTICES_FOR = timedelta(days=90)  # providers repeat them for some days


def attempts_clear() -> int:
    """Empty what is personal in attempts that came to nothing, and delete old notices.

    Returns how many attempts.
    """
    now = timezone.now()
    ProviderNotice.objects.filter(received_at__lt=now - NOTICES_FOR).delete()
    over = PaymentAttempt.objects.exclude(state__in=(*UNDER_WAY, AttemptState.REFUNDING))
    old = over.filter(changed_at__lt=now - PERSONAL_FOR).exclude(personal=Sealed())
    return old.update(personal=Sealed())


def attempts_forget(*, guest_ids: Collection[int]) -> None:
    """Empty what is personal in the attempts to pay for bookings of guests.

    In the transaction that anonymises the guests. Amounts, times and ways of paying stay.
    """
    bookings = Booking.objects.filter(guest__in=guest_ids).values("pk")
    named = PaymentAttempt.objects.filter(Q(serial__in=bookings) | Q(booking__in=bookings))
    named.exclude(personal=Sealed()).update(personal=Sealed())

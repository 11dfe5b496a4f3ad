"""Forgetting guests: their rows stay, because bookings name them; nothing personal stays.

Above the apps that keep something of a guest, so that all of it goes in one transaction.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from bookyflow.billing.retention import payments_forget
from bookyflow.booking_sessions.retention import sessions_forget
from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.fields import Sealed
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, record_many
from bookyflow.guests.models import Guest, GuestReview
from bookyflow.guests.profiles import guest_lock
from bookyflow.guests.services import NOBODY, guest_event
from bookyflow.messaging.retention import conversations_forget
from bookyflow.payments.retention import attempts_forget
from bookyflow.reservations.models import Booking, BookingState
from bookyflow.reservations.retention import bookings_forget
from bookyflow.reviews.retention import reviews_forget

BATCH = 500
# What keeps a guest from being deleted: neither ended nor checked out.
OPEN_STATES = (
    BookingState.ENQUIRY,
    BookingState.PROVISIONAL,
    BookingState.CONFIRMED,
    BookingState.CHECKED_IN,
)


def guest_delete(*, guest_id: int, property_id: int, by: Actor) -> None:
    """Take a guest out of a property's guest book, for good; past bookings stay, anonymous.

    Raises DomainError `guest_not_found`, and `guest_has_bookings` while a booking is neither ended
    nor checked out.
    """
    _forget(EventKind.GUEST_DELETED, guest_id=guest_id, property_id=property_id, by=by)


def guest_anonymise(*, guest_id: int, property_id: int, by: Actor) -> None:
    """Remove the personal data of a guest who asked for it; else as `guest_delete`."""
    _forget(EventKind.GUEST_ANONYMISED, guest_id=guest_id, property_id=property_id, by=by)


def guests_anonymise_departed(*, before: date) -> int:
    """Anonymise all guests whose last departure is before a day, whatever became of the booking.

    Guests who never had a booking stay. In batches, each a transaction of its own; a guest whom
    another transaction is busy with is left for the next run. Returns how many.
    """
    done = after = 0
    while ids := _departed(before).filter(pk__gt=after).values_list("pk", flat=True)[:BATCH]:
        chosen = list(ids)
        after = chosen[-1]
        done += _batch(chosen, before)
    return done


def _departed(before: date) -> Any:
    return (
        Guest.objects.filter(anonymised_at=None)
        .annotate(last_departure=Max("bookings__departure"))
        .filter(last_departure__lt=before)
        .order_by("pk")
    )


@transaction.atomic
def _batch(ids: list[int], before: date) -> int:
    locked = Guest.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    mine = list(locked.filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    # Asked again under the locks: somebody may have booked meanwhile.
    guests = list(_departed(before).filter(pk__in=mine).values_list("pk", "property_id"))
    also = _empty([pk for pk, _ in guests])
    anonymised = (
        guest_event(EventKind.GUEST_ANONYMISED, guest_id=pk, property_id=property_id)
        for pk, property_id in guests
    )
    record_many([*anonymised, *also], by=SYSTEM)
    return len(guests)


@transaction.atomic
def _forget(kind: EventKind, *, guest_id: int, property_id: int, by: Actor) -> None:
    guest = guest_lock(guest_id=guest_id, property_id=property_id)
    if Booking.objects.filter(guest=guest, state__in=OPEN_STATES).exists():
        raise DomainError("guest_has_bookings")
    also = _empty([guest.pk])
    forgotten = guest_event(kind, guest_id=guest.pk, property_id=property_id)
    record_many([forgotten, *also], by=by)


def _empty(guest_ids: list[int]) -> list[EventDraft]:
    """Empty everything personal of locked guests; the country stays, for statistics.

    Returns what else happened by it.
    """
    also = reviews_forget(guest_ids=guest_ids)
    conversations_forget(guest_ids=guest_ids)
    sessions_forget(guest_ids=guest_ids)
    payments_forget(guest_ids=guest_ids)
    attempts_forget(guest_ids=guest_ids)
    bookings_forget(guest_ids=guest_ids)
    now = timezone.now()
    Guest.objects.filter(pk__in=guest_ids).update(
        personal=Sealed(surname=NOBODY),
        email_hash=None,
        region="",
        language="",
        vat_number_validated=False,
        discount=0,
        blacklisted=False,
        user=None,
        anonymised_at=now,
        changed_at=now,
        version=F("version") + 1,
    )
    GuestReview.objects.filter(guest__in=guest_ids).delete()
    return also

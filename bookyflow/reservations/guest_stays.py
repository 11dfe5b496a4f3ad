"""What guests have booked, and making one entry of two that are the same person."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, F, Max, QuerySet
from django.utils import timezone

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.fields import Sealed
from bookyflow.events.models import EventKind
from bookyflow.events.services import record_many
from bookyflow.guests.models import Guest, GuestReview
from bookyflow.guests.profiles import guest_lock
from bookyflow.guests.services import NOBODY, guest_event
from bookyflow.reservations.models import Booking
from bookyflow.tariffs.models import Coupon


def with_stays(guests: QuerySet[Guest]) -> QuerySet[Guest]:
    """Guests, each with the number of `stays` that were booked, and the `last_stay`'s departure."""
    return guests.annotate(stays=Count("bookings"), last_stay=Max("bookings__departs_on"))


def guest_stays(*, property_id: int, guest_id: int) -> QuerySet[Booking]:
    """The bookings of a guest, latest arrival first."""
    found = Booking.objects.filter(property=property_id, guest=guest_id)
    return found.order_by("-arrival", "-pk")


@transaction.atomic
def guest_merge(*, property_id: int, guest_id: int, into_id: int, by: Actor) -> Guest:
    """Make one guest of two: bookings, coupons and what staff wrote go to the one that stays.

    What the guest book says of the other one is gone, for good; personal links of it are invalid.
    Bookings keep whom they were made for. Raises DomainError `guest_not_found`, and
    `validation_failed` for a guest and itself.
    """
    if guest_id == into_id:
        raise DomainError("validation_failed", fields={"into_id": ["Another guest is needed."]})
    # In the order of their ids, so that two who merge the same do not wait for each other.
    locked = {
        pk: guest_lock(guest_id=pk, property_id=property_id) for pk in sorted((guest_id, into_id))
    }
    gone, kept = locked[guest_id], locked[into_id]
    Booking.objects.filter(guest=gone).update(guest=kept)
    Coupon.objects.filter(guest=gone).update(guest=kept)
    _reviews_move(gone, kept)
    Guest.objects.filter(pk=gone.pk).update(
        personal=Sealed(surname=NOBODY),
        email_hash=None,
        user=None,
        anonymised_at=timezone.now(),
        changed_at=timezone.now(),
        version=F("version") + 1,
    )
    record_many(
        [
            guest_event(EventKind.GUEST_DELETED, guest_id=gone.pk, property_id=property_id),
            guest_event(
                EventKind.GUEST_UPDATED, guest_id=kept.pk, property_id=property_id, fields=[]
            ),
        ],
        by=by,
    )
    return kept


def _reviews_move(gone: Guest, kept: Guest) -> None:
    """Each author has one text about a guest: that about the one who stays wins."""
    authors = GuestReview.objects.filter(guest=kept).values("author")
    GuestReview.objects.filter(guest=gone).exclude(author__in=authors).update(guest=kept)
    GuestReview.objects.filter(guest=gone).delete()

"""What goes of reviews once the guest is anonymised."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft
from bookyflow.guests.models import Guest
from bookyflow.reviews.models import Review, ReviewReport


def reviews_forget(*, guest_ids: Collection[int]) -> list[EventDraft]:
    """Take guests out of the reviews that they wrote, as accounts or about a booking of theirs.

    What is published is public and stays, without name, account, booking and network address; the
    rest is deleted. Reports by them and of their reviews lose their texts. In the transaction that
    anonymises the guests, while their accounts are still known. Returns the events to record.
    """
    of_guest = Exists(
        Guest.objects.filter(pk__in=guest_ids, user=OuterRef("user"), property=OuterRef("property"))
    )
    reviews = Review.objects.filter(Q(booking__guest__in=guest_ids) | of_guest)
    rows = list(reviews.values_list("pk", "property", "is_published"))
    of_reporter = Exists(
        Guest.objects.filter(
            pk__in=guest_ids, user=OuterRef("user"), property=OuterRef("review__property")
        )
    )
    own = Q(review__in=[pk for pk, _, _ in rows])
    ReviewReport.objects.filter(of_reporter).update(text="", user=None)
    ReviewReport.objects.filter(own).update(text="")
    Review.objects.filter(pk__in=[pk for pk, _, is_published in rows if is_published]).update(
        author_name="", user=None, booking=None, address_hash=None
    )
    hidden = [(pk, property_id) for pk, property_id, is_published in rows if not is_published]
    Review.objects.filter(pk__in=[pk for pk, _ in hidden]).delete()
    return [
        EventDraft(EventKind.REVIEW_DELETED, property_id, ("review", pk), {"rating_id": pk})
        for pk, property_id in hidden
    ]

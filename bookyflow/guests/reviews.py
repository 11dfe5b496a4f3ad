"""What staff write about guests, for each other."""

from __future__ import annotations

from django.db import transaction

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.guests.models import GuestReview
from bookyflow.guests.profiles import guest_lock, guest_touched

LONGEST = 5000


@transaction.atomic
def guest_review_save(*, guest_id: int, property_id: int, text: str, by: Actor) -> GuestReview:
    """Write what the acting member of staff thinks of a guest, in place of what they wrote before.

    Raises DomainError `guest_not_found`, and `validation_failed` for an empty or overlong text.
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise DomainError(
            "validation_failed", fields={"text": [f"1 to {LONGEST} characters are needed."]}
        )
    guest = guest_lock(guest_id=guest_id, property_id=property_id)
    review = GuestReview.objects.filter(guest=guest, author=by.user_id).first() or GuestReview(
        property_id=property_id, guest=guest, author_id=by.user_id
    )
    if review.text != text:
        review.text = text
        review.save()
        guest_touched(guest, ["reviews"], by=by)
    return review


@transaction.atomic
def guest_review_delete(*, review_id: int, guest_id: int, property_id: int, by: Actor) -> None:
    """Remove a text about a guest, whoever wrote it.

    Raises DomainError `guest_not_found` or, for an unknown text, `not_found`.
    """
    guest = guest_lock(guest_id=guest_id, property_id=property_id)
    deleted, _ = GuestReview.objects.filter(pk=review_id, guest=guest).delete()
    if not deleted:
        raise DomainError("not_found")
    guest_touched(guest, ["reviews"], by=by)

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from bookyflow.core.acting import Actor
from bookyflow.core.address import counted_as
from bookyflow.core.crypto import keyed_digest
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.reviews.mails import report_mail_queue, review_mail_queue
from bookyflow.reviews.models import Review, ReviewConfirmation, ReviewReply, ReviewReport
from bookyflow.reviews.rules import (
    LONGEST_TEXT,
    ReviewDraft,
    ReviewRules,
    check_author,
    check_draft,
)

_NEEDED_OF_BROUGHT = ("title", "description", "author_name")


@transaction.atomic
def review_add(
    *,
    property_id: int,
    draft: ReviewDraft,
    rules: ReviewRules,
    by: Actor,
    address: str = "",
    booking_id: int | None = None,
) -> Review:
    """Review a property as the acting user, from a network address; published as the rules say.

    The administrators of the site are told by mail.

    Raises DomainError `property_not_found`, `reviews_off`, `review_not_allowed`,
    `booking_not_found`, `validation_failed`, and `review_exists` when the user, or anybody from
    the address, has reviewed the property.
    """
    if not Property.objects.filter(pk=property_id, deleted_at=None, is_test=by.is_test).exists():
        raise DomainError("property_not_found")
    check_author(user_id=by.user_id, property_id=property_id, booking_id=booking_id, rules=rules)
    texts = check_draft(draft)
    address_hash = _address_hash(address)
    _check_first(property_id, by.user_id, address_hash)
    review = Review.objects.create(
        property_id=property_id,
        user_id=by.user_id,
        booking_id=booking_id,
        address_hash=address_hash,
        is_published=rules.autopublish,
        **texts,
        **draft.scores,
    )
    _record(EventKind.REVIEW_SAVED, review, by=by, published=review.is_published)
    review_mail_queue(review)
    return review


@transaction.atomic
def review_bring(*, property_id: int, draft: ReviewDraft, rules: ReviewRules, by: Actor) -> Review:
    """Add a review that a guest wrote elsewhere, such as at a channel; published as the rules say.

    Nobody's account or address is known, and whoever brings it is not its author. Brought again it
    is the one that exists. The administrators of the site are told by mail.

    Raises DomainError `property_not_found`, `reviews_off`, and `validation_failed`; the author's
    name is needed, and what was liked is not.
    """
    property_lock(property_id)
    if not rules.enabled:
        raise DomainError("reviews_off")
    texts = check_draft(draft, _NEEDED_OF_BROUGHT)
    same = Review.objects.filter(
        property=property_id,
        user=None,
        address_hash=None,
        title=texts["title"],
        description=texts["description"],
        **draft.scores,
    )
    for review in same:
        if all(getattr(review, name) == text for name, text in texts.items()):
            return review
    review = Review.objects.create(
        property_id=property_id, is_published=rules.autopublish, **texts, **draft.scores
    )
    _record(EventKind.REVIEW_SAVED, review, by=by, published=review.is_published)
    review_mail_queue(review)
    return review


@transaction.atomic
def review_publish(*, review_id: int, property_id: int, by: Actor) -> Review:
    """Show a review to visitors. Raises DomainError `review_not_found`."""
    return _publish(review_id, property_id, published=True, by=by)


@transaction.atomic
def review_unpublish(*, review_id: int, property_id: int, by: Actor) -> Review:
    """Hide a review from visitors. Raises DomainError `review_not_found`."""
    return _publish(review_id, property_id, published=False, by=by)


@transaction.atomic
def review_delete(*, review_id: int, property_id: int, by: Actor) -> None:
    """Delete a review with its reply, confirmations and reports.

    Raises DomainError `review_not_found`.
    """
    review = _locked(review_id, property_id)
    _record(EventKind.REVIEW_DELETED, review, by=by)
    review.delete()


@transaction.atomic
def review_reply(*, review_id: int, property_id: int, text: str, by: Actor) -> ReviewReply:
    """Answer a review for the property, in place of an earlier answer.

    Raises DomainError `review_not_found`, `validation_failed`.
    """
    text = _text(text)
    review = _locked(review_id, property_id)
    reply = ReviewReply.objects.filter(review=review).first() or ReviewReply(review=review)
    if reply.text != text:
        reply.text = text
        reply.author_id = by.user_id
        reply.save()
        _record(EventKind.REVIEW_REPLIED, review, by=by)
    return reply


@transaction.atomic
def review_confirm(
    *, review_id: int, property_id: int, agrees: bool, by: Actor, address: str = ""
) -> ReviewConfirmation:
    """Say whether one agrees with a published review: once, though one may change one's mind.

    Whoever is not signed in is known by the network address. The catalogue has no event for it.
    Raises DomainError `review_not_found`, `not_authenticated` when neither is known.
    """
    review = _locked(review_id, property_id, published_only=True)
    address_hash = None if by.user_id else _address_hash(address)
    if by.user_id is None and address_hash is None:
        raise DomainError("not_authenticated")
    said = ReviewConfirmation.objects.filter(
        review=review, user=by.user_id, address_hash=address_hash
    )
    confirmation = said.first() or ReviewConfirmation(
        review=review, user_id=by.user_id, address_hash=address_hash
    )
    confirmation.agrees = agrees
    confirmation.save()
    return confirmation


@transaction.atomic
def review_report(*, review_id: int, property_id: int, text: str, by: Actor) -> ReviewReport:
    """Tell the administrators of the site, by mail, that a published review is abusive.

    The catalogue has no event for it. Raises DomainError `review_not_found`, `validation_failed`.
    """
    review = _locked(review_id, property_id, published_only=True)
    report = ReviewReport.objects.create(review=review, user_id=by.user_id, text=_text(text))
    report_mail_queue(report)
    return report


def _publish(review_id: int, property_id: int, *, published: bool, by: Actor) -> Review:
    review = _locked(review_id, property_id)
    if review.is_published != published:
        review.is_published = published
        review.save(update_fields=["is_published"])
        kind = EventKind.REVIEW_PUBLISHED if published else EventKind.REVIEW_UNPUBLISHED
        _record(kind, review, by=by)
    return review


def _locked(review_id: int, property_id: int, *, published_only: bool = False) -> Review:
    found = Review.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk=review_id, property=property_id, property__deleted_at=None
    )
    if published_only:
        found = found.filter(is_published=True)
    review = found.first()
    if review is None:
        raise DomainError("review_not_found")
    return review


def _check_first(property_id: int, user_id: int | None, address_hash: str | None) -> None:
    # Two at once are told apart by the constraints; this one answers in the usual case.
    same = Q(pk=None)
    if user_id is not None:
        same |= Q(user=user_id)
    if address_hash is not None:
        same |= Q(address_hash=address_hash)
    if Review.objects.filter(same, property=property_id).exists():
        raise DomainError("review_exists")


def _address_hash(address: str) -> str | None:
    return keyed_digest(f"review {counted_as(address)}") if address else None


def _text(text: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST_TEXT:
        problem = f"1 to {LONGEST_TEXT} characters are needed."
        raise DomainError("validation_failed", fields={"text": [problem]})
    return text


def _record(kind: EventKind, review: Review, *, by: Actor, **data: object) -> None:
    record(
        kind,
        by=by,
        property_id=review.property_id,
        subject=("review", review.pk),
        rating_id=review.pk,
        **data,
    )

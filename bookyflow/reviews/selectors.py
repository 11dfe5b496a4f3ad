from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet

from bookyflow.core.errors import DomainError
from bookyflow.reviews.models import SCORES, Review, ReviewReport
from bookyflow.reviews.rules import ReviewRules, initials, review_rules
from bookyflow.reviews.wording import review_as_text


@dataclass(frozen=True)
class ReviewSummary:
    """How many published reviews a property has, and their means, to two decimals.

    `scores` has an entry for each name of SCORES.
    """

    count: int
    overall: Decimal
    scores: Mapping[str, Decimal]


@dataclass(frozen=True)
class ShownReview:
    """A review as others read it: its author as visitors see it, its texts in one.

    `login` and `email` are those of the author's account, "" without one.
    """

    review: Review
    author: str
    text: str
    login: str = ""
    email: str = ""


@dataclass(frozen=True)
class PropertyReviews:
    """Reviews of a property, by its id and by theirs, and the summary of the published ones."""

    summary: ReviewSummary
    reviews: Mapping[int, Mapping[int, ShownReview]]


def review_history(*, property_id: int) -> QuerySet[Review]:
    """All reviews of a property, oldest first, with the accounts of their authors."""
    found = Review.objects.filter(property=property_id).select_related("user")
    return found.order_by("created_at", "pk")


def reviews_shown(*, property_id: int, reviews: Iterable[Review]) -> PropertyReviews:
    """Reviews of `review_history` for others to read, worded in the active language.

    Two queries, one of them of the site's settings.
    """
    rules = review_rules()
    nothing = ReviewSummary(0, _rounded(0), dict.fromkeys(SCORES, _rounded(0)))
    shown = {
        review.pk: ShownReview(
            review=review,
            author=author_shown(review, rules),
            text=review_as_text(review),
            login=review.user.username if review.user else "",
            email=review.user.email if review.user else "",
        )
        for review in reviews
    }
    summary = review_summary([property_id]).get(property_id, nothing)
    return PropertyReviews(summary, {property_id: shown} if shown else {})


def review_list(*, property_id: int, published_only: bool = True) -> QuerySet[Review]:
    """The reviews of a property, newest first, with their replies and how many agree or not.

    Each has `agreeing` and `disagreeing`. One query.
    """
    found = Review.objects.filter(property=property_id)
    if published_only:
        found = found.filter(is_published=True)
    return (
        found.select_related("reply")
        .annotate(
            agreeing=Count("confirmations", filter=Q(confirmations__agrees=True)),
            disagreeing=Count("confirmations", filter=Q(confirmations__agrees=False)),
        )
        .order_by("-created_at", "-pk")
    )


def review_one(*, review_id: int, property_id: int) -> Review:
    """One review of a property, published or not. Raises DomainError `review_not_found`."""
    found = review_list(property_id=property_id, published_only=False)
    review = found.filter(pk=review_id).first()
    if review is None:
        raise DomainError("review_not_found")
    return review


def review_summary(property_ids: Iterable[int]) -> dict[int, ReviewSummary]:
    """The summaries of properties by id, of published reviews only; those with none are missing.

    One query.
    """
    means = {name: Avg(name) for name in ("overall", *SCORES)}
    rows: Iterable[Any] = (
        Review.objects.filter(property__in=list(property_ids), is_published=True)
        .values("property_id")
        .annotate(count=Count("pk"), **{f"mean_{name}": mean for name, mean in means.items()})
        .order_by()
    )
    return {
        row["property_id"]: ReviewSummary(
            count=row["count"],
            overall=_rounded(row["mean_overall"]),
            scores={name: _rounded(row[f"mean_{name}"]) for name in SCORES},
        )
        for row in rows
    }


def author_shown(review: Review, rules: ReviewRules) -> str:
    """The name that visitors see: the author's, or its initials where the rules say so."""
    return initials(review.author_name) if rules.initials else review.author_name


def report_list() -> QuerySet[ReviewReport]:
    """What was reported of reviews, newest first, with the reviews."""
    return ReviewReport.objects.select_related("review").order_by("-pk")


def _rounded(mean: Decimal | float) -> Decimal:
    return Decimal(str(mean)).quantize(Decimal("0.01"), ROUND_HALF_UP)

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Flag, LineText, PlainText, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.api.wire.shown import Instant, PersonalText
from bookyflow.reviews.models import HIGHEST, LOWEST, SCORES
from bookyflow.reviews.rules import LONGEST_LINE, LONGEST_TEXT, ReviewDraft
from features.cmf.fields import OrMissing

_optional = partial(PlainText, max_length=LONGEST_TEXT, required=False, allow_blank=True)


def _draft(*, rating: Decimal, **texts: str) -> ReviewDraft:
    score = int(rating.to_integral_value(ROUND_HALF_UP))
    return ReviewDraft(**texts, scores=dict.fromkeys(SCORES, score))


class BroughtReviewIn(In[ReviewDraft]):
    builds = _draft

    property_uid = Uid()
    review_user_display_name = LineText(
        source="author_name", max_length=LONGEST_LINE, help_text="The name shown with the review."
    )
    review_title = LineText(source="title", max_length=LONGEST_LINE)
    review_description = PlainText(source="description", max_length=LONGEST_TEXT)
    pros = _optional(default="")
    cons = _optional()
    rating = serializers.DecimalField(
        min_value=Decimal(LOWEST),
        max_value=Decimal(HIGHEST),
        max_digits=10,
        decimal_places=8,
        help_text=f"From {LOWEST} to {HIGHEST}: the whole number next to it counts in each of the "
        "six categories.",
    )


def _review_id(*, review_id: int) -> int:
    return review_id


class ReviewUidIn(In[int]):
    builds = _review_id

    property_uid = Uid()
    review_id = Uid()


class ReviewsByIdOut(OrMissing, serializers.DictField):
    """Reviews, of which there may be none."""


class ReviewIdOut(serializers.Serializer[Any]):
    rating_id = serializers.IntegerField(source="pk", help_text="Id of the review.")


class ReviewOut(serializers.Serializer[Any]):
    rating_id = serializers.IntegerField(source="review.pk")
    user_id = serializers.IntegerField(
        source="review.user_id",
        allow_null=True,
        help_text="Account of the author; null for a review from elsewhere.",
    )
    review_title = serializers.CharField(source="review.title")
    review_user_username = PersonalText(
        source="login", help_text="Empty for a token without `guests_get`."
    )
    review_user_display_name = serializers.CharField(
        source="author", help_text="As visitors see it, such as by its initials."
    )
    review_user_email = PersonalText(
        source="email", help_text="Empty for a token without `guests_get`."
    )
    rating = serializers.CharField(source="review.overall", help_text="Mean of six categories.")
    submitted = Instant(source="review.created_at")
    published = Flag(source="review.is_published")
    review_text_combined = serializers.CharField(
        source="text", help_text="All texts, led in in the language of the request."
    )
    review_text = serializers.CharField(source="review.description")
    pros = serializers.CharField(source="review.pros")
    cons = serializers.CharField(source="review.cons")


class ReviewSummaryOut(serializers.Serializer[Any]):
    average_rating = serializers.CharField(source="overall", help_text="1 to 10; 0.00 without.")
    number_of_reviews = serializers.IntegerField(source="count")


class PropertyReviewsOut(serializers.Serializer[Any]):
    summary = ReviewSummaryOut(help_text="Of the published reviews.")
    reviews = ReviewsByIdOut(
        child=serializers.DictField(child=ReviewOut()),
        required=False,
        help_text="By property id, then by review id; missing without reviews.",
    )

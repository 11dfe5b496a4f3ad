from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField, Flag
from bookyflow.api.wire.properties import PropertyRecordOut, UsableRoomTypeOut
from bookyflow.api.wire.rates import ConditionedRateRow
from bookyflow.api.wire.shown import Instant
from bookyflow.reviews.models import SCORES

SCORED = f"Six scores: {', '.join(SCORES).replace('_', ' ')}"


class ReadPropertyOut(PropertyRecordOut):
    deleted_at = Instant(source="prop.deleted_at", allow_null=True, help_text="ISO 8601, UTC.")


class PropertyReadBackOut(serializers.Serializer[Any]):
    property = ReadPropertyOut(source="*")


class RoomsOfPropertyOut(serializers.Serializer[Any]):
    property_rooms = serializers.DictField(
        source="rooms_by_type",
        child=serializers.ListField(child=serializers.IntegerField()),
        help_text="Room type id → room ids.",
    )
    room_types = serializers.DictField(child=UsableRoomTypeOut(), help_text="By room type id.")


class NetRateOut(ConditionedRateRow):
    roomrateperday = Amount(source="price", help_text="Without tax.")
    tariff_dates = serializers.ListField(
        source="dates", child=DateField(), help_text="Every night."
    )


class RatesReadOut(serializers.Serializer[Any]):
    tariffs = serializers.DictField(
        source="*", child=NetRateOut(), help_text="By the id of the first night's rate."
    )


class ReviewTextsOut(serializers.Serializer[Any]):
    rating_id = serializers.IntegerField(source="review_id")
    item_id = serializers.IntegerField(source="property_id", help_text="Id of the property.")
    review_title = serializers.CharField(source="review.title", default="")
    review_description = serializers.CharField(source="review.description", default="")
    pros = serializers.CharField(source="review.pros", default="")
    cons = serializers.CharField(source="review.cons", default="")
    rating = serializers.CharField(
        source="review.overall", default="", help_text="Mean of the six scores."
    )
    rating_date = Instant(
        source="review.created_at", allow_null=True, default=None, help_text="ISO 8601, UTC."
    )
    published = Flag(source="review.is_published", default=False)
    contract_uid = serializers.IntegerField(
        source="review.booking_id", allow_null=True, default=None, help_text="Null: of no booking."
    )
    user_name = serializers.CharField(source="author", help_text="As visitors see it.")
    deleted_at = Instant(
        allow_null=True, help_text="ISO 8601, UTC: since then nothing of it is kept."
    )


class ReviewReadOut(serializers.Serializer[Any]):
    review_basics = ReviewTextsOut(source="*")
    rating = serializers.DictField(
        source="scores", child=serializers.IntegerField(), help_text=f"{SCORED}, from 0 to 5."
    )
    review_fields_note = serializers.CharField(default=SCORED)

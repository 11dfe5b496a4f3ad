from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import (
    LARGEST_ID,
    AmountOrPercentage,
    EnteredAmount,
    Flag,
    LineText,
    PlainText,
    Uid,
)
from bookyflow.api.wire.inputs import In
from features.cmf.fields import SMALL


def _guest_type(*, guest_type_id: int = 0, **values: Any) -> dict[str, Any]:
    return {"guest_type_id": guest_type_id or None} | values


class ChannelGuestTypeIn(In[dict[str, Any]]):
    builds = _guest_type

    property_uid = Uid()
    id = serializers.IntegerField(
        source="guest_type_id",
        min_value=0,
        max_value=LARGEST_ID,
        required=False,
        help_text="The guest type to change; 0 for a new one, which needs a type.",
    )
    type = LineText(source="name", max_length=100, required=False, help_text="As guests read it.")
    notes = PlainText(max_length=255, required=False, allow_blank=True, help_text="A remark.")
    maximum = serializers.IntegerField(
        required=False, help_text="Most guests of the type that can be chosen."
    )
    is_percentage = Flag(required=False, help_text="1: the variance is per cent; 0: an amount.")
    is_child = Flag(required=False, help_text="1: counts as a child.")
    posneg = Flag(
        source="is_addition",
        required=False,
        help_text="1: added to the price of a night; 0: taken off.",
    )
    order = serializers.IntegerField(
        source="position", min_value=0, max_value=SMALL, required=False, help_text="Smaller first."
    )
    variance = EnteredAmount(required=False, help_text="By how much the price changes.")


class GuestTypeSavedOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")


class ChannelGuestTypeOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    type = serializers.CharField(source="name")
    notes = serializers.CharField()
    maximum = serializers.IntegerField()
    is_percentage = Flag()
    posneg = Flag(source="is_addition", help_text="1: added; 0: taken off.")
    variance = AmountOrPercentage(help_text="An amount in the property's currency, or per cent.")
    published = Flag(source="is_published")
    property_uid = serializers.IntegerField(source="property_id")
    order = serializers.IntegerField(source="position")
    is_child = Flag()
    version = serializers.IntegerField()

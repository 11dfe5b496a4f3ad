from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import AmountOrPercentage, Flag, LineText, PlainText
from bookyflow.api.wire.inputs import In

MOST_POSITIONS = 32_767


class GuestTypeIn(In[dict[str, Any]]):
    builds = dict

    type = LineText(source="name", max_length=100, help_text="The name, as guests read it.")
    notes = PlainText(max_length=255, allow_blank=True, default="", help_text="A remark.")
    maximum = serializers.IntegerField(help_text="Most guests of the type that can be chosen.")
    is_percentage = Flag(help_text="1: the variance is per cent; 0: an amount.")
    posneg = Flag(source="is_addition", help_text="1: added to the price of a night; 0: taken off.")
    variance = AmountOrPercentage(help_text="By how much the price changes.")
    is_child = Flag(help_text="1: counts as a child.")


class PositionIn(In[dict[str, Any]]):
    builds = dict

    order = serializers.IntegerField(source="position", min_value=0, max_value=MOST_POSITIONS)


class TypedOut(serializers.Serializer[Any]):
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


class GuestTypeOut(TypedOut):
    id = serializers.IntegerField(source="pk")


class GuestTypeAddedOut(GuestTypeOut):
    message = serializers.CharField(default="The guest type was added.")


class GuestTypeChangedOut(TypedOut):
    message = serializers.CharField(default="The guest type was changed.")
    guesttype_uid = serializers.IntegerField(source="pk")


class GuestTypePositionOut(serializers.Serializer[Any]):
    property_uid = serializers.IntegerField(source="property_id")
    guesttype_uid = serializers.IntegerField(source="pk")
    order = serializers.IntegerField(source="position")


class GuestTypePublishedOut(serializers.Serializer[Any]):
    property_uid = serializers.IntegerField(source="property_id")
    guesttype_uid = serializers.IntegerField(source="pk")
    published = Flag(source="is_published", help_text="As it is now.")


class GuestTypeDeletedOut(serializers.Serializer[Any]):
    message = serializers.CharField(default="The guest type was deleted.")
    property_uid = serializers.IntegerField()
    guesttype_uid = serializers.IntegerField()

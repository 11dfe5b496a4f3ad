"""Fields as channels write them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import SkipField

from bookyflow.api.wire.fields import DateField, EnteredAmount
from bookyflow.api.wire.inputs import In
from bookyflow.core.dates import Stay
from bookyflow.pricing.lines import percent_text
from features.cmf.ranges import stay_between

SMALL = 32_767  # the largest number in a column of two bytes
_Field = serializers.Field[Any, Any, Any, Any]


class NightPrice(EnteredAmount):
    """The price of a night: at least 1, since a night for nothing is a typing error."""

    default_error_messages = {"too_small": "At least 1 is needed."}

    def to_internal_value(self, data: Any) -> Decimal:
        """The price, not rounded."""
        price = super().to_internal_value(data)
        if price < 1:
            self.fail("too_small")
        return price

    def to_internal_values(self, data: list[Any]) -> list[Decimal]:
        """Many prices at once. Raises ValueError, and as amounts do, where one is none."""
        prices = super().to_internal_values(data)
        if prices and min(prices) < 1:
            raise ValueError("too small")
        return prices


class Percent(serializers.CharField):
    """A percentage as text, without zeros at its end: "12.5"."""

    def to_representation(self, value: Any) -> str:
        """The wire form."""
        return percent_text(value)


class CrossReferenceOut(serializers.Serializer[Any]):
    remote_id = serializers.CharField()
    local_id = serializers.IntegerField()


class RemoteDataOut(serializers.Serializer[Any]):
    origin_management_url = serializers.CharField(
        required=False, help_text="Where the channel manages the property."
    )
    cross_references = serializers.DictField(
        child=serializers.DictField(child=CrossReferenceOut()),
        required=False,
        help_text="Kind of item, such as extras → the channel's own id → the item.",
    )


@extend_schema_field(RemoteDataOut)
class RemoteData(serializers.DictField):
    """What a channel keeps with a property; it may keep more than the document can name."""


# Fields that are missing, or {}, where there is nothing to show. What they say of themselves would
# be said of all that are made of them.
class OrMissing(_Field):
    def get_attribute(self, instance: Any) -> Any:
        """What to show. Raises SkipField."""
        found = super().get_attribute(instance)
        if not found:
            raise SkipField
        return found


class OrEmpty(_Field):
    def get_attribute(self, instance: Any) -> Any:
        """What to show."""
        return super().get_attribute(instance) or {}


class Nights(serializers.Serializer[Any]):
    """Nights from one date to another; validated, they are a Stay under `stay`."""

    date_from = DateField(source="start_date", help_text="First night.")
    date_to = DateField(
        source="end_date", help_text="Last night, included; departure is the day after."
    )


class NightsIn(Nights, In[Stay]):
    builds = stay_between

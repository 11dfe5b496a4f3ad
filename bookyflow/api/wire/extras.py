"""Fields of extras, as several features show them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import AmountOrPercentage, DateField, Flag, ZeroOrId
from bookyflow.pricing.inputs import ExtraModel
from bookyflow.tariffs.models import Extra


class ExtraPrice(AmountOrPercentage):
    """The price of an extra, or per cent of the room total."""

    def is_percentage(self, extra: Extra) -> bool:
        """As its model has it."""
        return extra.model == ExtraModel.PERCENTAGE


class ExtraRow(serializers.Serializer[Any]):
    """What an extra is, without what features call each in their own way."""

    name = serializers.CharField()
    price = ExtraPrice(help_text="As the property's prices are; per cent of the rooms by `model`.")
    auto_select = Flag()
    tax_rate = ZeroOrId(source="tax_rate_id", help_text="Id; 0: untaxed.")
    maxquantity = serializers.IntegerField(source="max_quantity")
    validfrom = DateField(source="valid_from", allow_null=True, help_text="First day of arrival.")
    validto = DateField(source="valid_to", allow_null=True, help_text="Included.")
    include_in_property_lists = Flag()
    limited_to_room_type = ZeroOrId(source="room_type_id", help_text="0: for all.")
    published = Flag(source="is_published")
    version = serializers.IntegerField()

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField, JSONText, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.api.wire.lean import LeanList
from bookyflow.core.money import display
from bookyflow.reservations import price_lookup
from bookyflow.tariffs.ranges import NightRange, PriceRange
from features.cmf.serializers.fields import NightPrice


class PriceRangeIn(In[PriceRange]):
    builds = NightRange

    date_from = DateField(source="first", help_text="First night.")
    date_to = DateField(source="last", help_text="Last night, included.")
    ratepernight = NightPrice(
        source="value", help_text="Net or gross, as the property's prices are."
    )


class PricesIn(In[dict[str, Any]]):
    builds = dict

    property_uid = Uid()
    ratepernight = JSONText(
        LeanList(child=PriceRangeIn(), allow_empty=False, max_length=4000), source="ranges"
    )


class BasePriceIn(In[dict[str, Any]]):
    builds = dict

    property_uid = Uid()
    base_price = NightPrice(
        source="price", help_text="Per room and night; net or gross, as the property's prices are."
    )
    max_people = serializers.IntegerField(min_value=1, max_value=1000)


class BasePriceOut(serializers.Serializer[Any]):
    display_price = serializers.SerializerMethodField(help_text="With tax, for people.")
    price_excluding_vat = Amount(source="net", currency="currency")
    price_including_vat = Amount(source="gross", currency="currency")
    currency_code = serializers.CharField(source="currency")

    def get_display_price(self, price: price_lookup.NightPrice) -> str:
        """As CLDR writes it in the language of the request."""
        return display(price.gross, price.currency, self.context["view"].language)


class PartyPriceOut(serializers.Serializer[Any]):
    number_of_guests = serializers.IntegerField(source="guests")
    price_exclusive = Amount(
        source="nights_net", currency="breakdown.currency", help_text="The nights without tax."
    )
    price_inclusive = Amount(
        source="nights_gross", currency="breakdown.currency", help_text="The nights with tax."
    )
    cleaning = Amount(currency="breakdown.currency")
    security = Amount(currency="breakdown.currency", help_text="Refundable; not in the total.")
    total = Amount(
        source="breakdown.total",
        currency="breakdown.currency",
        help_text="Nights with tax, and cleaning.",
    )
    deposit = Amount(currency="breakdown.currency", help_text="Due in advance.")
    currency_code = serializers.CharField(source="breakdown.currency")

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.date_maps import MOST_DATES, DateMap, DatePrice
from bookyflow.api.wire.fields import Amount, DateField, Flag, JSONText, PlainText, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.api.wire.lean import LeanList
from bookyflow.core.money import display
from bookyflow.reservations import price_lookup
from bookyflow.tariffs.models import ANY_DAY
from bookyflow.tariffs.ranges import MinStayRange, NightRange, PriceRange
from features.cmf.fields import SMALL, NightPrice


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


def _tariff(
    *, tariff_type_id: int, room_type_id: int, prices: Any, min_stays: Any, **conditions: Any
) -> dict[str, Any]:
    return {
        "tariff_type_id": tariff_type_id,
        "room_type_id": room_type_id,
        "prices": prices,
        "min_stays": min_stays,
        "conditions": conditions,
    }


class TariffIn(In[dict[str, Any]]):
    builds = _tariff

    property_uid = Uid()
    tarifftypeid = serializers.IntegerField(
        source="tariff_type_id",
        min_value=0,
        max_value=2**63 - 1,
        required=False,
        default=0,
        help_text="The tariff to replace; 0 for a new one.",
    )
    roomclass_uid = Uid(source="room_type_id", help_text="Room type id.")
    tariffinput = JSONText(
        DateMap(child=DatePrice(allow_null=True), allow_empty=False, max_length=MOST_DATES),
        source="prices",
        help_text="Date → price of the night, as the property's prices are. A night without an "
        "entry, with 0 or with null is not for sale.",
    )
    mindaysinput = JSONText(
        DateMap(
            child=serializers.IntegerField(min_value=1, max_value=SMALL),
            allow_empty=False,
            max_length=MOST_DATES,
        ),
        source="min_stays",
        help_text="Date → minimum stay in nights. A date without one has that of the last date "
        "before it.",
    )
    rate_title = PlainText(source="name", max_length=255, required=False)
    rate_description = PlainText(
        source="description", max_length=255, required=False, allow_blank=True
    )
    maxdays = serializers.IntegerField(
        source="max_stay", min_value=1, max_value=SMALL, required=False, help_text="Longest stay."
    )
    minpeople = serializers.IntegerField(
        source="min_people", min_value=0, max_value=SMALL, required=False, help_text="Adults."
    )
    maxpeople = serializers.IntegerField(
        source="max_people", min_value=1, max_value=SMALL, required=False, help_text="Adults."
    )
    dayofweek = serializers.IntegerField(
        source="arrival_weekday",
        min_value=0,
        max_value=ANY_DAY,
        required=False,
        help_text="Arrival on this weekday only: 0 Sunday to 6 Saturday; 7 any.",
    )
    ignore_pppn = Flag(
        source="ignore_per_person",
        required=False,
        help_text="Price per room although the property prices per person.",
    )
    allow_we = Flag(
        source="allow_weekend", required=False, help_text="0: no weekend night in the stay."
    )
    weekendonly = Flag(
        source="weekend_only", required=False, help_text="1: weekend nights and no others."
    )
    minrooms_alreadyselected = serializers.IntegerField(
        source="min_rooms_selected",
        min_value=0,
        max_value=SMALL,
        required=False,
        help_text="Offered when at least so many rooms have been chosen before.",
    )
    maxrooms_alreadyselected = serializers.IntegerField(
        source="max_rooms_selected",
        min_value=1,
        max_value=SMALL,
        required=False,
        help_text="Offered while fewer rooms than this have been chosen before.",
    )


class MinStayRangeIn(In[MinStayRange]):
    builds = NightRange

    date_from = DateField(source="first", help_text="First date.")
    date_to = DateField(source="last", help_text="Last date, included.")
    minstay = serializers.IntegerField(
        source="value", min_value=1, max_value=SMALL, help_text="Nights."
    )


class MinStaysIn(In[dict[str, Any]]):
    builds = dict

    property_uid = Uid()
    minstays = JSONText(
        LeanList(child=MinStayRangeIn(), allow_empty=False, max_length=MOST_DATES), source="ranges"
    )


class MinStayOut(serializers.Serializer[Any]):
    minstay = serializers.IntegerField(required=False, help_text="Missing without a price.")

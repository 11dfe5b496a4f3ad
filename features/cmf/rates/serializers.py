from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from babel.dates import get_day_names
from rest_framework import serializers

from bookyflow.api.wire.date_maps import MOST_DATES, DateMap, DatePrice
from bookyflow.api.wire.fields import (
    Amount,
    DateField,
    EnteredAmount,
    Flag,
    JSONText,
    PlainText,
    Uid,
)
from bookyflow.api.wire.inputs import In
from bookyflow.api.wire.lean import LeanList
from bookyflow.core.languages import readable
from bookyflow.core.money import display
from bookyflow.reservations import price_lookup
from bookyflow.tariffs.models import ANY_DAY
from bookyflow.tariffs.ranges import MinStayRange, NightRange, PriceRange
from features.cmf.fields import SMALL, NightPrice, Percent


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


class AvailablePricesOut(serializers.Serializer[Any]):
    property_uid = serializers.IntegerField()
    prices = serializers.DictField(child=PartyPriceOut(), help_text="By number of guests.")


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


class DateRangeOut(serializers.Serializer[Any]):
    start = DateField(source="valid_from", help_text="First night.")
    end = DateField(source="valid_to", help_text="Last night, included.")


class RateSetRowOut(serializers.Serializer[Any]):
    rate_title = serializers.CharField(source="rate.tariff_type.name")
    rate_per_night = BasePriceOut(source="night")
    min_days = serializers.IntegerField(source="rate.min_stay", help_text="Shortest stay.")
    max_days = serializers.IntegerField(source="rate.max_stay", help_text="Longest stay.")
    minpeople = serializers.IntegerField(source="rate.tariff_type.min_people", help_text="Adults.")
    maxpeople = serializers.IntegerField(source="rate.tariff_type.max_people", help_text="Adults.")
    tarifftype_id = serializers.IntegerField(source="rate.tariff_type.pk")
    dayofweek = serializers.IntegerField(
        source="rate.tariff_type.arrival_weekday",
        help_text="Arrival on this weekday only: 0 Sunday to 6 Saturday; 7 any.",
    )
    ignore_pppn = Flag(source="rate.tariff_type.ignore_per_person")
    allow_we = Flag(source="rate.tariff_type.allow_weekend")
    weekendonly = Flag(source="rate.tariff_type.weekend_only")
    room_type_id = serializers.IntegerField(source="rate.tariff_type.room_type_id")
    per_person_per_night = serializers.BooleanField(
        source="per_person", help_text="Whether the price is for each guest."
    )
    number_of_days = serializers.SerializerMethodField()
    date_range = DateRangeOut(source="rate")
    dates = serializers.ListField(child=DateField(), source="rate.dates", help_text="Nights.")

    def get_number_of_days(self, row: price_lookup.PricedRate) -> int:
        """How many nights."""
        return len(row.rate.dates)


class RateSetsOut(serializers.Serializer[Any]):
    tariff_sets = serializers.DictField(
        child=RateSetRowOut(many=True), help_text="Tariff id → its prices, by night."
    )


class RateDatesOut(serializers.Serializer[Any]):
    dates = serializers.ListField(child=DateField(), source="*")


class RateSetDatesOut(serializers.Serializer[Any]):
    tariff_sets = serializers.DictField(
        child=RateDatesOut(), help_text="Tariff id → the nights that have a price."
    )


class DayNames(serializers.DictField):
    """What the days of the week are called, by number: 0 Sunday to 6 Saturday."""

    child = serializers.CharField()

    def get_attribute(self, instance: Any) -> dict[int, str]:
        """In the language of the request."""
        locale = readable(self.context["view"].language).replace("-", "_")
        names = get_day_names("wide", context="stand-alone", locale=locale)
        return {(number + 1) % len(names): name for number, name in names.items()}


class ChangeoverDayOut(serializers.Serializer[Any]):
    changeover_day_of_week = serializers.IntegerField(
        source="fixed_arrival_weekday", help_text="0 Sunday to 6 Saturday."
    )
    changeover_day_enabled = Flag(
        source="fixed_arrival_on", help_text="1: guests arrive on that weekday only."
    )
    days_of_week = DayNames(help_text="Names by number, in the language of the request.")


class ChangeoverDayIn(In[dict[str, Any]]):
    builds = dict

    property_uid = Uid()
    changeover_day_of_week = serializers.IntegerField(
        source="weekday", help_text="0 Sunday to 6 Saturday."
    )
    enable_changeover_day = Flag(
        source="is_on", help_text="0: guests arrive on any day and stay as long as they like."
    )


_FEE = "Net or gross, as the property's prices are."


class CleaningFeeIn(In[dict[str, Any]]):
    builds = dict

    property_uid = Uid()
    cleaningfee = EnteredAmount(source="cleaning_fee", help_text=f"{_FEE} 0: none.")
    tax_rate_code = PlainText(source="tax_code", max_length=20, help_text="The code of a tax rate.")


class CleaningPriceIn(In[Mapping[str, object]]):
    builds = dict

    property_uid = Uid()
    cleaning_price = EnteredAmount(source="cleaning_fee", required=False, help_text=_FEE)


class SecurityDepositIn(In[Mapping[str, object]]):
    builds = dict

    property_uid = Uid()
    security_deposit = EnteredAmount(help_text="Refundable; 0: none.")


class LastMinuteIn(In[dict[str, Any]]):
    builds = dict
    aliases: ClassVar = {"last_minute_days": "threashold", "wiseprice_days": "threashold"}

    property_uid = Uid()
    threashold = serializers.IntegerField(
        source="days", min_value=2, max_value=SMALL, help_text="Arrivals within so many days."
    )
    discount = serializers.IntegerField(
        source="percent", min_value=2, max_value=100, help_text="Per cent."
    )
    active = Flag(source="is_on", required=False, help_text="Stays as it is where it is not sent.")


class LastMinuteOut(serializers.Serializer[Any]):
    lastminuteactive = Flag(required=False, help_text="This and the next two: let as a whole.")
    lastminutethreshold = serializers.IntegerField(
        required=False, help_text="6: arrival at most 5 days ahead."
    )
    lastminutediscount = Percent(required=False)
    wisepriceactive = Flag(required=False, help_text="This and all below: lets single rooms.")
    wisepricethreshold = serializers.IntegerField(required=False)
    wiseprice10discount = Percent(
        required=False, help_text="At most 10 % of the rooms of the type taken."
    )
    wiseprice25discount = Percent(required=False, help_text="More than 10 % and at most 25 %.")
    wiseprice50discount = Percent(required=False, help_text="More than 25 % and at most 50 %.")
    wiseprice75discount = Percent(required=False, help_text="More than 50 % and at most 75 %.")


class LastMinuteSetOut(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    updated_settings = LastMinuteOut()

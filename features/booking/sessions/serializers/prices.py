from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField
from bookyflow.booking_sessions.labels import child_label
from features.booking.serializers import LineOut


class TariffNightOut(serializers.Serializer[Any]):
    date = DateField(source="day")
    rate_id = serializers.IntegerField(source="tariff_id", help_text="Id of the tariff.")
    adult_price = Amount(
        source="price", help_text="Net, of a person where prices are per person, else of a room."
    )
    seven_day_price = Amount(source="week_price", help_text="In stays of a week and more.")
    thirty_day_price = Amount(source="month_price", help_text="In stays of a month and more.")
    gross_price = Amount(source="gross", help_text="As adult_price, with tax.")
    mindays = serializers.IntegerField(source="min_stay", help_text="Least nights of a stay.")
    next_checkin_date = DateField(
        source="next_arrival", help_text="The soonest departure of who arrives on the date."
    )
    room_type_id = serializers.IntegerField()


class PricedRoomSumsOut(serializers.Serializer[Any]):
    calculated_base_price = Amount(
        source="base", help_text="The mean night at the price of a stay so long."
    )
    cumulative_adult_price = Amount(source="total")
    cumulative_seven_day_price = Amount(source="week_total")
    cumulative_thirty_day_price = Amount(source="month_total")


class PricedRoomOut(serializers.Serializer[Any]):
    room_id = serializers.IntegerField()
    tariff_set = serializers.DictField(
        child=TariffNightOut(), source="nights", help_text="By night."
    )
    calculated_prices = PricedRoomSumsOut(
        source="*", help_text="Before discounts on the whole stay; for information."
    )


class RateModel(serializers.CharField):
    """per_night or per_stay."""

    def to_representation(self, value: Any) -> str:
        """What it says of a child rate."""
        return "per_stay" if value else "per_night"


class ChildInfoOut(serializers.Serializer[Any]):
    child_price = Amount(source="rate.price", help_text="As entered.")
    quantity = serializers.IntegerField()
    stay_days = serializers.IntegerField(source="nights")
    model = RateModel(source="rate.per_stay")
    label = serializers.SerializerMethodField()  # type: ignore[assignment]  # the interface's name
    child_rate_id = serializers.IntegerField(source="rate.pk")

    def get_label(self, priced: Any) -> str:
        """Which children they are."""
        return child_label(priced.rate)


class ChildTotalOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="rate.pk")
    total = Amount(help_text="Net.")
    quantity = serializers.IntegerField()
    rate = Amount(source="rate.price")


class SessionLineOut(LineOut):
    pass


class RoomPricesOut(serializers.Serializer[Any]):
    requestedRooms = serializers.CharField(source="pairs", help_text="Pairs of room and tariff.")
    rooms = serializers.DictField(child=PricedRoomOut(), help_text="By room id.")
    adult_prices = Amount(source="adults_net", help_text="The rooms after discounts, net.")
    adult_quantity = serializers.IntegerField(source="quote.stay_request.adults")
    stayDays = serializers.IntegerField(source="nights")
    info = serializers.DictField(
        child=ChildInfoOut(), source="children", help_text="By child rate."
    )
    child_prices_breakdown = serializers.DictField(
        child=ChildTotalOut(), source="children", help_text="By child rate."
    )
    child_prices = Amount(source="children_net", help_text="Net.")
    accommodation_total_ex_tax = Amount(source="accommodation_net")
    accommodation_total_inc_tax = Amount(source="accommodation_gross")
    deposit = Amount(source="quote.deposit", help_text="Due in advance.")
    city_tax = Amount()
    cleaning_fee = Amount(source="cleaning")
    extras_total = Amount(source="extras")
    total = Amount(source="quote.breakdown.total", help_text="What the guest pays, all in all.")
    security_deposit = Amount(source="quote.security", help_text="Refundable; in no total.")
    currency_code = serializers.CharField(source="currency")
    lines = SessionLineOut(many=True, help_text="Their gross amounts add up to the total.")
    expires_at = serializers.DateTimeField(help_text="The price and the rooms are held until then.")


class DepositOut(serializers.Serializer[Any]):
    deposit = Amount(source="quote.deposit")
    daily_rate = Amount(source="nightly", help_text="The rooms, net, divided by the nights.")


class CityTaxOut(serializers.Serializer[Any]):
    tax = Amount(source="price.city_tax")
    label = serializers.CharField(help_text="What it is counted by; empty for none.")  # type: ignore[assignment]  # the interface's name


class CleaningFeeOut(serializers.Serializer[Any]):
    fee = Amount(source="cleaning")

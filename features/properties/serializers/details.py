from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.fields import Amount, Flag
from bookyflow.rooms.models import RoomType


class PlaceOut(serializers.Serializer[Any]):
    lat = serializers.CharField(source="latitude", allow_null=True)
    long = serializers.CharField(source="longitude", allow_null=True)


class UsableRoomTypeOut(serializers.ModelSerializer[RoomType]):
    abbv = serializers.CharField(source="name")
    desc = serializers.CharField(source="description")
    image = serializers.CharField(default="", help_text="Address of an icon, or empty.")

    class Meta:
        model = RoomType
        fields = ("abbv", "desc", "image")


class SettingsOut(serializers.Serializer[Any]):
    perPersonPerNight = Flag(help_text="Prices are per person.")
    prices_inclusive = Flag(help_text="Entered prices contain tax.")
    property_currencycode = serializers.CharField(help_text="ISO 4217.")
    property_language = serializers.CharField()
    time_zone = serializers.CharField(help_text="IANA name; its midnight begins the day.")
    minimuminterval = serializers.IntegerField(help_text="Minimum stay of first prices, in nights.")
    weekenddays = serializers.CharField(help_text="Weekend nights: 0 Sunday to 6 Saturday.")
    chargeDepositYesNo = Flag(help_text="A deposit is asked for.")
    depositIsPercentage = Flag(help_text="depositValue is per cent of the total, else an amount.")
    depositValue = serializers.CharField(help_text="A decimal number.")
    cleaning_fee = Amount(help_text="Per booking.")
    security_deposit = Amount(help_text="Refundable; in no total.")
    singleRoomProperty = Flag(help_text="Let as a whole.")
    item_hire_property = serializers.BooleanField(help_text="Hires out items instead of rooms.")
    api_privacy_off = Flag(help_text="Any channel of a manager reaches the property.")

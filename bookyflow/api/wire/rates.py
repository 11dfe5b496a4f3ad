"""Rows of prices, as several features show them: consecutive nights with a price in common."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField, Flag


class RateRow(serializers.Serializer[Any]):
    """Consecutive nights that have their price in common."""

    rates_uid = serializers.IntegerField(help_text="Of the first night.")
    tarifftype_id = serializers.IntegerField(source="tariff_type.pk")
    rate_title = serializers.CharField(source="tariff_type.name")
    rate_description = serializers.CharField(source="tariff_type.description")
    validfrom = DateField(source="valid_from")
    validto = DateField(source="valid_to", help_text="Included.")
    roomrateperday = Amount(source="price", help_text="As entered, net or gross.")
    mindays = serializers.IntegerField(source="min_stay")
    maxdays = serializers.IntegerField(source="max_stay")
    minpeople = serializers.IntegerField(source="tariff_type.min_people")
    maxpeople = serializers.IntegerField(source="tariff_type.max_people")
    roomclass_uid = serializers.IntegerField(source="tariff_type.room_type_id")
    ignore_pppn = Flag(source="tariff_type.ignore_per_person")
    allow_we = Flag(source="tariff_type.allow_weekend")


class ConditionedRateRow(RateRow):
    """Consecutive nights that have their price in common, and all conditions of it."""

    weekendonly = Flag(source="tariff_type.weekend_only")
    dayofweek = serializers.IntegerField(
        source="tariff_type.arrival_weekday", help_text="0 Sunday to 6 Saturday; 7 any."
    )
    minrooms_alreadyselected = serializers.IntegerField(source="tariff_type.min_rooms_selected")
    maxrooms_alreadyselected = serializers.IntegerField(source="tariff_type.max_rooms_selected")

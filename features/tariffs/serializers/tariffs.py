from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField, Flag


class TariffRateOut(serializers.Serializer[Any]):
    rates_uid = serializers.IntegerField(help_text="Of the first night.")
    property_uid = serializers.IntegerField(source="tariff_type.property_id")
    tarifftype_id = serializers.IntegerField(source="tariff_type.pk")
    version = serializers.IntegerField(
        source="tariff_type.version", help_text="Of the tariff, for If-Match."
    )
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
    allow_ph = Flag(source="allows_holidays")
    allow_we = Flag(source="tariff_type.allow_weekend")
    weekendonly = Flag(source="tariff_type.weekend_only")
    dayofweek = serializers.IntegerField(
        source="tariff_type.arrival_weekday", help_text="0 Sunday to 6 Saturday; 7 any."
    )
    minrooms_alreadyselected = serializers.IntegerField(source="tariff_type.min_rooms_selected")
    maxrooms_alreadyselected = serializers.IntegerField(source="tariff_type.max_rooms_selected")


class TariffsOfTypeOut(serializers.DictField):
    """Tariffs of one room type: tariff id → id of a rate → rate."""

    child = serializers.DictField(child=TariffRateOut(), help_text="By the id of a rate.")


class DeletedTariffOut(serializers.Serializer[Any]):
    message = serializers.CharField()
    property_uid = serializers.IntegerField()
    tarifftypeid = serializers.IntegerField()

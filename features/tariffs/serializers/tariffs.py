from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Flag
from bookyflow.api.wire.rates import ConditionedRateRow


class TariffRateOut(ConditionedRateRow):
    property_uid = serializers.IntegerField(source="tariff_type.property_id")
    version = serializers.IntegerField(
        source="tariff_type.version", help_text="Of the tariff, for If-Match."
    )
    allow_ph = Flag(source="allows_holidays")


class TariffsOfTypeOut(serializers.DictField):
    """Tariffs of one room type: tariff id → id of a rate → rate."""

    child = serializers.DictField(child=TariffRateOut(), help_text="By the id of a rate.")


class DeletedTariffOut(serializers.Serializer[Any]):
    message = serializers.CharField()
    property_uid = serializers.IntegerField()
    tarifftypeid = serializers.IntegerField()

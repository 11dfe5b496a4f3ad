from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.date_maps import MOST_DATES, DateMap, DatePrice
from bookyflow.api.wire.fields import LARGEST_ID, JSONText
from bookyflow.api.wire.inputs import In
from features.tariffs.serializers.conditions import FLAGS, SMALL, ConditionsIn


def _nightly(
    *,
    room_type_id: int,
    prices: Mapping[date, Decimal | None],
    min_stays: Mapping[date, int],
    tariff_type_id: int = 0,
    **conditions: Any,
) -> dict[str, Any]:
    return {
        "tariff_type_id": tariff_type_id,
        "room_type_id": room_type_id,
        "prices": prices,
        "min_stays": min_stays,
        "conditions": FLAGS | conditions,
    }


class NightlyTariffIn(ConditionsIn, In[dict[str, Any]]):
    builds = _nightly

    tariffinput = JSONText(
        DateMap(child=DatePrice(allow_null=True), allow_empty=False, max_length=MOST_DATES),
        source="prices",
        help_text="Date → price of the night, as the property's prices are. A night with 0 or null "
        "is not for sale; one between two dates without an entry has the price of the date before.",
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


class NightlyTariffUpdateIn(NightlyTariffIn):
    tarifftypeid = serializers.IntegerField(
        source="tariff_type_id",
        min_value=0,
        max_value=LARGEST_ID,
        default=0,
        help_text="The tariff to replace; 0 for a new one.",
    )

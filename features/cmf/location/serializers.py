from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Degrees, PlainText, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.core.geocoder import Location


class PositionIn(In[dict[str, Any]]):
    builds = dict

    lat = Degrees(90, source="latitude")
    long = Degrees(180, source="longitude")


class LocationIn(In[Mapping[str, object]]):
    builds = dict

    property_uid = Uid()
    country_code = PlainText(
        source="country",
        max_length=3,
        required=False,
        help_text="ISO 3166-1; UK and EL are understood. A new country without `region_id` leaves "
        "no region.",
    )
    region_id = Uid(required=False, help_text="A region of the country.")
    lat = Degrees(90, source="latitude", required=False)
    long = Degrees(180, source="longitude", required=False)


class LocationOut(serializers.Serializer[Any]):
    country_code = serializers.CharField(required=False, help_text="ISO 3166-1.")
    region_id = serializers.IntegerField(
        required=False, allow_null=True, help_text="Null where no region is known."
    )

    def to_representation(self, found: Location) -> dict[str, Any]:
        """The place, or nothing."""
        if not found.country:
            return {}
        region_id = found.region.number if found.region else None
        return {"country_code": found.country, "region_id": region_id}

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.properties.selectors import countries_in_use, property_types, regions_in_use
from bookyflow.rooms.selectors import room_types_shared
from features.cmf.serializers.dictionaries import (
    CountryOut,
    PropertyTypeOut,
    RegionOut,
    SharedRoomTypeOut,
)


class Dictionaries(FeatureViewSet):
    """Lists of what may be referred to."""

    @endpoint(
        scope="channel_management",
        key="response",
        returns=PropertyTypeOut(many=True),
        channel=True,
        example=[{"property_type_id": 1, "property_type": "Hotel", "flag": 0}],
    )
    def list_property_types(self, request: Request) -> Response:
        """List the published property types by name.

        `flag` is how such a property is let: 0 and 2 several rooms, 1 and 3 as one unit, 4 for
        sale, 5 several items for hire.
        """
        return self.reply(property_types())

    @endpoint(
        scope="channel_management",
        key="response",
        returns=SharedRoomTypeOut(many=True),
        channel=True,
        example=[{"room_classes_uid": 1, "room_class_abbv": "Double", "ptype_xref": [1, 5]}],
    )
    def list_room_types(self, request: Request) -> Response:
        """List the site-wide room types by name, with the property types they fit."""
        return self.reply(room_types_shared())

    @endpoint(
        scope="channel_management",
        key="response",
        returns=serializers.DictField(child=CountryOut(), help_text="By country code."),
        channel=True,
        example={"IE": {"id": 372, "countrycode": "IE", "countryname": "Ireland"}},
    )
    def list_countries(self, request: Request) -> Response:
        """List the countries in which a property exists, by name."""
        found = countries_in_use(is_test=self.actor.is_test, language=self.language)
        return self.reply({country.code: country for country in found})

    @endpoint(
        scope="channel_management",
        key="response",
        returns=serializers.DictField(child=RegionOut(), help_text="By region id."),
        channel=True,
        example={"17101": {"id": 17101, "countrycode": "IE", "regionname": "Connaught"}},
    )
    def list_regions(self, request: Request) -> Response:
        """List the regions in which a property exists, by country and name."""
        found = regions_in_use(is_test=self.actor.is_test)
        return self.reply({str(region.number): region for region in found})

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.properties.selectors import countries_in_use, property_types, regions_in_use
from bookyflow.rooms.selectors import room_types_shared
from features.cmf.contract import cmf
from features.cmf.dictionary.serializers import (
    CountryOut,
    PropertyTypeOut,
    RegionOut,
    SharedRoomTypeOut,
)


class Dictionaries(FeatureViewSet):
    """Lists of what may be referred to."""

    @cmf(returns=PropertyTypeOut(many=True))
    def list_property_types(self, request: Request) -> Response:
        """List the published property types by name.

        `flag` is how such a property is let: 0 and 2 several rooms, 1 and 3 as one unit, 4 for
        sale, 5 several items for hire.
        """
        return self.reply(property_types())

    @cmf(returns=SharedRoomTypeOut(many=True))
    def list_room_types(self, request: Request) -> Response:
        """List the site-wide room types by name, with the property types they fit."""
        return self.reply(room_types_shared())

    @cmf(returns=serializers.DictField(child=CountryOut(), help_text="By country code."))
    def list_countries(self, request: Request) -> Response:
        """List the countries in which a property exists, by name."""
        found = countries_in_use(is_test=self.actor.is_test, language=self.language)
        return self.reply({country.code: country for country in found})

    @cmf(returns=serializers.DictField(child=RegionOut(), help_text="By region id."))
    def list_regions(self, request: Request) -> Response:
        """List the regions in which a property exists, by country and name."""
        found = regions_in_use(is_test=self.actor.is_test)
        return self.reply({str(region.number): region for region in found})

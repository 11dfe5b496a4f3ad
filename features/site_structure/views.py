from __future__ import annotations

from functools import partial

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.contract import PUBLIC
from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.core import places
from bookyflow.properties import dictionaries
from bookyflow.rooms.dictionaries import room_types_named
from features.site_structure.serializers import (
    FeatureGroupOut,
    SiteCategoryOut,
    SiteCountryOut,
    SiteFeatureOut,
    SiteRegionOut,
    SiteRoomTypeOut,
)

site = partial(endpoint, scope=PUBLIC, replica=True)
BY_ID = "By id."


class SiteStructure(FeatureViewSet):
    """What search forms are built of, and what ids stand for, in the language asked for."""

    @site(
        key="room_types",
        returns=serializers.DictField(child=SiteRoomTypeOut(), help_text=BY_ID),
    )
    def room_types(self, request: Request) -> Response:
        """List the room types of the site by name, with the property types that have them."""
        return self.reply({str(one.pk): one for one in room_types_named(language=self.language)})

    @site(
        key="all_property_types",
        returns=serializers.DictField(child=serializers.CharField(), help_text=BY_ID),
    )
    def property_types(self, request: Request) -> Response:
        """Name the types of properties."""
        found = dictionaries.property_types_named(language=self.language)
        return self.reply({str(one.pk): one.name for one in found})

    @site(
        key="property_features",
        returns=serializers.DictField(child=SiteFeatureOut(), help_text=BY_ID),
    )
    def property_features(self, request: Request) -> Response:
        """List what properties may offer (pool, kitchen, wifi) by name, with its group."""
        found = dictionaries.features_named(language=self.language)
        return self.reply({str(one.pk): one for one in found})

    @site(
        key="property_features_categories",
        returns=serializers.DictField(child=FeatureGroupOut(), help_text=BY_ID),
    )
    def property_features_categories(self, request: Request) -> Response:
        """List the groups of features by title."""
        found = dictionaries.feature_categories_named(language=self.language)
        return self.reply({str(one.pk): one for one in found})

    @site(
        key="countries",
        returns=serializers.DictField(child=SiteCountryOut(), help_text="By country code."),
    )
    def countries(self, request: Request) -> Response:
        """List all countries by name."""
        found = places.countries_named(self.language)
        return self.reply({country.code: country for country in found})

    @site(key="regions", returns=serializers.DictField(child=SiteRegionOut(), help_text=BY_ID))
    def regions(self, request: Request) -> Response:
        """List all regions of all countries, some five thousand, by country code and name."""
        found = places.regions_named(self.language)
        return self.reply({str(region.number): region for region in found})

    @site(
        key="categories",
        returns=serializers.DictField(child=SiteCategoryOut(), help_text=BY_ID),
    )
    def categories(self, request: Request) -> Response:
        """List the categories of properties by title."""
        found = dictionaries.categories_named(language=self.language)
        return self.reply({str(one.pk): one for one in found})

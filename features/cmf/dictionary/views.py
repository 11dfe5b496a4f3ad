from __future__ import annotations

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.channels.dictionary import (
    dictionary_items,
    dictionary_map,
    dictionary_map_save,
)
from bookyflow.channels.models import LocalType
from bookyflow.channels.selectors import properties_known
from bookyflow.core.places import countries_named, regions_named
from bookyflow.properties.dictionaries import features_named
from bookyflow.properties.models import Property
from bookyflow.properties.selectors import (
    TownCurrency,
    countries_of,
    property_types,
    regions_of,
    town_currencies_of,
    towns_of,
)
from bookyflow.rooms.selectors import room_types_shared
from bookyflow.tariffs.selectors import tax_rates
from features.cmf.contract import cmf
from features.cmf.dictionary import codes
from features.cmf.dictionary.mappings import (
    DictionaryMapIn,
    DictionaryMapOut,
    LocalItemsOut,
    LocalTypeOut,
)
from features.cmf.dictionary.serializers import (
    CountryOut,
    ImageTypeOut,
    PropertyTypeOut,
    RegionOut,
    SharedPropertyFeatureOut,
    SharedRoomTypeOut,
    StatusMeaningOut,
    TaxRateOut,
    TownCurrencyOut,
)

named = cmf(returns=serializers.DictField(child=serializers.CharField(), help_text="By code."))


class Dictionaries(FeatureViewSet):
    """Lists of what may be referred to."""

    @cmf(returns=PropertyTypeOut(many=True), replica=True)
    def list_property_types(self, request: Request) -> Response:
        """List the published property types by name.

        `flag` is how such a property is let: 0 and 2 several rooms, 1 and 3 as one unit, 4 for
        sale, 5 several items for hire.
        """
        return self.reply(property_types())

    @cmf(returns=SharedRoomTypeOut(many=True), replica=True)
    def list_room_types(self, request: Request) -> Response:
        """List the site-wide room types by name, with the property types they fit."""
        return self.reply(room_types_shared())

    @cmf(returns=SharedPropertyFeatureOut(many=True), replica=True)
    def list_property_features(self, request: Request) -> Response:
        """List the features that any property may have, by name in the language asked for."""
        return self.reply(features_named(language=self.language))

    @cmf(returns=TaxRateOut(many=True), replica=True)
    def list_tax_rates(self, request: Request) -> Response:
        """List the tax rates of the site by code."""
        return self.reply(tax_rates())


class Places(FeatureViewSet):
    """Where properties lie: those that are published, and those that the channel works with."""

    @cmf(
        returns=serializers.DictField(child=CountryOut(), help_text="By country code."),
        replica=True,
    )
    def list_countries(self, request: Request) -> Response:
        """List the countries in which a property lies, by name.

        Properties that are not published count for the channels that work with them only.
        """
        found = countries_of(self._known, language=self.language)
        return self.reply({country.code: country for country in found})

    @cmf(
        returns=serializers.DictField(child=CountryOut(), help_text="By country code."),
        replica=True,
    )
    def list_countries_all(self, request: Request) -> Response:
        """List all countries by name."""
        found = countries_named(self.language)
        return self.reply({country.code: country for country in found})

    @cmf(returns=serializers.DictField(child=RegionOut(), help_text="By region id."), replica=True)
    def list_regions(self, request: Request) -> Response:
        """List the regions in which a property lies, by country and name.

        Properties that are not published count for the channels that work with them only.
        """
        found = regions_of(self._known, language=self.language)
        return self.reply({str(region.number): region for region in found})

    @cmf(returns=serializers.DictField(child=RegionOut(), help_text="By region id."), replica=True)
    def list_regions_all(self, request: Request) -> Response:
        """List all regions of all countries, some five thousand, by country code and name."""
        found = regions_named(self.language)
        return self.reply({str(region.number): region for region in found})

    @cmf(returns=serializers.ListField(child=serializers.CharField()), replica=True)
    def list_cities(self, request: Request) -> Response:
        """Name the towns in which a property lies, each once, by name.

        Properties that are not published count for the channels that work with them only, here
        and in the other lists of towns.
        """
        return self.reply(list(towns_of(self._known)))

    @cmf(
        returns=serializers.DictField(child=serializers.IntegerField(), help_text="By town."),
        replica=True,
    )
    def list_city_properties_count(self, request: Request) -> Response:
        """Count the properties of each town, by the towns' names."""
        return self.reply(towns_of(self._known))

    @cmf(
        returns=serializers.DictField(
            child=serializers.DictField(child=TownCurrencyOut(), help_text="By currency code."),
            help_text="By town.",
        ),
        replica=True,
    )
    def list_city_currencies(self, request: Request) -> Response:
        """List the currencies in which the properties of each town sell, by the towns' names."""
        found: dict[str, dict[str, TownCurrency]] = {}
        for one in town_currencies_of(self._known):
            found.setdefault(one.town, {})[one.currency] = one
        return self.reply(found)

    @property
    def _known(self) -> QuerySet[Property]:
        return properties_known(reach=self.reach, channel=self.channel_id)


class Codes(FeatureViewSet):
    """What numbers and names of the interface stand for: constant, in English."""

    @named
    def list_access_levels(self, request: Request) -> Response:
        """Name the levels that accounts of staff can have."""
        return self.reply(codes.ACCESS_LEVELS)

    @named
    def list_booking_statuses(self, request: Request) -> Response:
        """Name the statuses of bookings."""
        return self.reply(codes.BOOKING_STATUSES)

    @named
    def list_deposit_types(self, request: Request) -> Response:
        """Name the types of deposits; a property of this site has 1, 3 or 5."""
        return self.reply(codes.DEPOSIT_TYPES)

    @named
    def list_extra_models(self, request: Request) -> Response:
        """Name the ways in which extras are charged; 7 and 8 are the same one, read as 8."""
        return self.reply(codes.EXTRA_MODELS)

    @named
    def list_property_type_flags(self, request: Request) -> Response:
        """Explain `flag` of property types: how such properties are let."""
        return self.reply(codes.PROPERTY_TYPE_FLAGS)

    @named
    def list_reservation_statuses(self, request: Request) -> Response:
        """Name the statuses that a channel may report for a reservation."""
        return self.reply(codes.RESERVATION_STATUSES)

    @named
    def list_statuses(self, request: Request) -> Response:
        """Name the two outcomes of a call."""
        return self.reply(codes.OUTCOMES)

    @cmf(returns=StatusMeaningOut(many=True), replica=True)
    def list_property_statuses(self, request: Request) -> Response:
        """Name the statuses of properties: how far each has come."""
        return self.reply(codes.PROPERTY_STATUSES)

    @cmf(returns=ImageTypeOut(many=True), replica=True)
    def list_image_types(self, request: Request) -> Response:
        """List the kinds of pictures that can be stored."""
        return self.reply(codes.IMAGE_TYPES)


class Mappings(FeatureViewSet):
    """What of a channel's own dictionaries is what in ours."""

    @cmf(returns=serializers.DictField(child=LocalTypeOut(), help_text="By designation."))
    def dictionary_items_types(self, request: Request) -> Response:
        """List our dictionaries to which a channel can map its own."""
        return self.reply({one.value: one for one in LocalType})

    @cmf(returns=LocalItemsOut(), raises=("item_type_unrecognised",))
    def dictionary_items_type_items(self, request: Request, item_type: str) -> Response:
        """List the items of one of our dictionaries, by name in the language asked for.

        Property types are among them whether they are published or not.
        """
        return self.reply(dictionary_items(local_type=item_type, language=self.language))

    @cmf(returns=DictionaryMapOut(), raises=("item_type_unrecognised",))
    def dictionary_items_map_get(self, request: Request, local_type: str) -> Response:
        """Read what your channel has mapped to one of our dictionaries.

        Maps belong to a channel: that of another user is another one, whatever its name.
        """
        return self.reply(dictionary_map(channel_id=self.channel_id, local_type=local_type))

    @cmf(
        body=DictionaryMapIn,
        returns=serializers.IntegerField(help_text="Id of the map."),
        raises=("item_type_unrecognised",),
    )
    def dictionary_items_map_save(
        self, request: Request, remote_type: str, local_type: str
    ) -> Response:
        """Say which items of the channel's dictionary are which of ours.

        This replaces all that the channel has mapped to this dictionary of ours. It is refused as
        a whole when one of our ids does not exist.
        """
        saved = dictionary_map_save(
            channel_id=self.channel_id, remote_type=remote_type, local_type=local_type, **self.body
        )
        return self.reply(saved)

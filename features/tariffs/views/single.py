from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.property_lifecycle.rooms_and_prices import (
    rooms_and_prices_save,
    unit_and_price_save,
)
from bookyflow.tariffs.editing import tariff_save_advanced
from features.tariffs.contract import change
from features.tariffs.serializers.single import (
    AdvancedTariffIn,
    RoomsAndPricesIn,
    UnitAndPriceIn,
)


class SinglePrices(FeatureViewSet):
    """Tariffs of one price for all nights, of properties in advanced or normal mode."""

    @change(
        key="tarifftypeid",
        body=AdvancedTariffIn,
        returns=serializers.IntegerField(help_text="Id of the new tariff."),
        raises=("tariff_save_method_not_valid", "room_type_incorrect"),
    )
    def create_advanced(self, request: Request, property_uid: int) -> Response:
        """Add a tariff of one price for a period to a room type.

        For properties in advanced mode. Nights before today are not priced, nor are those more
        than ten years ahead.
        """
        new = self.input(AdvancedTariffIn)
        return self.reply(tariff_save_advanced(property_id=property_uid, by=self.actor, **new))

    @change(
        key="tarifftypeids",
        body=RoomsAndPricesIn,
        versioned="property",
        returns=serializers.ListField(
            child=serializers.IntegerField(),
            help_text="Ids of the tariffs of the room types sent, in the order of these.",
        ),
        raises=(
            "tariff_save_method_not_valid",
            "wrong_endpoint_property_is_srp",
            "room_type_incorrect",
            "tariff_type_not_found",
            "too_many_rooms_here",
            "conflict",
        ),
    )
    def save_normal_mrp(self, request: Request, property_uid: int) -> Response:
        """Set how many rooms each room type has, and its one price.

        For properties in normal mode that let single rooms. Room types that are not sent stay as
        they are. Rooms that are too many are deleted, but for those that somebody has today or
        later. A price is valid from today for as many years as the property prices, and the tariff
        of a type ends with the last of its rooms. Forms send `number_of_rooms[3]=2`. All is done,
        or nothing.
        """
        found = rooms_and_prices_save(
            property_id=property_uid, wanted=self.input(RoomsAndPricesIn), by=self.actor
        )
        return self.reply(list(found.values()))

    @change(
        key="tarifftypeid",
        body=UnitAndPriceIn,
        versioned="property",
        returns=serializers.IntegerField(help_text="Id of the tariff, new or known."),
        raises=(
            "tariff_save_method_not_valid",
            "wrong_endpoint_property_is_mrp",
            "room_type_incorrect",
            "room_not_found",
            "tariff_type_not_found",
        ),
    )
    def save_normal_srp(self, request: Request, property_uid: int) -> Response:
        """Set the room type and the one price of a property that is let as a whole.

        For properties in normal mode. The room keeps its name, its features and how many people it
        takes; its prices come along to another room type. The price is valid from today for as
        many years as the property prices.
        """
        wanted = self.input(UnitAndPriceIn)
        return self.reply(unit_and_price_save(property_id=property_uid, by=self.actor, **wanted))

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.api.wire.properties import UsableRoomTypeOut
from bookyflow.api.wire.settings import SettingsOut
from bookyflow.pictures.room_types import room_types_pictured
from bookyflow.properties.models import PropertyText
from bookyflow.properties.selectors import property_text
from bookyflow.property_settings.values import settings_values
from features.properties.contract import content, text
from features.properties.serializers.details import PlaceOut


class Texts(FeatureViewSet):
    """The texts of a property, in the language of the request where there is one."""

    def read(self, field: PropertyText.Field) -> str:
        """One text, or ""."""
        return property_text(property_id=self.property_uid, field=field, language=self.language)

    @content(key="property_name", returns=serializers.CharField(), replica=True)
    def get_name(self, request: Request, property_uid: int) -> Response:
        """Read the name of a property."""
        return self.reply(self.read(PropertyText.Field.NAME) or self.prop.name)

    @text(key="property_description", replica=True)
    def get_description(self, request: Request, property_uid: int) -> Response:
        """Read the description of a property."""
        return self.reply(self.read(PropertyText.Field.DESCRIPTION))

    @text(key="property_checkin_times", replica=True)
    def get_checkin_times(self, request: Request, property_uid: int) -> Response:
        """Read when guests may arrive and must leave."""
        return self.reply(self.read(PropertyText.Field.CHECKIN_TIMES))

    @text(key="property_area_activities", replica=True)
    def get_area_activities(self, request: Request, property_uid: int) -> Response:
        """Read what there is to do near the property."""
        return self.reply(self.read(PropertyText.Field.AREA_ACTIVITIES))

    @text(key="property_driving_directions", replica=True)
    def get_driving_directions(self, request: Request, property_uid: int) -> Response:
        """Read how to get there by car."""
        return self.reply(self.read(PropertyText.Field.DRIVING_DIRECTIONS))

    @text(key="property_policies_disclaimers", replica=True)
    def get_policies(self, request: Request, property_uid: int) -> Response:
        """Read the terms and policies of a property."""
        return self.reply(self.read(PropertyText.Field.POLICIES))


class Details(FeatureViewSet):
    """Facts about a property."""

    @content(key="lat_long", returns=PlaceOut(), replica=True)
    def get_lat_long(self, request: Request, property_uid: int) -> Response:
        """Read where a property is, in degrees; null where that is not known."""
        return self.reply(self.prop)

    @content(
        key="accommodation_tax_rate",
        returns=serializers.FloatField(help_text="Per cent."),
        replica=True,
    )
    def get_accommodation_tax_rate(self, request: Request, property_uid: int) -> Response:
        """Read the rate of tax on accommodation, in per cent."""
        return self.reply(self.prop.settings.accommodation_tax_rate)

    @content(
        key="this_property_room_classes",
        returns=serializers.DictField(child=UsableRoomTypeOut(), help_text="By room type id."),
        replica=True,
    )
    def get_room_types(self, request: Request, property_uid: int) -> Response:
        """List the room types that may be used at a property, whether a room has them or not."""
        return self.reply(room_types_pictured(prop=self.prop))

    @content(key="settings", returns=SettingsOut(), replica=True)
    def get_settings(self, request: Request, property_uid: int) -> Response:
        """Read how a property books and prices."""
        return self.reply(settings_values(self.prop))

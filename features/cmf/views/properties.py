from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.channels.selectors import property_detail, property_ids
from bookyflow.channels.services import channel_property_create
from bookyflow.rooms.selectors import rooms_with_features
from bookyflow.rooms.services import rooms_add
from features.cmf.contract import cmf
from features.cmf.serializers.properties import (
    PropertyIdsOut,
    PropertyIn,
    PropertyOut,
    RoomOut,
    RoomsIn,
)


class Properties(FeatureViewSet):
    """The properties of a channel."""

    @cmf(
        returns=serializers.DictField(child=PropertyIdsOut(), help_text="By property id."),
        paged=True,
    )
    def properties_ids(self, request: Request) -> Response:
        """List the properties that the channel works with, by our id and by its own."""
        page = self.page(property_ids(reach=self.reach, channel=self.channel_id))
        return self.reply({prop.pk: prop for prop in page})

    @cmf(
        body=PropertyIn,
        returns=serializers.IntegerField(help_text="Id of the new property."),
        raises=(
            "remote_id_already_exists",
            "country_incorrect",
            "region_id_incorrect",
            "property_type_id_incorrect",
        ),
    )
    def property_create(self, request: Request) -> Response:
        """Create a property and link it to the channel under the channel's own id.

        It starts unpublished. A property of a type that is let as a whole has its one room at
        once. Its time zone is that of the country where it has one only, else that of its position
        once that is known, unless `time_zone` names it. Next: rooms, then a base price.
        """
        prop = channel_property_create(
            channel_id=self.channel_id, owner_id=self.user_id, by=self.actor, **self.body
        )
        return self.reply(prop.pk)

    @cmf(returns=PropertyOut())
    def property_get(self, request: Request, property_uid: int) -> Response:
        """Read the complete picture of a property: address, texts, rooms, prices, fees."""
        return self.reply(
            property_detail(prop=self.prop, channel=self.channel_id, language=self.language)
        )


class Rooms(FeatureViewSet):
    """The rooms of a property."""

    @cmf(returns=RoomOut(many=True))
    def property_rooms(self, request: Request, property_uid: int) -> Response:
        """List the rooms of a property by number."""
        return self.reply(rooms_with_features(prop=self.prop))

    @cmf(
        body=RoomsIn,
        prop="body",
        versioned="property",
        returns=PropertyOut(),
        raises=("room_type_incorrect", "single_room_property", "too_many_rooms_here"),
    )
    def put_property_rooms(self, request: Request) -> Response:
        """Add rooms by type and number; existing ones stay.

        Numbers go on after the highest one. All items are added or none. Answers the whole
        property.
        """
        rooms_add(property_id=self.property_uid, by=self.actor, **self.input(RoomsIn))
        self.prop.refresh_from_db(fields=["version"])
        return self.reply(
            property_detail(prop=self.prop, channel=self.channel_id, language=self.language)
        )

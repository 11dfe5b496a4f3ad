from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.channels.selectors import property_detail
from bookyflow.rooms.selectors import rooms_with_features
from bookyflow.rooms.services import rooms_add
from features.cmf.contract import cmf
from features.cmf.properties.serializers import PropertyOut
from features.cmf.rooms.serializers import RoomOut, RoomsIn


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

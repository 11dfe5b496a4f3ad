from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.property_lifecycle.rooms import room_delete, room_save, rooms_clear
from bookyflow.rooms.selectors import room_type_features, rooms_with_features
from bookyflow.rooms.services import rooms_add
from features.cmf.contract import DONE, cmf
from features.cmf.properties.serializers import PropertyOut
from features.cmf.properties.shown import PropertyShown
from features.cmf.rooms.serializers import (
    ChannelRoomIn,
    RoomOut,
    RoomSavedOut,
    RoomsIn,
    RoomTypeFeatureOut,
)


class Rooms(PropertyShown):
    """The rooms of a property."""

    @cmf(returns=RoomOut(many=True), replica=True)
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
        return self.shown()

    @cmf(
        body=ChannelRoomIn,
        prop="body",
        versioned="property",
        returns=RoomSavedOut(),
        raises=(
            "room_not_found",
            "room_type_incorrect",
            "single_room_property",
            "too_many_rooms_here",
            "conflict",
        ),
    )
    def put_property_room(self, request: Request) -> Response:
        """Add a room, or change what is sent of one; what is not sent stays.

        The room of a property that is let as a whole takes its prices along to another room type.
        `conflict`: another room has the number.
        """
        return self.reply(
            room_save(property_id=self.property_uid, by=self.actor, **self.input(ChannelRoomIn))
        )

    @cmf(
        versioned="property",
        returns=serializers.BooleanField(),
        raises=("room_not_found", "room_has_bookings", "single_room_property"),
    )
    def delete_property_room(self, request: Request, property_uid: int, room_uid: int) -> Response:
        """Delete a room that nobody has today or later.

        Bookings that are over keep it, and its number may be given again. The one room of a
        property that is let as a whole goes with property/rooms only.
        """
        room_delete(property_id=property_uid, room_id=room_uid, by=self.actor)
        return self.reply(DONE)

    @cmf(versioned="property", returns=serializers.BooleanField(), raises=("room_has_bookings",))
    def delete_property_rooms(self, request: Request, property_uid: int) -> Response:
        """Delete all rooms, such as those that a new property begins with; tariffs stay.

        None is deleted while anybody has one of them today or later.
        """
        rooms_clear(property_id=property_uid, by=self.actor)
        return self.reply(DONE)

    @cmf(returns=RoomTypeFeatureOut(many=True), replica=True)
    def property_room_type_features(
        self, request: Request, property_uid: int, local_room_type_id: int
    ) -> Response:
        """List the features that any room of a type has, each once, by name."""
        return self.reply(room_type_features(prop=self.prop, room_type_id=local_room_type_id))

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from bookyflow.api.wire.fields import (
    LARGEST_ID,
    Amount,
    EnteredAmount,
    JSONText,
    LineText,
    PlainText,
    RemoteId,
    Uid,
)
from bookyflow.api.wire.inputs import In
from bookyflow.rooms.models import Room, RoomFeature
from bookyflow.rooms.services import RoomsToAdd


def _room_type_id(*, room_type_id: int, **theirs: str) -> int:
    return room_type_id


class AmenityIn(In[int]):
    builds = _room_type_id

    bookyflow_id = Uid(source="room_type_id", help_text="Room type id.")
    remote_item_id = RemoteId(required=False, allow_blank=True)
    remote_name = PlainText(max_length=255, required=False, allow_blank=True)


class RoomsItemIn(In[RoomsToAdd]):
    builds = RoomsToAdd
    aliases: ClassVar = {"room_type_id": "bookyflow_id"}

    count = serializers.IntegerField(min_value=1, max_value=1000)
    max_guests = serializers.IntegerField(min_value=1, max_value=1000)
    amenity = AmenityIn(source="room_type_id")


class RoomsIn(In[dict[str, Any]]):
    builds = dict

    property_uid = Uid()
    rooms = JSONText(
        serializers.ListSerializer(child=RoomsItemIn(), allow_empty=False, max_length=100),
        source="items",
    )


def _room(
    *, room_id: int = 0, number: str = "", max_people: int | None = None, **values: Any
) -> dict[str, Any]:
    places = {} if max_people is None else {"max_adults": max_people, "max_occupancy": max_people}
    return {"room_id": room_id or None} | ({"number": number} if number else {}) | places | values


class ChannelRoomIn(In[dict[str, Any]]):
    builds = _room
    aliases: ClassVar = {"max_adults": "max_people", "max_occupancy": "max_people"}

    property_uid = Uid()
    room_uid = serializers.IntegerField(
        source="room_id",
        min_value=0,
        max_value=LARGEST_ID,
        required=False,
        help_text="The room to change; 0 for a new one.",
    )
    room_type_id = Uid(help_text="Room type id.")
    max_people = serializers.IntegerField(
        min_value=1, max_value=1000, required=False, help_text="2 for a new one, unless sent."
    )
    room_name = LineText(source="name", max_length=100, required=False, allow_blank=True)
    room_number = LineText(
        source="number",
        max_length=50,
        required=False,
        allow_blank=True,
        help_text="Once a property. Empty: the next one for a new room.",
    )
    room_floor = LineText(source="floor", max_length=50, required=False, allow_blank=True)
    singleperson_suppliment = EnteredAmount(
        source="single_supplement",
        required=False,
        help_text="Per night, when one person has the room; net.",
    )
    tagline = LineText(max_length=255, required=False, allow_blank=True)
    surcharge = EnteredAmount(required=False, help_text="Per night, as the property's prices are.")
    description = PlainText(max_length=5000, required=False, allow_blank=True)


class RoomSavedOut(serializers.Serializer[Any]):
    room_uid = serializers.IntegerField(source="pk")


class RoomTypeFeatureOut(serializers.Serializer[Any]):
    feature_name = serializers.CharField(source="name")
    feature_id = serializers.IntegerField(source="pk")


class RoomOut(serializers.ModelSerializer[Room]):
    room_uid = serializers.IntegerField(source="pk")
    room_name = serializers.CharField(source="name")
    room_number = serializers.CharField(source="number")
    room_type = serializers.CharField(source="room_type.name")
    room_features: serializers.SlugRelatedField[RoomFeature] = serializers.SlugRelatedField(
        source="features", slug_field="name", many=True, read_only=True, help_text="Names."
    )
    max_people = serializers.IntegerField(source="max_occupancy")
    singleperson_suppliment = Amount(source="single_supplement", help_text="Per night.")
    surcharge = Amount(help_text="Per night, as the property's prices are.")

    class Meta:
        model = Room
        fields = (
            "room_uid",
            "room_name",
            "room_number",
            "room_type_id",
            "room_type",
            "room_features",
            "max_people",
            "singleperson_suppliment",
            "tagline",
            "surcharge",
            "description",
        )

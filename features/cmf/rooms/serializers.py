from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, JSONText, PlainText, RemoteId, Uid
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

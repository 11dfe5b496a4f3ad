from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount
from bookyflow.availability.selectors import Day
from bookyflow.rooms.models import Room, RoomFeature


class FreeRoomOut(serializers.ModelSerializer[Room]):
    room_uid = serializers.IntegerField(source="pk")
    room_name = serializers.CharField(source="name")
    room_number = serializers.CharField(source="number")
    max_people = serializers.IntegerField(source="max_occupancy")
    room_type = serializers.CharField(source="room_type.name")

    class Meta:
        model = Room
        fields = (
            "room_uid",
            "room_name",
            "room_number",
            "max_people",
            "room_type",
            "room_type_id",
        )


class RoomDetailOut(serializers.ModelSerializer[Room]):
    room_uid = serializers.IntegerField(source="pk")
    room_classes_uid = serializers.IntegerField(source="room_type_id")
    propertys_uid = serializers.IntegerField(source="property_id")
    room_features_uid: serializers.PrimaryKeyRelatedField[RoomFeature] = (
        serializers.PrimaryKeyRelatedField(
            source="features", many=True, read_only=True, help_text="Feature ids."
        )
    )
    room_name = serializers.CharField(source="name")
    room_number = serializers.CharField(source="number")
    room_floor = serializers.CharField(source="floor")
    max_people = serializers.IntegerField(source="max_occupancy")
    singleperson_suppliment = Amount(source="single_supplement", help_text="Per night.")
    surcharge = Amount(help_text="Per night, as the property's prices are.")
    room_type = serializers.CharField(source="room_type.name")

    class Meta:
        model = Room
        fields = (
            "room_uid",
            "room_classes_uid",
            "propertys_uid",
            "room_features_uid",
            "room_name",
            "room_number",
            "room_floor",
            "max_people",
            "singleperson_suppliment",
            "tagline",
            "description",
            "surcharge",
            "max_occupancy",
            "max_adults",
            "max_children",
            "room_type",
        )


class AvailableRoomsOut(serializers.Serializer[Any]):
    continuously_available_rooms = FreeRoomOut(source="rooms", many=True)
    room_details = serializers.DictField(
        source="by_id", child=RoomDetailOut(), help_text="By room id."
    )


class CalendarDayOut(serializers.Serializer[Any]):
    minstay = serializers.IntegerField(required=False, help_text="Missing without a price.")
    is_blocked = serializers.BooleanField(help_text="No room is for sale.")
    free_rooms = serializers.IntegerField(help_text="Free and for sale.")

    def to_representation(self, day: Day) -> dict[str, Any]:
        """One night."""
        shown: dict[str, Any] = {} if day.min_stay is None else {"minstay": day.min_stay}
        return shown | {"is_blocked": day.is_full, "free_rooms": day.for_sale}

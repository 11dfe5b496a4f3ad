"""Rooms, as several features show them."""

from __future__ import annotations

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount
from bookyflow.rooms.models import Room


class RoomRow(serializers.ModelSerializer[Room]):
    """What a room is, by the names that the catalogue has for it."""

    room_uid = serializers.IntegerField(source="pk")
    room_classes_uid = serializers.IntegerField(source="room_type_id", help_text="Room type id.")
    propertys_uid = serializers.IntegerField(source="property_id")
    room_features_uid = serializers.ListField(
        child=serializers.IntegerField(), source="feature_ids", help_text="Feature ids."
    )
    room_name = serializers.CharField(source="name")
    room_number = serializers.CharField(source="number")
    room_floor = serializers.CharField(source="floor")
    max_people = serializers.IntegerField(source="max_occupancy")
    singleperson_suppliment = Amount(source="single_supplement", help_text="Per night; net.")
    surcharge = Amount(help_text="Per night, as the property's prices are.")

    class Meta:
        model = Room
        fields: tuple[str, ...] = (
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
        )

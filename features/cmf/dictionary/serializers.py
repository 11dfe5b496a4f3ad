from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.properties.models import PropertyType
from bookyflow.rooms.models import RoomType


class PropertyTypeOut(serializers.ModelSerializer[PropertyType]):
    property_type_id = serializers.IntegerField(source="pk")
    property_type = serializers.CharField(source="name")

    class Meta:
        model = PropertyType
        fields = ("property_type_id", "property_type", "flag")


class SharedRoomTypeOut(serializers.ModelSerializer[RoomType]):
    room_classes_uid = serializers.IntegerField(source="pk")
    room_class_abbv = serializers.CharField(source="name")
    ptype_xref: serializers.Field[Any, Any, Any, Any] = serializers.PrimaryKeyRelatedField(
        source="property_types", many=True, read_only=True
    )

    class Meta:
        model = RoomType
        fields = ("room_classes_uid", "room_class_abbv", "ptype_xref")


class CountryOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="number", help_text="ISO 3166-1 numeric.")
    countrycode = serializers.CharField(source="code")
    countryname = serializers.CharField(source="name")


class RegionOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="number")
    countrycode = serializers.CharField(source="country")
    regionname = serializers.CharField(source="name")

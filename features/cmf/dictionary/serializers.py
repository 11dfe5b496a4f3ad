from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Flag
from bookyflow.api.wire.shown import RegionName
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


class SharedPropertyFeatureOut(serializers.Serializer[Any]):
    property_feature_id = serializers.IntegerField(source="pk")
    property_feature = serializers.CharField(source="name")
    include_in_filters = Flag(source="is_searched", help_text="Whether guests can search by it.")


class StatusMeaningOut(serializers.Serializer[Any]):
    status = serializers.IntegerField()
    text = serializers.CharField()


class ImageTypeOut(serializers.Serializer[Any]):
    type = serializers.CharField(help_text="For people.")
    internal_type = serializers.CharField(help_text="As the endpoints for pictures have it.")
    resource_id_required = serializers.BooleanField(
        help_text="Whether a picture is of something with an id, such as a room."
    )


class TaxRateOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk", help_text="As extras have it.")
    code = serializers.CharField(help_text="As a cleaning fee has it.")
    description = serializers.CharField()
    rate = serializers.DecimalField(max_digits=5, decimal_places=2, help_text="Per cent.")


class TownCurrencyOut(serializers.Serializer[Any]):
    city = serializers.CharField(source="town")
    city_currency_code = serializers.CharField(source="currency", help_text="ISO 4217.")
    region = RegionName(help_text='Its name; "" where none is known.')

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.extras import ExtraPrice
from bookyflow.api.wire.fields import Amount, DateField, Flag, ZeroOrId
from bookyflow.api.wire.shown import Instant
from bookyflow.pricing.inputs import ExtraModel
from bookyflow.rooms.models import Room, RoomFeature


class RoomReadOut(serializers.ModelSerializer[Room]):
    room_uid = serializers.IntegerField(source="pk")
    room_classes_uid = serializers.IntegerField(source="room_type_id", help_text="Room type id.")
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
    singleperson_suppliment = Amount(source="single_supplement", help_text="Per night; net.")
    surcharge = Amount(help_text="Per night, as the property's prices are.")
    deleted_at = Instant(allow_null=True, help_text="ISO 8601, UTC.")

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
            "deleted_at",
        )


class ExtraReadOut(serializers.Serializer[Any]):
    extras_uid = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    desc = serializers.CharField(source="description")
    price = ExtraPrice(help_text="As the property's prices are; per cent of the rooms by `model`.")
    model = serializers.ChoiceField([one.value for one in ExtraModel])
    auto_select = Flag()
    tax_rate = ZeroOrId(source="tax_rate_id", help_text="Id; 0: untaxed.")
    maxquantity = serializers.IntegerField(source="max_quantity")
    validfrom = DateField(source="valid_from", allow_null=True, help_text="First day of arrival.")
    validto = DateField(source="valid_to", allow_null=True, help_text="Included.")
    include_in_property_lists = Flag()
    limited_to_room_type = ZeroOrId(source="room_type_id", help_text="0: for all.")
    published = Flag(source="is_published")
    version = serializers.IntegerField()
    deleted_at = Instant(allow_null=True, help_text="ISO 8601, UTC.")

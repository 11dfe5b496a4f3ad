from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField, Flag, JSONText, LineText, PlainText, Uid
from bookyflow.rooms.models import Room, RoomFeature


class PropertyIdsOut(serializers.Serializer[Any]):
    local_property_uid = serializers.IntegerField()
    remote_property_uid = serializers.CharField(
        allow_null=True, help_text="Null for a property that is open to any channel."
    )


class PropertyIn(serializers.Serializer[Any]):
    property_name = LineText(max_length=255)
    remote_uid = PlainText(max_length=255, help_text="Id of the property on the channel.")
    country = PlainText(max_length=3, help_text="ISO 3166-1; UK and EL are understood.")
    region_id = Uid(
        required=False, help_text="A region of the country; absent only where it has none."
    )
    time_zone = PlainText(
        max_length=40,
        required=False,
        allow_blank=True,
        help_text="IANA name, such as Europe/London. Needed before a property is published whose "
        "country has several; absent, it is that of the country or of the position.",
    )
    ptype_id = Uid(help_text="GET /cmf/list/property/types lists them.")


class AmenityIn(serializers.Serializer[Any]):
    bookyflow_id = Uid(help_text="Room type id.")
    remote_item_id = PlainText(max_length=255, required=False, allow_blank=True)
    remote_name = PlainText(max_length=255, required=False, allow_blank=True)


class RoomsItemIn(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=1, max_value=1000)
    max_guests = serializers.IntegerField(min_value=1, max_value=1000)
    amenity = AmenityIn()


class RoomsIn(serializers.Serializer[Any]):
    property_uid = Uid()
    rooms = JSONText(
        serializers.ListSerializer(child=RoomsItemIn(), allow_empty=False, max_length=100)
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


class RoomTypeLabelOut(serializers.Serializer[Any]):
    abbv = serializers.CharField()
    desc = serializers.CharField()
    image = serializers.CharField()


class RoomInfoOut(serializers.Serializer[Any]):
    rooms = serializers.DictField(child=serializers.IntegerField())
    rooms_by_type = serializers.DictField(
        child=serializers.ListField(child=serializers.IntegerField())
    )
    room_types = serializers.DictField(child=RoomTypeLabelOut())
    rooms_max_people = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()),
        help_text="Room type id → room id → people.",
    )


class LocalRoomOut(serializers.Serializer[Any]):
    room_uid = serializers.IntegerField()
    room_classes_uid = serializers.IntegerField()
    max_people = serializers.IntegerField()


class LocalRoomsOut(serializers.Serializer[Any]):
    local_rooms = LocalRoomOut(many=True)


class TariffRowOut(serializers.Serializer[Any]):
    rates_uid = serializers.IntegerField()
    tarifftype_id = serializers.IntegerField()
    rate_title = serializers.CharField()
    rate_description = serializers.CharField()
    validfrom = DateField()
    validto = DateField(help_text="Included.")
    roomrateperday = Amount(help_text="As entered, net or gross.")
    mindays = serializers.IntegerField()
    maxdays = serializers.IntegerField()
    minpeople = serializers.IntegerField()
    maxpeople = serializers.IntegerField()
    roomclass_uid = serializers.IntegerField()
    ignore_pppn = Flag()
    allow_ph = Flag()
    allow_we = Flag()


class OtherSettingsOut(serializers.Serializer[Any]):
    cleaning_fee = Amount()
    security_deposit = Amount()


class PropertyOut(serializers.Serializer[Any]):
    propertys_uid = serializers.IntegerField()
    property_name = serializers.CharField()
    property_street = serializers.CharField()
    property_town = serializers.CharField()
    property_region = serializers.IntegerField(allow_null=True)
    property_country = serializers.CharField()
    property_postcode = serializers.CharField()
    property_tel = serializers.CharField()
    property_fax = serializers.CharField()
    property_email = serializers.CharField()
    property_description = serializers.CharField()
    property_checkin_times = serializers.CharField()
    property_area_activities = serializers.CharField()
    property_driving_directions = serializers.CharField()
    property_airports = serializers.CharField()
    property_othertransport = serializers.CharField()
    property_policies_disclaimers = serializers.CharField()
    published = Flag()
    stars = serializers.IntegerField()
    superior = Flag()
    ptype_id = serializers.IntegerField()
    lat = serializers.CharField(allow_null=True)
    long = serializers.CharField(allow_null=True)
    metatitle = serializers.CharField()
    metadescription = serializers.CharField()
    metakeywords = serializers.CharField()
    approved = Flag()
    time_zone = serializers.CharField(help_text="IANA name; empty while it is not known.")
    permit_number = serializers.CharField()
    room_info = RoomInfoOut(required=False, help_text="Missing without rooms.")
    rooms = LocalRoomsOut(required=False, help_text="Missing without rooms.")
    tariffs = TariffRowOut(many=True, required=False, help_text="Missing without prices.")
    other_settings = OtherSettingsOut()
    remote_data = serializers.DictField(
        help_text="What the channel keeps with the property, and its cross_references."
    )
    changelog_item_count = serializers.IntegerField(help_text="Events of the last two weeks.")
    version = serializers.IntegerField()

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount
from bookyflow.api.wire.pictures import PictureSizesOut
from bookyflow.booking_sessions.offers import RoomShown
from bookyflow.pictures.images import urls_of
from features.booking.sessions.serializers.prices import TariffNightOut


class FirstPicture(serializers.CharField):
    """The address of the first of several pictures, in one size; empty where there is none."""

    def __init__(self, size: str, **kwargs: Any) -> None:
        self.size = size
        super().__init__(**kwargs)

    def to_representation(self, value: Any) -> str:
        """The address, absolute."""
        if not value:
            return ""
        address: str = self.context["request"].build_absolute_uri(urls_of(value[0])[self.size])
        return address


class FeatureIds(serializers.CharField):
    """Ids, separated by commas."""

    def to_representation(self, value: Any) -> str:
        """The text."""
        return ",".join(map(str, value))


class ShownRoomOut(serializers.Serializer[Any]):
    """A room without its type."""

    room_uid = serializers.IntegerField(source="room.pk")
    propertys_uid = serializers.IntegerField(source="room.property_id")
    room_features_uid = FeatureIds(source="feature_ids", help_text="Separated by commas.")
    room_name = serializers.CharField(source="room.name")
    room_number = serializers.CharField(source="room.number")
    room_floor = serializers.CharField(source="room.floor")
    max_people = serializers.IntegerField(source="room.max_occupancy")
    singleperson_suppliment = Amount(source="room.single_supplement", help_text="Net, per night.")
    tagline = serializers.CharField(source="room.tagline")
    description = serializers.CharField(source="room.description")
    surcharge = Amount(
        source="room.surcharge", help_text="Per night, as the property's prices are."
    )
    small_room_image = FirstPicture("small", source="pictures")
    medium_room_image = FirstPicture("medium", source="pictures")
    large_room_image = FirstPicture("large", source="pictures")


class RoomOfTypeOut(ShownRoomOut):
    room_type_id = serializers.IntegerField(source="room.room_type_id")


class OfferedFeatureOut(serializers.Serializer[Any]):
    room_features_uid = serializers.IntegerField(source="pk")
    feature_description = serializers.CharField(source="name")


class OfferedTypeOut(serializers.Serializer[Any]):
    room_class_abbv = serializers.CharField(source="room.room_type.name")
    room_class_full_desc = serializers.CharField(source="room.room_type.description")
    image = FirstPicture("small", source="type_pictures")
    images = PictureSizesOut(source="type_pictures", many=True)


class TypeInfoOut(serializers.Serializer[Any]):
    room_class_abbv = serializers.CharField(source="room_type.name")
    room_class_full_desc = serializers.CharField(source="room_type.description")
    image = FirstPicture("small", source="pictures")
    images = PictureSizesOut(source="pictures", many=True)
    room_type_id = serializers.IntegerField(source="room_type.pk")


class PlacesOut(serializers.Serializer[Any]):
    room_type_name = serializers.CharField(source="room_type.name")
    room_type_id = serializers.IntegerField(source="room_type.pk")
    max_adults = serializers.IntegerField(source="adults")
    max_children = serializers.IntegerField(source="children")
    max_occupancy = serializers.IntegerField(source="people")


class TypePairsOut(serializers.Serializer[Any]):
    tariff_name = serializers.CharField(source="name")
    hatPairs = serializers.ListField(
        child=serializers.CharField(),
        source="pairs",
        help_text="One for each room; take the first n for n rooms.",
    )


class TypeNightsOut(serializers.Serializer[Any]):
    tariffs = serializers.DictField(child=TariffNightOut(), source="nights", help_text="By night.")


class OfferedRoomTypeOut(serializers.Serializer[Any]):
    room_type_info = TypeInfoOut(source="*")
    room_type_rooms = TypePairsOut(source="tariffs", many=True)
    room_type_tariffs = TypeNightsOut(source="tariffs", many=True)
    occupancy_levels = PlacesOut(source="places")
    room_type_features = serializers.DictField(
        child=OfferedFeatureOut(), source="features", help_text="By id: what any of the rooms has."
    )


class OfferedRoomOut(serializers.Serializer[RoomShown]):
    room = RoomOfTypeOut(source="*")
    room_features = serializers.DictField(
        child=OfferedFeatureOut(), source="features", help_text="By id."
    )
    room_type = OfferedTypeOut(source="*")
    occupancy_levels = PlacesOut(source="places")
    tariffs = serializers.DictField(child=TariffNightOut(), source="nights", help_text="By night.")


class RoomsOfferedOut(serializers.Serializer[Any]):
    room_types = serializers.DictField(
        child=OfferedRoomTypeOut(), source="types", help_text="By room type id."
    )
    rooms = serializers.DictField(
        child=OfferedRoomOut(), help_text="By pair <room id>^<tariff id>."
    )

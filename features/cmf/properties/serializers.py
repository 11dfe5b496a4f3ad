from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, Flag, LineText, PlainText, RemoteId, Uid
from bookyflow.api.wire.rates import RateRow
from bookyflow.api.wire.shown import Instant
from bookyflow.channels.overview import OverviewRow
from bookyflow.channels.selectors import RoomInfo
from bookyflow.core import places
from bookyflow.pictures.images import url_of
from bookyflow.pictures.models import Image
from bookyflow.rooms.models import Room
from features.cmf.fields import OrMissing, RemoteData
from features.cmf.images.serializers import RESOURCES, ChannelPictureOut, by_resource, site_address


class PropertyIdsOut(serializers.Serializer[Any]):
    local_property_uid = serializers.IntegerField(source="pk")
    remote_property_uid = serializers.CharField(
        source="remote_id",
        allow_null=True,
        help_text="Null for a property that is open to any channel.",
    )


class PropertyIn(serializers.Serializer[Any]):
    property_name = LineText(source="name", max_length=255)
    remote_uid = RemoteId(source="remote_id", help_text="Id of the property on the channel.")
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
    ptype_id = Uid(source="property_type_id", help_text="GET /cmf/list/property/types lists them.")


class RoomTypeLabelOut(serializers.Serializer[Any]):
    abbv = serializers.CharField()
    desc = serializers.CharField()
    image = serializers.CharField(
        help_text="Address of the property's first picture of the type, small; empty without one."
    )


class RoomInfoOut(OrMissing, serializers.Serializer[Any]):
    rooms = serializers.DictField(child=serializers.IntegerField())
    rooms_by_type = serializers.DictField(
        child=serializers.ListField(child=serializers.IntegerField())
    )
    room_types = serializers.DictField(child=RoomTypeLabelOut())
    rooms_max_people = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()),
        help_text="Room type id → room id → people.",
    )

    def to_representation(self, info: RoomInfo) -> dict[str, Any]:
        """The rooms by id and by type."""
        rooms = info.rooms
        by_type: dict[str, list[Room]] = {}
        for room in rooms:
            by_type.setdefault(str(room.room_type_id), []).append(room)
        return {
            "rooms": {str(room.pk): room.pk for room in rooms},
            "rooms_by_type": {key: [room.pk for room in of] for key, of in by_type.items()},
            "room_types": {
                key: {
                    "abbv": of[0].room_type.name,
                    "desc": of[0].room_type.description,
                    "image": self._image(info, of[0]),
                }
                for key, of in by_type.items()
            },
            "rooms_max_people": {
                key: {str(room.pk): room.max_occupancy for room in of}
                for key, of in by_type.items()
            },
        }

    def _image(self, info: RoomInfo, room: Room) -> str:
        image = info.images.get(room.room_type_id)
        if image is None:
            return ""
        return str(self.context["request"].build_absolute_uri(url_of(str(image.file), "small")))


class PropertyPicturesOut(OrMissing, serializers.Serializer[Any]):
    property = serializers.DictField(
        child=ChannelPictureOut(many=True),
        required=False,
        help_text="The main picture, under 0. Missing without one.",
    )
    slideshow = serializers.DictField(
        child=ChannelPictureOut(many=True), required=False, help_text="Under 0. Missing without."
    )
    image_relative_path = serializers.URLField(help_text="Address of the site.")

    def to_representation(self, images: list[Image]) -> dict[str, Any]:
        """The pictures that there are."""
        request = self.context["request"]
        found = {
            name: by_resource(request, (one for one in images if one.kind == RESOURCES[name]))
            for name in ("property", "slideshow")
        }
        shown = {name: images for name, images in found.items() if images}
        return {**shown, "image_relative_path": site_address(request)}


class LocalRoomOut(serializers.Serializer[Any]):
    room_uid = serializers.IntegerField(source="pk")
    room_classes_uid = serializers.IntegerField(source="room_type_id")
    max_people = serializers.IntegerField(source="max_occupancy")


class LocalRoomsOut(OrMissing, serializers.Serializer[Any]):
    local_rooms = LocalRoomOut(source="*", many=True)


class Tariffs(OrMissing, serializers.ListSerializer[Any]):
    """Prices, of which there may be none."""


class TariffRowOut(RateRow):
    allow_ph = Flag(source="allows_holidays")

    class Meta:
        list_serializer_class = Tariffs


class OtherSettingsOut(serializers.Serializer[Any]):
    cleaning_fee = Amount()
    security_deposit = Amount()


class PropertyOut(serializers.Serializer[Any]):
    propertys_uid = serializers.IntegerField(source="prop.pk")
    property_name = serializers.CharField(source="texts.property_name")
    property_street = serializers.CharField(source="prop.street")
    property_town = serializers.CharField(source="prop.town")
    property_region = serializers.IntegerField(source="region_number", allow_null=True)
    property_country = serializers.CharField(source="prop.country")
    property_postcode = serializers.CharField(source="prop.postcode")
    property_tel = serializers.CharField(source="prop.tel")
    property_fax = serializers.CharField(source="prop.fax")
    property_email = serializers.CharField(source="prop.email")
    property_features = serializers.ListField(
        child=serializers.IntegerField(), source="notes.feature_ids", help_text="Feature ids."
    )
    property_description = serializers.CharField(source="texts.property_description")
    property_checkin_times = serializers.CharField(source="texts.property_checkin_times")
    property_area_activities = serializers.CharField(source="texts.property_area_activities")
    property_driving_directions = serializers.CharField(source="texts.property_driving_directions")
    property_airports = serializers.CharField(source="texts.property_airports")
    property_othertransport = serializers.CharField(source="texts.property_othertransport")
    property_policies_disclaimers = serializers.CharField(
        source="texts.property_policies_disclaimers"
    )
    price = serializers.CharField(
        source="prop.asking_price", help_text="What it costs, as text, where it is for sale."
    )
    published = Flag(source="prop.is_published")
    stars = serializers.IntegerField(source="prop.stars")
    superior = Flag(source="prop.superior")
    ptype_id = serializers.IntegerField(source="prop.property_type_id")
    lat = serializers.CharField(source="prop.latitude", allow_null=True)
    long = serializers.CharField(source="prop.longitude", allow_null=True)
    metatitle = serializers.CharField(source="texts.metatitle")
    metadescription = serializers.CharField(source="texts.metadescription")
    metakeywords = serializers.CharField(source="texts.metakeywords")
    approved = Flag(source="prop.is_approved")
    time_zone = serializers.CharField(
        source="prop.settings.time_zone", help_text="IANA name; empty while it is not known."
    )
    permit_number = serializers.CharField(source="prop.permit_number")
    cat_id = serializers.IntegerField(
        source="prop.category_id", allow_null=True, help_text="Id of what it is offered for."
    )
    room_info = RoomInfoOut(required=False, help_text="Missing without rooms.")
    images = PropertyPicturesOut(
        source="notes.images", required=False, help_text="Missing without pictures."
    )
    rooms = LocalRoomsOut(required=False, help_text="Missing without rooms.")
    tariffs = TariffRowOut(
        source="rates", many=True, required=False, help_text="Missing without prices."
    )
    other_settings = OtherSettingsOut(source="prop.settings")
    remote_data = RemoteData(source="notes.data")
    changelog_item_count = serializers.IntegerField(
        source="notes.recent_events", help_text="Events of the last two weeks."
    )
    version = serializers.IntegerField(source="prop.version")


class PropertyReadOut(PropertyOut):
    changelog_item_count = None  # type: ignore[assignment]  # it is the channel's own


class PropertyDatesOut(PropertyIdsOut):
    timestamp = Instant(source="created_at", help_text="When it was added.")
    last_changed = Instant(source="changed_at")


class OverviewOut(serializers.Serializer[Any]):
    property_id = serializers.IntegerField()
    property_name = serializers.CharField()
    property_town = serializers.CharField()
    property_region = serializers.CharField(help_text="Name.")
    property_country = serializers.CharField(help_text="Name, in the language of the request.")
    property_type_title = serializers.CharField()
    api_privacy_off = Flag(help_text="0: only the id and the count are shown.")
    published = Flag()
    changelog_item_count = serializers.IntegerField(
        help_text="Events of the last two weeks; 0 where the channel may not read them."
    )

    def to_representation(self, row: OverviewRow) -> dict[str, Any]:
        """One property, without details where it is private."""
        shown = {"property_id": row.prop.pk, "changelog_item_count": row.changes}
        if not row.is_open:
            texts = ("name", "town", "region", "country", "type_title")
            return {f"property_{text}": "" for text in texts} | {
                "api_privacy_off": 0,
                "published": 0,
                **shown,
            }
        prop = row.prop
        region = places.region(prop.region)
        return {
            "property_name": row.name,
            "property_town": prop.town,
            "property_region": region.name if region else "",
            "property_country": places.country_name(prop.country, self.context["view"].language),
            "property_type_title": prop.property_type.name,
            "api_privacy_off": 1,
            "published": int(prop.is_published),
            **shown,
        }

"""A property with its texts, features and rooms, as several features show it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers
from rest_framework.fields import SkipField

from bookyflow.api.wire.fields import Flag
from bookyflow.core import places
from bookyflow.pictures.images import url_of


class CountryTitle(serializers.CharField):
    """The name of a country, of which the code is known."""

    def to_representation(self, value: str) -> str:
        """The name in the language of the request."""
        return places.country_name(value, self.context["view"].language)


class RegionTitle(serializers.CharField):
    """The name of a region, of which the code is known."""

    def to_representation(self, value: str) -> str:
        """The name, or nothing without a region."""
        region = places.region(value)
        return region.name if region else ""


class MapOrMissing(serializers.DictField):
    """A map by id, which is missing where it would be empty."""

    def get_attribute(self, instance: Any) -> Any:
        """The map. Raises SkipField."""
        found = super().get_attribute(instance)
        if not found:
            raise SkipField
        return found


class SearchAddress(serializers.URLField):
    """Where properties with a feature are searched, of which the id is known."""

    def to_representation(self, value: Any) -> str:
        """The address, absolute."""
        path = f"{settings.API_BASE}/search?features={value}"
        return str(self.context["request"].build_absolute_uri(path))


class IconAddress(serializers.CharField):
    """Where a picture is in its small size, of which the stored name is known, or ""."""

    def to_representation(self, value: str) -> str:
        """The address, absolute."""
        if not value:
            return ""
        return str(self.context["request"].build_absolute_uri(url_of(value, "small")))


class UsableRoomTypeOut(serializers.Serializer[Any]):
    abbv = serializers.CharField(source="room_type.name")
    desc = serializers.CharField(source="room_type.description")
    image = IconAddress(
        source="file", help_text="Address of the property's first picture of it, small; or empty."
    )


class FeatureNameOut(serializers.Serializer[Any]):
    abbv = serializers.CharField(source="name")
    search_url = SearchAddress(source="pk", help_text="Of a search for it.")


class RoomFeatureNameOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    abbv = serializers.CharField(source="name")


def _people(source: str, who: str) -> MapOrMissing:
    """How many each room takes, by room type and room."""
    return MapOrMissing(
        source=source,
        required=False,
        child=serializers.DictField(child=serializers.IntegerField()),
        help_text=f"Room type id → room id → {who}.",
    )


class PropertyRecordOut(serializers.Serializer[Any]):
    propertys_uid = serializers.IntegerField(source="prop.pk")
    published = Flag(source="prop.is_published")
    approved = Flag(source="prop.is_approved")
    completed = Flag(source="prop.is_complete", help_text="Has all that it needs to be published.")
    version = serializers.IntegerField(source="prop.version")
    property_name = serializers.CharField(source="texts.property_name")
    property_street = serializers.CharField(source="prop.street")
    property_town = serializers.CharField(source="prop.town")
    property_postcode = serializers.CharField(source="prop.postcode")
    property_region = RegionTitle(source="prop.region")
    property_region_id = serializers.IntegerField(source="region_number", allow_null=True)
    property_country = CountryTitle(source="prop.country")
    property_country_code = serializers.CharField(source="prop.country")
    property_tel = serializers.CharField(source="prop.tel")
    property_fax = serializers.CharField(source="prop.fax")
    property_email = serializers.CharField(source="prop.email")
    ptype_id = serializers.IntegerField(source="prop.property_type_id")
    property_type = serializers.CharField(
        source="prop.property_type.context", help_text="The family of words of its type."
    )
    property_type_title = serializers.CharField(source="prop.property_type.name")
    cat_id = serializers.IntegerField(source="prop.category_id", allow_null=True)
    stars = serializers.IntegerField(source="prop.stars")
    superior = Flag(source="prop.superior")
    lat = serializers.CharField(source="prop.latitude", allow_null=True)
    long = serializers.CharField(source="prop.longitude", allow_null=True)
    metatitle = serializers.CharField(source="texts.metatitle")
    metadescription = serializers.CharField(source="texts.metadescription")
    metakeywords = serializers.CharField(source="texts.metakeywords")
    property_features = serializers.ListField(
        source="feature_ids", child=serializers.IntegerField(), help_text="Feature ids."
    )
    property_features_names = serializers.DictField(
        source="features_by_id", child=FeatureNameOut(), help_text="By feature id."
    )
    real_estate_property_price = serializers.CharField(
        source="prop.asking_price", help_text="Of what is for sale."
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
    permit_number = serializers.CharField(source="prop.permit_number")
    accommodation_tax_rate = serializers.FloatField(
        source="prop.settings.accommodation_tax_rate", help_text="Per cent."
    )
    rooms = MapOrMissing(
        source="room_ids",
        required=False,
        child=serializers.IntegerField(),
        help_text="Room id → room id. This and all maps of rooms are missing without rooms.",
    )
    room_types = MapOrMissing(
        required=False, child=UsableRoomTypeOut(), help_text="By room type id."
    )
    rooms_by_type = MapOrMissing(
        required=False,
        child=serializers.ListField(child=serializers.IntegerField()),
        help_text="Room type id → room ids.",
    )
    rooms_max_people = _people("max_people", "people")
    rooms_max_adults = _people("max_adults", "adults")
    rooms_max_children = _people("max_children", "children")
    room_features = serializers.DictField(child=RoomFeatureNameOut(), help_text="By feature id.")

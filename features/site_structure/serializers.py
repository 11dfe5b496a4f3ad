from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Flag


class SiteWide(serializers.IntegerField):
    """The property that something belongs to: none."""

    def get_attribute(self, instance: Any) -> int:
        """0, whatever is shown beside it."""
        return 0


class NoPicture(serializers.CharField):
    """The file of a picture that there is none of."""

    def get_attribute(self, instance: Any) -> str:
        """Nothing, whatever is shown beside it."""
        return ""


class SiteRoomTypeOut(serializers.Serializer[Any]):
    room_classes_uid = serializers.IntegerField(source="pk")
    room_class_abbv = serializers.CharField(source="name")
    room_class_full_desc = serializers.CharField(source="description")
    image = NoPicture(help_text="Empty: shared room types have no pictures.")
    ptype_xref = serializers.ListField(
        child=serializers.IntegerField(),
        source="property_type_ids",
        help_text="The property types that have such rooms; none: all.",
    )
    property_uid = SiteWide(help_text="0: every property may have such rooms.")


class SiteFeatureOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk", help_text="The same on every site for ever.")
    abbv = serializers.CharField(source="name")
    desc = serializers.CharField(source="description")
    image = NoPicture(help_text="Empty: features have no pictures.")
    property_uid = SiteWide(help_text="0: every property may have it.")
    include_in_filters = Flag(source="is_searched", help_text="Whether to offer it in searches.")
    ptype_xref = serializers.ListField(
        child=serializers.IntegerField(),
        source="property_type_ids",
        help_text="The property types that it makes sense for; none: all.",
    )
    cat_id = serializers.IntegerField(source="category_id", help_text="0: in no group.")
    cat_title = serializers.CharField(source="category", help_text="Empty: in no group.")


class FeatureGroupOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    title = serializers.CharField(source="name")


class SiteCategoryOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    title = serializers.CharField(source="name")
    description = serializers.CharField()


class SiteCountryOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="number", help_text="ISO 3166-1 numeric.")
    countrycode = serializers.CharField(source="code", help_text="ISO 3166-1 alpha-2.")
    countryname = serializers.CharField(source="name")


class SiteRegionOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="number", help_text="The same on every site for ever.")
    countrycode = serializers.CharField(source="country")
    regionname = serializers.CharField(source="name")

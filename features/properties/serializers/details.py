from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.pictures.images import url_of


class PlaceOut(serializers.Serializer[Any]):
    lat = serializers.CharField(source="latitude", allow_null=True)
    long = serializers.CharField(source="longitude", allow_null=True)


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

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.rooms.models import RoomType


class PlaceOut(serializers.Serializer[Any]):
    lat = serializers.CharField(source="latitude", allow_null=True)
    long = serializers.CharField(source="longitude", allow_null=True)


class UsableRoomTypeOut(serializers.ModelSerializer[RoomType]):
    abbv = serializers.CharField(source="name")
    desc = serializers.CharField(source="description")
    image = serializers.CharField(default="", help_text="Address of an icon, or empty.")

    class Meta:
        model = RoomType
        fields = ("abbv", "desc", "image")

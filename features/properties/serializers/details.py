from __future__ import annotations

from typing import Any

from rest_framework import serializers


class PlaceOut(serializers.Serializer[Any]):
    lat = serializers.CharField(source="latitude", allow_null=True)
    long = serializers.CharField(source="longitude", allow_null=True)

"""Pictures, as several features show them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.pictures.images import urls_of
from bookyflow.pictures.models import Image


class PictureSizesOut(serializers.Serializer[Any]):
    large = serializers.CharField()
    medium = serializers.CharField()
    small = serializers.CharField()

    def to_representation(self, image: Image) -> dict[str, Any]:
        """The addresses, absolute."""
        request = self.context["request"]
        return {size: request.build_absolute_uri(url) for size, url in urls_of(image).items()}

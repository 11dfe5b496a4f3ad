from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.pictures.images import urls_of
from bookyflow.pictures.models import Image
from bookyflow.pictures.renditions import SIZES


class PictureOut(serializers.Serializer[Any]):
    large = serializers.URLField(help_text=f"At most {SIZES['large']} pixels wide and high.")
    medium = serializers.URLField(help_text=f"At most {SIZES['medium']} pixels.")
    small = serializers.URLField(help_text=f"At most {SIZES['small']} pixels.")

    def to_representation(self, image: Image) -> dict[str, Any]:
        """The addresses, absolute."""
        request = self.context["request"]
        return {size: request.build_absolute_uri(url) for size, url in urls_of(image).items()}

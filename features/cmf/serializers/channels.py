from __future__ import annotations

from typing import Any

from rest_framework import serializers


class AnnounceIn(serializers.Serializer[Any]):
    params = serializers.JSONField(
        required=False, help_text="Anything that describes the channel; kept with a new one."
    )

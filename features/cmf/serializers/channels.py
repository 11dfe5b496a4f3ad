from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.fields import JSONText


class AnnounceIn(serializers.Serializer[Any]):
    params = JSONText(
        serializers.DictField(),
        required=False,
        help_text="Anything that describes the channel; kept with it.",
    )

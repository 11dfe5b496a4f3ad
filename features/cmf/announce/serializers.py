from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.bounded import BoundedJSON

LARGEST_PARAMS = 10_000


class AnnounceIn(serializers.Serializer[Any]):
    params = BoundedJSON(
        max_size=LARGEST_PARAMS,
        required=False,
        help_text="Anything that describes the channel; kept with a new one. At most "
        f"{LARGEST_PARAMS:,} characters and values together.",
    )

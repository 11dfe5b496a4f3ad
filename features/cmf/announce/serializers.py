from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.bounded import BoundedJSON
from bookyflow.api.wire.fields import JSONText

LARGEST_PARAMS = 10_000
LARGEST_ECHO = 100_000


class AnnounceIn(serializers.Serializer[Any]):
    params = BoundedJSON(
        max_size=LARGEST_PARAMS,
        required=False,
        help_text="Anything that describes the channel; kept with a new one. At most "
        f"{LARGEST_PARAMS:,} characters and values together.",
    )


class EchoIn(serializers.Serializer[Any]):
    data = JSONText(  # type: ignore[assignment]  # DRF takes fields off the class
        BoundedJSON(max_size=LARGEST_ECHO, allow_null=True),
        allow_null=True,
        help_text="Any value; a text is read as JSON, so that forms can send any as well. At most "
        f"{LARGEST_ECHO:,} characters and values together.",
    )

"""Messages that try a webhook out, and tell of nothing that has happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bookyflow.core.dates import utc_text
from bookyflow.events.added import kind_of
from bookyflow.webhooks.payload import message_schema

PING = "webhook_ping"
SAMPLES = {"integer": 1, "boolean": True, "string": "sample", "null": None}


def trial_message(kind: str, *, now: datetime) -> dict[str, Any]:
    """The message of a trial: a ping, which has no data, or a sample of a kind of events.

    Ids of a sample are made up, and it says `is_test`.
    """
    if kind == PING:
        return {"type": PING, "timestamp": utc_text(now), "data": {}}
    sample: dict[str, Any] = sample_of(message_schema(kind_of(kind)))
    return sample | {"timestamp": utc_text(now)}


def sample_of(schema: Mapping[str, Any]) -> Any:
    """A value that a JSON Schema of our messages admits."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    if kind == "object":
        return {name: sample_of(one) for name, one in schema["properties"].items()}
    if kind == "array":
        return [sample_of(schema["items"])]
    return "2030-01-31" if schema.get("format") == "date" else SAMPLES[kind]

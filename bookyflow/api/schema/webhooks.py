"""What the site sends by itself, in the document: a webhook for each kind of event."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from bookyflow.api.contract import JSON
from bookyflow.events.added import AnyKind
from bookyflow.events.models import EventKind
from bookyflow.plugins import registry
from bookyflow.webhooks.payload import message_schema

FEED = f"{settings.API_BASE}/webhooks/events"
ANSWERS = {
    "2XX": {"description": "It was taken; what the body says counts for nothing."},
    "410": {"description": "No more messages are wanted: the webhook is paused."},
    "default": {"description": "It is sent again later, for three days."},
}


def add_webhooks(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Name the messages, where the document has the feature that they belong to."""
    if FEED in result["paths"]:
        with_routes = {feature_of_path(path) for path in result["paths"]}
        kinds: list[AnyKind] = [*EventKind, *registry.event_kinds(with_routes)]
        result["webhooks"] = {kind.value: _sent(kind) for kind in kinds}
    return result


def feature_of_path(path: str) -> str:
    """The feature that a path of the document belongs to."""
    return path.removeprefix(settings.API_BASE + "/").partition("/")[0]


def _sent(kind: AnyKind) -> dict[str, Any]:
    return {
        "post": {
            "operationId": f"told.{kind.value}",
            "summary": str(kind.label),
            "tags": ["webhooks"],
            "security": [],
            "requestBody": {"required": True, "content": {JSON: {"schema": message_schema(kind)}}},
            "responses": ANSWERS,
        }
    }

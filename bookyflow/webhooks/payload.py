"""The message of an event, as deliveries, the feed and `script/listen` send it.

It has ids and a path to read on from, never personal data or secrets: of what the log holds, only
the fields that `kinds` names are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from bookyflow.core.dates import utc_text
from bookyflow.events.added import AnyKind, kind_of
from bookyflow.events.selectors import FeedItem
from bookyflow.webhooks.kinds import SUBJECT, SUBJECTS, WHOLE, Kind, Schema, told_of


def message_id(event_id: int) -> str:
    """The id of an event's message, the same in every delivery of it (`webhook-id`)."""
    return f"event_{event_id}"


def message_of(event: FeedItem) -> dict[str, Any]:
    """The message of an event: `type`, `timestamp` (ISO 8601, UTC) and `data`.

    Who acted is `manager_id`, null for anybody but a user; where an account is what the event is
    about, it is that one. `object` orders the messages about one thing by their `sequence`.
    """
    kind = told_of(kind_of(event.kind))
    subject_kind, subject_id = event.subject
    data = {
        "property_uid": event.property_id,
        "manager_id": event.user_id,
        "task": event.kind,
        **_told(kind, event.data),
        kind.id_name: subject_id,
        "object": {"kind": subject_kind, "id": subject_id, "sequence": event.sequence},
        "is_test": event.is_test,
    }
    return {
        "type": event.kind,
        "timestamp": utc_text(event.at),
        "data": {**data, "link": _link(kind, data)},
    }


def details_of(event: FeedItem) -> dict[str, object]:
    """What the message of an event tells beside what all have; nothing of an unknown kind."""
    return _told(told_of(kind_of(event.kind)), event.data)


def _told(kind: Kind, data: Mapping[str, object]) -> dict[str, object]:
    named = {name: told.source or name for name, told in kind.fields.items()}
    return {name: data[source] for name, source in named.items() if source in data}


def _link(kind: Kind, data: Mapping[str, Any]) -> str | None:
    """The path that shows the object as it is by now; None where none does."""
    if not kind.reads:
        return None
    path = f"{settings.API_BASE}/webhooks/{data['property_uid']}/{data['task']}"
    if kind.reads == WHOLE:
        return path
    return f"{path}/{data[kind.id_name if kind.reads == SUBJECT else kind.reads]}"


def message_schema(kind: AnyKind) -> dict[str, Any]:
    """The JSON Schema of the messages of a kind of event."""
    told = told_of(kind)
    subject = SUBJECTS[told.subject]
    someone = {"type": ["integer", "null"], "description": "The user who acted; null: none did."}
    where = {"type": ["integer", "null"], "description": "The property; null: of none."}
    counted = {
        "type": "object",
        "description": "What it is about; `sequence` counts the events of that, from 1.",
        "properties": {
            "kind": {"const": told.subject},
            "id": subject.schema,
            "sequence": {"type": "integer", "minimum": 1},
        },
        "required": ["kind", "id", "sequence"],
        "additionalProperties": False,
    }
    link = "Path, below the site's address, that shows the object as it is by now."
    fields: dict[str, Schema] = {
        "property_uid": where,
        "manager_id": someone,
        "task": {"const": kind.value, "description": "The event."},
        **{name: one.schema for name, one in told.fields.items()},
        told.id_name: subject.schema,
        "object": counted,
        "is_test": {"type": "boolean", "description": "Made with a test key."},
        "link": {"type": "string", "description": link} if told.reads else {"type": "null"},
    }
    optional = {name for name, one in told.fields.items() if not one.needed}
    return {
        "title": kind.value,
        "description": str(kind.label),
        "type": "object",
        "properties": {
            "type": {"const": kind.value},
            "timestamp": {"type": "string", "format": "date-time", "description": "UTC."},
            "data": {
                "type": "object",
                "properties": {name: dict(schema) for name, schema in fields.items()},
                "required": [name for name in fields if name not in optional],
                "additionalProperties": False,
            },
        },
        "required": ["type", "timestamp", "data"],
        "additionalProperties": False,
    }

"""Changes as the CMF's change log shows them, and its page in the Link header."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from bookyflow.channels.change_log import Change, ChangeLogPage
from bookyflow.core.dates import utc_text
from bookyflow.events.models import EventKind


def change_object(change: Change) -> dict[str, Any]:
    """One change, in the shape of ChangeOut."""
    event, channel = change.event, change.channel
    return {
        "event_id": event.id,
        "property_uid": event.property_id,
        "user_id": event.user_id,
        "actor_kind": event.actor_kind,
        "action": event.kind,
        "date": utc_text(event.at),
        "webhook_event": {
            "webhook_event": event.kind,
            "webhook_event_description": EventKind(event.kind).label,
            "data": {
                "property_uid": event.property_id,
                "task": event.kind,
                "manager_id": event.user_id,
                **event.data,
            },
        },
        "channel_data": {
            "channel_id": channel.pk,
            "channel_name": channel.name,
            "user_id": channel.user_id,
        }
        if channel
        else {},
        "cursor": event.cursor,
    }


def next_link(request: Request, page: ChangeLogPage) -> dict[str, str]:
    """The header that leads to the next page; none on the last one."""
    if page.next_cursor is None:
        return {}
    url = replace_query_param(request.build_absolute_uri(), "cursor", page.next_cursor)
    return {"Link": f'<{url}>; rel="next"'}

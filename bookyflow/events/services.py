from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from bookyflow.core.acting import Actor
from bookyflow.events import sql
from bookyflow.events.models import EventKind


def record(
    kind: EventKind,
    *,
    by: Actor,
    property_id: int | None,
    subject: tuple[str, int],
    **data: Any,
) -> int:
    """Add an event to the log, in the transaction of the change it tells of; returns its id.

    `subject` is (kind, id), such as ("booking", 7). `data` holds ids and plain values, never
    personal data or secrets: it reaches webhooks. Raises TransactionManagementError outside a
    transaction, where the event could survive a change that does not.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an event needs the transaction of its change")
    subject_kind, subject_id = subject
    parameters: dict[str, Any] = {
        "kind": kind,
        "property_id": property_id,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "user_id": by.user_id,
        "proxied_by": by.proxied_by,
        "key_id": by.key_id,
        "channel_id": by.channel_id,
        "is_test": by.is_test,
        "data": Jsonb(data),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.RECORD, parameters)
        (event_id,) = cursor.fetchone()
    return int(event_id)

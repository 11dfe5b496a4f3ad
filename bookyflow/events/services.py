from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import transaction
from psycopg.types.json import Jsonb

from bookyflow.core import metrics
from bookyflow.core.acting import Actor
from bookyflow.core.database import connection
from bookyflow.events import sql
from bookyflow.events.added import AnyKind


@dataclass(frozen=True)
class EventDraft:
    """One event of many: what happened to which subject, as the arguments of `record`."""

    kind: AnyKind
    property_id: int | None
    subject: tuple[str, int]
    data: Mapping[str, Any] = field(default_factory=dict)


Consequence = Callable[[EventDraft], None]
_consequences: defaultdict[str, list[Consequence]] = defaultdict(list)


def consequence_add(consequence: Consequence, *kinds: AnyKind) -> None:
    """Have something called with every event of some kinds, in the transaction that records it.

    How an app follows what one below it does, which does not know it. What the consequence does,
    such as queueing a job, is done and undone with the change; what it raises undoes both. It is
    called once the events are written, in their order. Called when the app is ready.
    """
    for kind in kinds:
        _consequences[kind].append(consequence)


def record(
    kind: AnyKind,
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
    _need_transaction()
    subject_kind, subject_id = subject
    parameters: dict[str, Any] = {
        "kind": kind.value,
        "actor_kind": by.kind,
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
    _follow([EventDraft(kind, property_id, subject, data)])
    return int(event_id)


def record_many(drafts: Iterable[EventDraft], *, by: Actor) -> None:
    """Add events to the log in their order, in one statement; else as `record`.

    A subject may occur several times. Nothing at all is done for no events.
    """
    _need_transaction()
    if not (given := list(drafts)):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            sql.RECORD_MANY,
            {
                "kinds": [item.kind.value for item in given],
                "property_ids": [item.property_id for item in given],
                "subject_kinds": [item.subject[0] for item in given],
                "subject_ids": [item.subject[1] for item in given],
                "data": [Jsonb(dict(item.data)) for item in given],
                "actor_kind": by.kind,
                "user_id": by.user_id,
                "proxied_by": by.proxied_by,
                "key_id": by.key_id,
                "channel_id": by.channel_id,
                "is_test": by.is_test,
            },
        )
    _follow(given)


def _follow(drafts: Collection[EventDraft]) -> None:
    if metrics.is_on():
        transaction.on_commit(partial(_count, [draft.kind for draft in drafts]))
    for draft in drafts:
        for consequence in _consequences.get(draft.kind, ()):
            consequence(draft)


def _count(kinds: list[AnyKind]) -> None:
    for kind in kinds:
        metrics.happened.labels(kind.value).inc()


def _need_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an event needs the transaction of its change")

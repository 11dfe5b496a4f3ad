from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import transaction

from bookyflow.core import metrics
from bookyflow.core.acting import Actor
from bookyflow.core.database import connection
from bookyflow.core.json_text import json_text
from bookyflow.core.prepared import first_row, run
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
    draft = EventDraft(kind, property_id, subject, data)
    (event_id,) = first_row(sql.RECORD, _parameters(draft, by)) or (0,)
    _follow([draft])
    return int(event_id)


def record_with(
    statement: str, parameters: Mapping[str, Any], draft: EventDraft, *, by: Actor
) -> bool:
    """Run a statement that writes something and records it, if there is anything; whether it has.

    It has `sql.ONE_RECORDED` among its expressions, with the condition, which is also the one value
    of its row. Else as `record`.
    """
    (has_written,) = first_row(statement, {**parameters, **_parameters(draft, by)}) or (False,)
    if has_written:
        _follow([draft])
    return bool(has_written)


def record_many(drafts: Iterable[EventDraft], *, by: Actor) -> None:
    """Add events to the log in their order, in one statement; else as `record`.

    A subject may occur several times. Nothing at all is done for no events.
    """
    if given := list(drafts):
        with recording(given, by=by) as parameters:
            run(sql.RECORD_MANY, parameters)


@contextmanager
def recording(drafts: Collection[EventDraft], *, by: Actor) -> Iterator[dict[str, Any]]:
    """The parameters of `sql.RECORDED`, for the statement that is run in here.

    For who adds events with the very rows that they tell of; else as `record_many`.
    """
    _need_transaction()
    yield {"events": json_text(_numbered(drafts)), **_who(by)}
    _follow(drafts)


def _numbered(drafts: Collection[EventDraft]) -> list[dict[str, Any]]:
    """The events, each with its number among those of its subject, from 1, and how many follow."""
    so_far: Counter[tuple[str, int]] = Counter()
    told = []
    for draft in drafts:
        so_far[draft.subject] += 1
        told.append({**_told(draft), "nth": so_far[draft.subject]})
    for one, draft in zip(told, drafts, strict=True):
        one["later"] = so_far[draft.subject] - one["nth"]
    return told


def _parameters(draft: EventDraft, by: Actor) -> dict[str, Any]:
    """Those of `sql.ONE_RECORDED`."""
    _need_transaction()
    return {**_told(draft), "data": json_text(dict(draft.data)), **_who(by)}


def _who(by: Actor) -> dict[str, Any]:
    return {
        "actor_kind": by.kind.value,
        "user_id": by.user_id,
        "proxied_by": by.proxied_by,
        "key_id": by.key_id,
        "channel_id": by.channel_id,
        "is_test": by.is_test,
    }


def _told(draft: EventDraft) -> dict[str, Any]:
    subject_kind, subject_id = draft.subject
    return {
        "kind": draft.kind.value,
        "property_id": draft.property_id,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "data": dict(draft.data),
    }


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

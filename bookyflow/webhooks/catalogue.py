"""The catalogue of events as files: JSON Schemas for programs, and a page for people."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bookyflow.events.models import EventKind
from bookyflow.webhooks.kinds import KINDS, SUBJECT, SUBJECTS, WHOLE
from bookyflow.webhooks.payload import message_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PAGE = """# Events

What webhooks, `GET /bookyflow/api/webhooks/events` and `script/listen` tell. Made from the code by
`script/check --write`; `events.json`, beside this page, has a JSON Schema of each message.
[The guide](../webhooks.md) says how to receive them.

Every message has `type`, `timestamp` and `data`, and each `data` has `property_uid` (null: of no
property), `manager_id` (who acted; null: no user), `task` (the `type` again), `object` (`kind`,
`id`, and `sequence`, which counts the events of that object), `is_test` and `link`. What else
it has is named here; what is in brackets may be missing.
"""


def catalogue_files() -> dict[str, str]:
    """The content of each file, by its name."""
    return {"events.json": _schemas(), "events.md": _page()}


def _schemas() -> str:
    schemas = {kind.value: message_schema(kind) for kind in EventKind}
    # A line for each kind, so that a difference shows which one it is of.
    lines = ",\n".join(f'    "{name}": {json.dumps(one)}' for name, one in schemas.items())
    each = ",\n".join(f'    {{"$ref": "#/$defs/{name}"}}' for name in schemas)
    return (
        f'{{\n  "$schema": "{DIALECT}",\n  "title": "Messages of events",\n'
        f'  "oneOf": [\n{each}\n  ],\n  "$defs": {{\n{lines}\n  }}\n}}\n'
    )


def _page() -> str:
    return "\n".join([_PAGE, *_sections()]) + "\n"


def _sections() -> Iterator[str]:
    for subject in sorted({kind.subject for kind in KINDS.values()}):
        yield f"## {subject.replace('_', ' ').capitalize()}\n"
        yield "| event | what happened | data | read by `GET /webhooks/{property_uid}/…` |"
        yield "| --- | --- | --- | --- |"
        yield from (_row(kind) for kind in EventKind if KINDS[kind].subject == subject)
        yield ""


def _row(kind: EventKind) -> str:
    told = KINDS[kind]
    named = {} if told.id_name == SUBJECTS["property"].name else {told.id_name: True}
    named |= {name: one.needed for name, one in told.fields.items()}
    data = ", ".join(f"`{name}`" if needed else f"[`{name}`]" for name, needed in named.items())
    by = told.id_name if told.reads == SUBJECT else told.reads
    path = {"": "", WHOLE: f"`{kind}`"}.get(told.reads, f"`{kind}/{{{by}}}`")
    return f"| `{kind}` | {kind.label} | {data} | {path} |"

"""Encrypting anew, after a new key was put in front of ENCRYPTION_KEYS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from bookyflow.core.crypto import renewed
from bookyflow.core.database import connection
from bookyflow.core.fields import EncryptedTextField

BATCH = 500  # rows in one transaction


@dataclass(frozen=True)
class Progress:
    """What one batch has done in a table, up to the row with the primary key `last`.

    `seen` rows were read and `written` had values of an older key; `unreadable` values of the
    batch fit no key, and were left alone.
    """

    table: str
    last: Any
    seen: int
    written: int
    unreadable: int


Walk = Callable[[], Iterator[Progress]]
_others: dict[str, Walk] = {}


def rotation_add(name: str, walk: Walk) -> None:
    """Have something rotated that is no encrypted field of ours, such as texts within JSON."""
    _others[name] = walk


def rotations() -> list[Walk]:
    """All that is encrypted: each walks through its table, batch by batch."""
    fields = [partial(rotate, model, columns) for model, columns in encrypted_models()]
    return [*fields, *_others.values()]


def encrypted_models() -> list[tuple[type[Model], list[str]]]:
    """Every model with encrypted fields, and the columns of those."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        fields = [f for f in model._meta.local_fields if isinstance(f, EncryptedTextField)]
        if fields and model._meta.managed and not model._meta.proxy:
            found.append((model, [str(field.column) for field in fields]))
    return found


def rotate(model: type[Model], columns: list[str]) -> Iterator[Progress]:
    """Encrypt a table's values with the newest key, batch by batch, in the order of its key.

    Each batch is a transaction of its own and locks its rows, so that nothing written meanwhile is
    lost. May be stopped at any time: what has the newest key already is not written again.
    """
    table, key = model._meta.db_table, str(model._meta.pk.column)
    last: Any = None
    while progress := _batch(table, key, columns, last):
        yield progress
        last = progress.last


@transaction.atomic
def _batch(table: str, key: str, columns: list[str], after: Any) -> Progress | None:
    quote = connection.ops.quote_name
    chosen = ", ".join(quote(column) for column in (key, *columns))
    place = "" if after is None else f"WHERE {quote(key)} > %(after)s"
    assigned = ", ".join(f"{quote(column)} = %s" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {chosen} FROM {quote(table)} {place} "  # noqa: S608  # names of our own tables
            f"ORDER BY {quote(key)} LIMIT %(limit)s FOR NO KEY UPDATE",
            {"after": after, "limit": BATCH},
        )
        rows = cursor.fetchall()
        if not rows:
            return None
        changed, unreadable = _renewed(rows)
        if changed:
            # Invoices and payments stay as they are, but for the keys of what is encrypted in them.
            cursor.execute("SELECT set_config('bookyflow.renewing', 'on', true)")
            cursor.executemany(
                f"UPDATE {quote(table)} SET {assigned} WHERE {quote(key)} = %s",  # noqa: S608  # the same
                changed,
            )
    return Progress(table, rows[-1][0], len(rows), len(changed), unreadable)


def _renewed(rows: list[tuple[Any, ...]]) -> tuple[list[tuple[Any, ...]], int]:
    """The rows that need writing, as parameters of the update, and how many values fit no key."""
    changed, unreadable = [], 0
    for pk, *tokens in rows:
        values: list[str | None] = []
        for token in tokens:
            try:
                values.append(token and (renewed(token) or token))
            except ValueError:
                values.append(token)
                unreadable += 1
        if values != tokens:
            changed.append((*values, pk))
    return changed, unreadable

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from bookyflow.auditing.sql import INVARIANTS
from bookyflow.core.database import connection

SHOWN = 10  # rows


@dataclass(frozen=True)
class Finding:
    """What must hold, how many rows break it, and the first of them as text."""

    claim: str
    broken: int
    rows: tuple[str, ...]


def audit() -> Iterator[Finding]:
    """Look at each in turn, all in the state of one moment; writes nothing.

    Not within a transaction.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for claim, query in INVARIANTS.items():
            cursor.execute(query)
            found = cursor.fetchmany(SHOWN)
            rest = len(cursor.fetchall())
            yield Finding(claim, len(found) + rest, tuple(_text(row) for row in found))


def _text(row: tuple[object, ...]) -> str:
    return " ".join(map(str, row))

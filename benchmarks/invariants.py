"""What must hold in the database whatever happened, asked of any database."""

from __future__ import annotations

import psycopg

from bookyflow.auditing.sql import INVARIANTS


def broken(database_url: str) -> dict[str, int]:
    """The invariants that do not hold: name → how many rows break it. One snapshot for all."""
    found = {}
    with psycopg.connect(database_url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for name, query in INVARIANTS.items():
            rows = connection.execute(query.encode()).fetchall()
            if rows:
                found[name] = len(rows)
    return found

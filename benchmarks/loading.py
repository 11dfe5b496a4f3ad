"""Filling tables fast: constraints and indexes that cost most per row are made again afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from psycopg import Connection, Cursor, sql

BLOCK = 5_000  # rows handed to COPY at once

# Foreign keys and exclusion constraints. Primary keys and unique constraints stay: rows come in
# their order, which costs little, and other tables refer to them.
_CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype
FROM pg_constraint
WHERE conrelid = ANY (%s::regclass[]) AND contype IN ('f', 'x')
ORDER BY contype DESC, conrelid::regclass::text, conname
"""

_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
FROM pg_index
WHERE indrelid = ANY (%s::regclass[]) AND NOT indisunique
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
ORDER BY 1
"""

_SEQUENCE = """
SELECT setval(seq, greatest((SELECT max({id}) FROM {table}), 1))
FROM (SELECT pg_get_serial_sequence(%s, %s) AS seq) AS found
WHERE seq IS NOT NULL
"""


@contextmanager
def put_aside(connection: Connection, tables: Sequence[str]) -> Iterator[None]:
    """Drop foreign keys, exclusion constraints and plain indexes; make all of them again.

    Runs in the caller's transaction, so a failure leaves everything as it was. Making them again
    checks every row. Raises RuntimeError when something is not as before.
    """
    names = list(tables)
    before = _definitions(connection, names)
    constraints = connection.execute(_CONSTRAINTS, [names]).fetchall()
    indexes = connection.execute(_INDEXES, [names]).fetchall()
    # Rows of an earlier statement may still wait for the check of a deferred foreign key.
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table, name, _, _ in constraints:
        connection.execute(_alter(table, "DROP CONSTRAINT {}", name))
    for index, _ in indexes:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.SQL(index)))
    yield
    for _, definition in indexes:
        connection.execute(definition)
    for table, name, definition, _ in constraints:
        connection.execute(_alter(table, "ADD CONSTRAINT {} " + definition, name))
    if _definitions(connection, names) != before:
        raise RuntimeError("constraints or indexes are not what they were")


def copy_rows(cursor: Cursor[Any], table: str, columns: Sequence[str], rows: Iterable[str]) -> None:
    """COPY rows into a table: each is its columns as text with tabs between, without line end."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    source = iter(rows)
    with cursor.copy(statement) as copy:
        while block := list(islice(source, BLOCK)):
            copy.write("\n".join(block) + "\n")


def restart_ids(connection: Connection, tables: Sequence[str], *, column: str = "id") -> None:
    """Let the sequences of tables go on after the highest id."""
    for table in tables:
        statement = sql.SQL(_SEQUENCE).format(
            id=sql.Identifier(column), table=sql.Identifier(table)
        )
        connection.execute(statement, [table, column])


def _alter(table: str, what: str, name: str) -> sql.Composed:
    return sql.SQL("ALTER TABLE {} ").format(sql.SQL(table)) + sql.SQL(what).format(
        sql.Identifier(name)
    )


def _definitions(connection: Connection, tables: list[str]) -> set[tuple[str, ...]]:
    constraints = connection.execute(
        "SELECT conname, pg_get_constraintdef(oid), convalidated::text FROM pg_constraint "
        "WHERE conrelid = ANY (%s::regclass[])",
        [tables],
    )
    found: set[tuple[str, ...]] = set(constraints.fetchall())
    indexes = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = ANY (%s::regclass[])",
        [tables],
    )
    return found | set(indexes.fetchall())

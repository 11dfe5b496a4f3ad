"""Doing again, as bare SQL, what calls through the API have sent to the database.

The rows that the calls added are taken away and every sequence is set back, so that the same
statements with the same parameters, in the same order, find and make the same again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

import psycopg
from psycopg import sql

from benchmarks.calls import Statement

_INSERTED = re.compile(r'INSERT INTO "?(\w+)')
_SEQUENCES = """
SELECT format('%I.%I', schemaname, sequencename), coalesce(last_value, start_value),
       last_value IS NOT NULL
FROM pg_sequences
"""


class Undo:
    """The state of the sequences now, to go back to."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self.sequences = connection.execute(_SEQUENCES).fetchall()

    def back(self, statements: Sequence[Statement]) -> None:
        """Remove the rows that the statements have added, all at once: some refer to later ones."""
        with self.connection.transaction():
            for table in reversed(tables_of(statements)):
                self.connection.execute(
                    sql.SQL("DELETE FROM {} WHERE id > %s").format(sql.Identifier(table)),
                    [self._last(table)],
                )
        for name, value, is_called in self.sequences:
            self.connection.execute("SELECT setval(%s, %s, %s)", [name, value, is_called])

    def _last(self, table: str) -> int:
        """The highest id that the table had."""
        row = self.connection.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table]).fetchone()
        known = {name: value if called else 0 for name, value, called in self.sequences}
        return int(known[row[0]]) if row else 0


def tables_of(statements: Sequence[Statement]) -> list[str]:
    """The tables that rows are inserted into, in the order of their first one."""
    found: dict[str, None] = {}
    for statement in statements:
        found |= dict.fromkeys(_INSERTED.findall(statement.text))
    return list(found)


def replay(connection: psycopg.Connection, statements: Sequence[Statement]) -> None:
    """Send the statements of one call, each read to its last row, in transactions as they were."""
    for in_transaction, group in groupby(statements, key=lambda one: one.in_transaction):
        if in_transaction:
            with connection.transaction():
                _send(connection, group)
        else:
            _send(connection, group)


def _send(connection: psycopg.Connection, statements: Iterator[Statement]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.text, statement.parameters)
            if cursor.description:
                cursor.fetchall()

"""Running the statements that every request pays for."""

from __future__ import annotations

from typing import Any

from django.db import connection


def first_row(statement: str, parameters: dict[str, Any]) -> tuple[Any, ...] | None:
    """The first row of a statement, or None.

    Django binds parameters in the client, so PostgreSQL plans each statement anew; here it is
    planned once per connection (`prepare_threshold` in settings), which saves a third of the time.
    """
    # Not at the top: the module is there with PostgreSQL's driver only.
    from django.db.backends.postgresql.base import ServerBindingCursor  # noqa: PLC0415

    connection.ensure_connection()
    raw: Any = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]  # as psycopg's
    logged = connection.queries_logged
    with connection.make_debug_cursor(raw) if logged else connection.make_cursor(raw) as cursor:
        cursor.execute(statement, parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row

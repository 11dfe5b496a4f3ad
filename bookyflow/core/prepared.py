"""Reads that are made all the time, as statements that PostgreSQL plans once per connection.

Django binds parameters in the client, so that each statement is planned anew; and the ORM makes the
text of a query anew each time, which for rows of many columns takes longer than the query (the 120
columns of a property's settings: 2 ms). The texts are in `sql.py`, with parameters only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from django.db.models import Model

from bookyflow.core.database import connection

Row = tuple[Any, ...]
AModel = TypeVar("AModel", bound=Model)


def first_row(statement: str, parameters: dict[str, Any]) -> Row | None:
    """The first row of a statement, or None."""
    with _sent(statement, parameters) as cursor:
        row: Row | None = cursor.fetchone()
    return row


def all_rows(statement: str, parameters: dict[str, Any]) -> list[Row]:
    """Every row of a statement."""
    with _sent(statement, parameters) as cursor:
        rows: list[Row] = cursor.fetchall()
    return rows


@contextmanager
def _sent(statement: str, parameters: dict[str, Any]) -> Iterator[Any]:
    """A cursor whose statement is prepared (`prepare_threshold` in settings)."""
    # Not at the top: the module is there with PostgreSQL's driver only.
    from django.db.backends.postgresql.base import ServerBindingCursor  # noqa: PLC0415

    connection.ensure_connection()
    raw: Any = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]  # as psycopg's
    logged = connection.queries_logged
    with connection.make_debug_cursor(raw) if logged else connection.make_cursor(raw) as cursor:
        cursor.execute(statement, parameters)
        yield cursor


@cache
def columns(model: type[Model]) -> tuple[str, ...]:
    """The attributes of a model that are columns, in the order of `selected`."""
    return tuple(field.attname for field in model._meta.concrete_fields)


@cache
def selected(model: type[Model], alias: str) -> str:
    """What to SELECT for `instance`, where the table is called `alias`."""
    fields = model._meta.concrete_fields
    return ", ".join(f"{alias}.{connection.ops.quote_name(str(f.column))}" for f in fields)


def instance(model: type[AModel], row: Sequence[Any]) -> AModel:
    """The object of one row that `selected` has read."""
    converted = _converted(model)
    if converted:
        values = list(row)
        for index, expression, convert in converted:
            values[index] = convert(values[index], expression, connection)
        row = values
    return model.from_db(connection.alias, columns(model), row)


@cache
def _converted(model: type[Model]) -> list[tuple[int, Any, Any]]:
    """The columns whose values a field turns into others, each with how."""
    fields: Any = model._meta.concrete_fields
    return [
        (index, field.cached_col, convert)
        for index, field in enumerate(fields)
        for convert in field.get_db_converters(connection)
    ]

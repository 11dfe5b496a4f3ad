"""What is read and written all the time, as statements that PostgreSQL plans once per connection.

Django binds parameters in the client, so that each statement is planned anew; and the ORM makes the
text of a query anew each time, which for rows of many columns takes longer than the query (the 120
columns of a property's settings: 2 ms). The texts are in `sql.py`, with parameters only; one whose
type PostgreSQL cannot tell by its place has a cast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.db.models.base import ModelState

from bookyflow.core.database import connection, current, current_alias, primary
from bookyflow.core.json_text import json_text
from bookyflow.core.postgresql import statements
from bookyflow.core.postgresql.statements import Outcome

Row = statements.Row
AModel = TypeVar("AModel", bound=Model)
# Fields whose values JSON has as PostgreSQL takes them.
_AS_IT_IS = frozenset(
    {
        models.BigIntegerField,
        models.BooleanField,
        models.CharField,
        models.DateField,
        models.DateTimeField,
        models.DecimalField,
        models.ForeignKey,
        models.IntegerField,
        models.JSONField,
        models.OneToOneField,
        models.PositiveIntegerField,
        models.PositiveSmallIntegerField,
        models.TextField,
    }
)


def first_row(statement: str, parameters: dict[str, Any]) -> Row | None:
    """The first row of a statement, or None."""
    rows = all_rows(statement, parameters)
    return rows[0] if rows else None


def run(statement: str, parameters: dict[str, Any]) -> int:
    """Run a statement that returns no rows; how many it has touched."""
    return _outcome(statement, parameters).touched


def all_rows(statement: str, parameters: dict[str, Any]) -> list[Row]:
    """Every row of a statement."""
    return _outcome(statement, parameters).rows


def _outcome(statement: str, parameters: dict[str, Any]) -> Outcome:
    asked: Any = current()
    found: Outcome = asked.run(statement, parameters)
    return found


def on_one_line(statement: str) -> str:
    """A long statement without comments in as few characters as it needs."""
    return " ".join(statement.split())


@cache
def columns(model: type[Model]) -> tuple[str, ...]:
    """The attributes of a model that are columns, in the order of `selected`."""
    return tuple(field.attname for field in model._meta.concrete_fields)


@cache
def selected(model: type[Model], alias: str) -> str:
    """What to SELECT for `instance`, where the table is called `alias`.

    Behind that, a name in small letters needs no quotes, whatever it is.
    """
    return ",".join(f"{alias}.{field.column}" for field in model._meta.concrete_fields)


@cache
def written(model: type[Model], **otherwise: str) -> str:
    """The columns of a model but for its id, to INSERT INTO and to SELECT what `records` gives.

    `otherwise` has what to select instead, by the name of the column.
    """
    return ",".join(
        otherwise.get(str(column), connection.ops.quote_name(str(column)))
        for _, column, _ in _written(model)
    )


def records(rows: Iterable[Model]) -> str:
    """Any number of objects, without their ids, as one parameter for jsonb_populate_recordset.

    One parameter is faster than one for each column, and no longer statement for more rows.
    """
    written_to = primary()
    return json_text([_record(row, written_to) for row in rows], str)


def _record(row: Model, written_to: BaseDatabaseWrapper) -> dict[str, Any]:
    values = row.__dict__  # a foreign key looks for its id there as well, in Python
    return {
        column: values[name] if stored is None else stored(values[name], written_to)
        for name, column, stored in _written(type(row))
    }


def is_stored(row: Model) -> None:
    """Have an object that a statement has written be one that the database knows."""
    row._state.adding = False  # noqa: SLF001  # as Model.save does
    row._state.db = primary().alias  # noqa: SLF001


@cache
def _written(model: type[Model]) -> list[tuple[str, str, Any]]:
    """Attribute, column and how the database takes the value, of all but the id.

    None: as it is, whatever kind it is of; asking the field for each took longer than all else.
    """
    fields: Any = model._meta.concrete_fields
    return [
        (
            field.attname,
            field.column,
            None if type(field) in _AS_IT_IS else field.get_db_prep_save,
        )
        for field in fields
        if not field.primary_key
    ]


def instance(model: type[AModel], row: Sequence[Any]) -> AModel:
    """The object of one row that `selected` has read.

    Made without Model.__init__, which looks at each value and sends signals that nobody hears:
    that is ten times as fast.
    """
    return instances(model, [row])[0]


def instances(model: type[AModel], rows: Iterable[Sequence[Any]]) -> list[AModel]:
    """The objects of rows, as `instance` makes each."""
    converted, names, alias = _converted(model), columns(model), current_alias()
    found = []
    for row in rows:
        values = row
        if converted:
            values = list(row)
            for index, expression, convert in converted:
                values[index] = convert(values[index], expression, connection)
        found.append(_made(model, zip(names, values, strict=True), alias))
    return found


def fresh(model: type[AModel], **values: Any) -> AModel:
    """A new object, which no statement has written yet, as its constructor makes it.

    In a third of the time, for what is made with each booking. A related object may be None.
    """
    one = object.__new__(model)
    one._state = ModelState()
    plain, made, related = _initial(model)
    kept = one.__dict__
    kept.update(plain)
    for name, make in made:
        kept[name] = make()
    for name, value in values.items():
        if name in related:
            kept[related[name]] = None if value is None else value.pk
            attach(one, name, value)
        elif name in kept:
            kept[name] = value
        else:
            setattr(one, name, value)
    return one


def partly(model: type[AModel], names: Sequence[str], row: Sequence[Any]) -> AModel:
    """The object of a row of which some columns have been read, each as its attribute has it.

    The others are read when they are asked for.
    """
    return _made(model, zip(names, row, strict=True), current_alias())


def duplicate(one: AModel) -> AModel:
    """Another object of a row that has been read, without what hangs on the first one."""
    return _made(type(one), one.__dict__, one._state.db)  # noqa: SLF001  # where it was read


def _made(model: type[AModel], values: Any, alias: str | None) -> AModel:
    one = object.__new__(model)
    one.__dict__.update(values)
    state = one._state = ModelState()
    state.db, state.adding = alias, False  # as Model.from_db does
    return one


def attach(one: Model, name: str, other: Model | None) -> None:
    """Have `other` be what the relation `name` of `one` leads to; both are rows of one database.

    Where it leads to one object only, as a foreign key does, or what is behind a one-to-one key.
    """
    there, back = _caches(type(one), name)
    one._state.fields_cache[there] = other  # noqa: SLF001  # as the field does
    if other is not None and back is not None:
        other._state.fields_cache[back] = one  # noqa: SLF001


@cache
def _caches(model: type[Model], name: str) -> tuple[str, str | None]:
    """As what a relation is kept with an object, and what leads back from the one it leads to."""
    relation: Any = model._meta.get_field(name)
    return relation.cache_name, relation.remote_field.cache_name if relation.one_to_one else None


@cache
def _initial(
    model: type[Model],
) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]], dict[str, str]]:
    """The values of a new object by attribute: those that are always the same, and how the others
    are made. And the attributes of foreign keys, by relation."""
    every: Any = model._meta.concrete_fields
    fields = [field for field in every if not field.generated]
    made = [
        (field.attname, field.get_default)
        for field in fields
        if field.has_db_default() or (field.has_default() and callable(field.default))
    ]
    names = dict(made)
    plain = {field.attname: field.get_default() for field in fields if field.attname not in names}
    related = {field.name: field.attname for field in fields if field.remote_field}
    return plain, made, related


@cache
def _converted(model: type[Model]) -> list[tuple[int, Any, Any]]:
    """The columns whose values a field turns into others, each with how."""
    fields: Any = model._meta.concrete_fields
    return [
        (index, field.cached_col, convert)
        for index, field in enumerate(fields)
        for convert in field.get_db_converters(connection)
    ]

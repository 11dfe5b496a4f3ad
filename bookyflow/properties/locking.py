"""The lock that whoever writes to a property takes first.

Hand-written statements, whose texts are made once: the settings have more than a hundred columns,
and making them anew for each booking took three milliseconds (measured). Where one property is
locked that the process keeps, only its version is read: nearly always it is the one that is kept.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from bookyflow.core.database import connection, longest_wait
from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import first_row, on_one_line
from bookyflow.properties import sql
from bookyflow.properties.kept import Version, columns_kept, is_kept, property_kept, property_of
from bookyflow.properties.models import Property


def properties_lock(found: QuerySet[Property]) -> dict[int, Property]:
    """Lock the rows of properties, in order of their ids, until the transaction ends; by id.

    Whoever writes occupancy, rooms or prices does this first, so that two such transactions wait
    for each other instead of meeting in a deadlock. The rows of the settings are locked as well,
    so that they are those of now, and not of before the wait. Needs a transaction, for whose locks
    `waiting_at_most` holds from now on.
    """
    try:
        wanted, parameters = found.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return {}
    with connection.cursor() as cursor:
        statement = _statement(f"prop.id IN ({wanted})", columns_kept(), "%s")
        cursor.execute(statement, (longest_wait(), *parameters))
        return {prop.pk: prop for prop in map(property_of, cursor.fetchall())}


def property_lock(property_id: int) -> Property:
    """Lock one property, as `properties_lock`. Raises DomainError `property_not_found`."""
    found = lock_where(sql.ONE_OF_THEM, {"property_id": property_id})
    if found is None:
        raise DomainError("property_not_found")
    return found


def lock_where(which: str, parameters: dict[str, Any]) -> Property | None:
    """Lock one property as `properties_lock`; None where there is none.

    `which` is SQL about `prop` that names it by its id, the parameter `property_id`.
    """
    property_id = parameters["property_id"]
    known = is_kept(property_id)
    statement = _statement(
        which, sql.VERSIONED if known else columns_kept(), "%(longest_wait)s::text"
    )
    row = first_row(statement, parameters | {"longest_wait": longest_wait()})
    if row is None:
        return None
    if known:
        return property_kept(property_id=property_id, version=Version(*row))
    return property_of(row)


@lru_cache(maxsize=64)  # of querysets there are many
def _statement(which: str, columns: str, longest_wait: str) -> str:
    statement = sql.LOCK_PROPERTIES.format(columns=columns, which=which, longest_wait=longest_wait)
    return on_one_line(statement)

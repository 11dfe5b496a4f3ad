"""The lock that whoever writes to a property takes first.

A hand-written statement, whose text is made once: the settings have more than a hundred columns,
and making it anew for each booking took three milliseconds (measured).
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from bookyflow.core.database import connection, longest_wait
from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import columns, instance, selected
from bookyflow.properties import sql
from bookyflow.properties.models import Property, PropertySettings


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
    return _locked(f"prop.id IN ({wanted})", parameters)


def property_lock(property_id: int) -> Property:
    """Lock one property, as `properties_lock`. Raises DomainError `property_not_found`."""
    locked = _locked("prop.id = %s AND prop.deleted_at IS NULL", (property_id,))
    if property_id not in locked:
        raise DomainError("property_not_found")
    return locked[property_id]


def _locked(which: str, parameters: tuple[Any, ...]) -> dict[int, Property]:
    own = len(columns(Property))
    with connection.cursor() as cursor:
        cursor.execute(_statement(which), (longest_wait(), *parameters))
        rows = cursor.fetchall()
    found = {}
    for row in rows:
        prop = instance(Property, row[:own])
        prop.settings = instance(PropertySettings, row[own:])
        found[prop.pk] = prop
    return found


def _statement(which: str) -> str:
    names = f"{selected(Property, 'prop')}, {selected(PropertySettings, 'how')}"
    return sql.LOCK_PROPERTIES.format(columns=names, which=which)

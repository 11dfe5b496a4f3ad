"""The locks that whoever writes prices takes first, in statements that cost little.

A year of prices is written in six milliseconds; through the ORM, locking its property took half
of that again, most of it for making the text of the statement (measured).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db import connection
from django.db.models import Model

from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property, PropertySettings
from bookyflow.tariffs import sql

_OF_PROPERTY = ("id", "property_type_id")
_OF_SETTINGS = (
    "property_id",
    "tariff_mode",
    "years_to_price",
    "minimum_interval",
    "time_zone",
)
Row = TypeVar("Row", bound=Model)


def prices_lock(property_id: int) -> Property:
    """Lock a property, as `property_lock`, with what the writing of prices has to know of it.

    Other fields are read when asked for. Raises DomainError `property_not_found`.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.LOCK_PROPERTY, {"property_id": property_id})
        row = cursor.fetchone()
    if row is None:
        raise DomainError("property_not_found")
    prop = _partly(Property, _OF_PROPERTY, row[: len(_OF_PROPERTY)])
    prop.settings = _partly(PropertySettings, _OF_SETTINGS, row[len(_OF_PROPERTY) :])
    return prop


def tariff_types_lock(prop: Property) -> tuple[Property, list[int]]:
    """Lock a property; it and the ids of its tariff types. Raises DomainError `no_tariffs_yet`."""
    locked = prices_lock(prop.pk)
    with connection.cursor() as cursor:  # after the lock: the statement sees what is committed now
        cursor.execute(sql.TARIFF_TYPES, {"property_id": prop.pk})
        found = [pk for (pk,) in cursor.fetchall()]
    if not found:
        raise DomainError("no_tariffs_yet")
    return locked, found


def _partly(model: type[Row], names: Sequence[str], values: Sequence[object]) -> Row:
    """A row of which only some fields were read; Django reads the others when asked for."""
    by_name = dict(zip(names, values, strict=True))
    known = [field.attname for field in model._meta.concrete_fields if field.attname in by_name]
    return model.from_db(connection.alias, known, [by_name[name] for name in known])

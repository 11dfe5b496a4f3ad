"""The lock that whoever writes prices of every tariff takes first."""

from __future__ import annotations

from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.tariffs import sql


def tariff_types_lock(property_id: int) -> tuple[Property, list[int]]:
    """Lock a property; it and the ids of its tariff types. Raises DomainError `no_tariffs_yet`."""
    locked = property_lock(property_id)
    with connection.cursor() as cursor:  # after the lock: the statement sees what is committed now
        cursor.execute(sql.TARIFF_TYPES, {"property_id": property_id})
        found = [pk for (pk,) in cursor.fetchall()]
    if not found:
        raise DomainError("no_tariffs_yet")
    return locked, found

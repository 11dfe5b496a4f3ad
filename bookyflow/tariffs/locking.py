"""The lock that whoever writes prices of every tariff takes first."""

from __future__ import annotations

from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import all_rows
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.tariffs import sql


def tariff_types_lock(property_id: int) -> tuple[Property, list[int]]:
    """Lock a property; it and the ids of its tariff types. Raises DomainError `no_tariffs_yet`."""
    locked = property_lock(property_id)
    # After the lock: the statement sees what is committed now.
    found = [pk for (pk,) in all_rows(sql.TARIFF_TYPES, {"property_id": property_id})]
    if not found:
        raise DomainError("no_tariffs_yet")
    return locked, found

"""The conditions of a rate plan, changed without a word about its prices."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F

from bookyflow.core.acting import Actor
from bookyflow.core.changes import fields_set
from bookyflow.core.errors import DomainError
from bookyflow.properties.locking import property_lock
from bookyflow.rooms.services import check_types
from bookyflow.tariffs.models import TariffType
from bookyflow.tariffs.services import tariffs_record
from bookyflow.tariffs.writing import order_check, tariff_type_find


@transaction.atomic
def tariff_conditions_set(
    *,
    property_id: int,
    tariff_type_id: int,
    room_type_id: int,
    conditions: Mapping[str, object],
    by: Actor,
) -> TariffType:
    """Change the room type of a rate plan, and what is given of it: fields of TariffType.

    Its prices and the restrictions of its nights stay. One event, unless nothing changed. Raises
    DomainError `tariff_type_not_found`, `room_type_incorrect`, and `validation_failed` for limits
    out of order; ValidationError for a condition at fault.
    """
    locked = property_lock(property_id)
    found = tariff_type_find(locked, tariff_type_id)
    if found is None:
        raise DomainError("tariff_type_not_found")
    changed = fields_set(found, conditions)
    if room_type_id != found.room_type_id:
        check_types(locked, {room_type_id})
        found.room_type_id = room_type_id
        changed.append("room_type_id")
    order_check(found)
    if changed:
        found.version = F("version") + 1
        found.save(update_fields=[*changed, "version"])
        found.refresh_from_db(fields=["version"])
        tariffs_record(prop=locked, tariff_types=[found.pk], by=by)
    return found

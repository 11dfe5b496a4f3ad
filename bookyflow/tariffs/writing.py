"""Writing a tariff type with all of its nights: what every way of editing has in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from bookyflow.core.changes import fields_set
from bookyflow.core.database import array_text
from bookyflow.core.dates import ONE_DAY, days
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property, TariffMode
from bookyflow.rooms.selectors import room_types_usable
from bookyflow.tariffs import sql
from bookyflow.tariffs.models import TariffType


@dataclass(frozen=True)
class PricedNight:
    """What a night costs and the shortest stay that may have it."""

    date: date
    price: Decimal
    min_stay: int = 1


def mode_check(prop: Property, mode: TariffMode | None) -> None:
    """Raise DomainError `tariff_save_method_not_valid` when another editor writes the prices.

    None: any editor may.
    """
    if mode is not None and prop.settings.tariff_mode != mode:
        name = TariffMode(prop.settings.tariff_mode).label.lower()
        raise DomainError(
            "tariff_save_method_not_valid",
            f"The property's tariff mode is {name}, not {mode.label.lower()}.",
        )


def tariff_type_find(prop: Property, tariff_type_id: int | None) -> TariffType:
    """A property's tariff type; a new one for None or 0. Raises `tariff_type_not_found`."""
    if not tariff_type_id:
        return TariffType(property=prop)
    found = TariffType.objects.filter(pk=tariff_type_id, property=prop, deleted_at=None).first()
    if found is None:
        raise DomainError("tariff_type_not_found")
    return found


def same_nights(first: date, last: date, price: Decimal, min_stay: int) -> list[PricedNight]:
    """Every night from `first` to `last`, both included, alike."""
    return [PricedNight(night, price, min_stay) for night in days(first, last + ONE_DAY)]


def tariff_write(
    *,
    prop: Property,
    tariff_type: TariffType,
    room_type_id: int,
    nights: Sequence[PricedNight],
    conditions: Mapping[str, object],
) -> bool:
    """Save a tariff type of a locked property; `nights` become its only ones.

    `conditions` are fields of TariffType. Nights that stay keep their ids, and lose what
    restrictions they had. Returns whether anything is other than before, which the caller records.
    Raises DomainError `room_type_incorrect`, and `validation_failed` for limits out of order;
    ValidationError for a condition at fault.
    """
    changed = fields_set(tariff_type, conditions)
    if tariff_type.room_type_id != room_type_id:
        room_type_check(prop, room_type_id)
        tariff_type.room_type_id = room_type_id
        changed.append("room_type_id")
    _check_order(tariff_type)
    is_new = tariff_type.pk is None
    if is_new:
        tariff_type.save(force_insert=True)
    parameters: dict[str, Any] = {
        "tariff_type": tariff_type.pk,
        "property_id": prop.pk,
        "dates": array_text(night.date for night in nights),
        "prices": array_text(night.price for night in nights),
        "min_stays": array_text(night.min_stay for night in nights),
    }
    rows = 0
    with connection.cursor() as cursor:
        if not is_new:
            cursor.execute(sql.DROP_OTHER_DATES, parameters)
            rows += cursor.rowcount
        cursor.execute(sql.WRITE_TARIFF, parameters)
        rows += cursor.rowcount
    if not is_new and (rows or changed):
        tariff_type.version += 1
        tariff_type.save(update_fields=[*changed, "version"])
    return bool(rows or changed)


def room_type_check(prop: Property, room_type_id: int) -> None:
    """Raise DomainError `room_type_incorrect` for a room type that a property cannot use."""
    usable = room_types_usable(property_type=prop.property_type_id, property_id=prop.pk)
    if not usable.filter(pk=room_type_id).exists():
        raise DomainError(
            "room_type_incorrect",
            f"Room type {room_type_id} cannot be used at this property.",
            fields={"roomclass_uid": ["Not usable here."]},
        )


def _check_order(tariff_type: TariffType) -> None:
    problems = {}
    if tariff_type.max_people < tariff_type.min_people:
        problems["maxpeople"] = ["Below minpeople."]
    if tariff_type.max_rooms_selected <= tariff_type.min_rooms_selected:
        problems["maxrooms_alreadyselected"] = ["Must be above minrooms_alreadyselected."]
    if problems:
        raise DomainError("validation_failed", fields=problems)

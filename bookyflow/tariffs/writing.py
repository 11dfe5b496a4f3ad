"""Writing a tariff type with all of its nights: what every way of editing has in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from bookyflow.core.changes import fields_set
from bookyflow.core.database import array_text, connection
from bookyflow.core.dates import ONE_DAY, days
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import BookingModel, Property, TariffMode
from bookyflow.rooms.services import check_types
from bookyflow.tariffs import sql
from bookyflow.tariffs.models import TariffType


class PricedNight(NamedTuple):
    """What a night costs and the shortest stay that may have it."""

    date: date
    price: Decimal
    min_stay: int = 1


class Written(NamedTuple):
    """A tariff type, and whether anything about it is other than before, for the record."""

    tariff_type_id: int
    changed: bool


def mode_check(prop: Property, mode: TariffMode | None) -> None:
    """Raise DomainError `tariff_save_method_not_valid` when another editor writes the prices.

    Or none does, of something for sale. None: any editor may.
    """
    if mode is None:
        return
    problem = ""
    if prop.settings.tariff_mode != mode:
        name = TariffMode(prop.settings.tariff_mode).label.lower()
        problem = f"The property's tariff mode is {name}, not {mode.label.lower()}."
    elif prop.property_type.flag == BookingModel.REAL_ESTATE:
        problem = "The property is for sale and has no tariffs."
    if problem:
        raise DomainError("tariff_save_method_not_valid", problem)


def tariff_type_find(prop: Property, tariff_type_id: int | None) -> TariffType | None:
    """A property's tariff type; None, for a new one, of None or 0.

    Raises DomainError `tariff_type_not_found`.
    """
    if not tariff_type_id:
        return None
    parameters = {"tariff_type": tariff_type_id, "property_id": prop.pk}
    found = next(iter(TariffType.objects.raw(sql.TARIFF_TYPE, parameters)), None)
    if found is None:
        raise DomainError("tariff_type_not_found")
    return found


def same_nights(first: date, last: date, price: Decimal, min_stay: int) -> list[PricedNight]:
    """Every night from `first` to `last`, both included, alike."""
    return [PricedNight(night, price, min_stay) for night in days(first, last + ONE_DAY)]


def tariff_write(
    *,
    prop: Property,
    known: TariffType | None,
    room_type_id: int,
    nights: Sequence[PricedNight],
    conditions: Mapping[str, object],
) -> Written:
    """Save a tariff type of a locked property; `nights` become its only ones from today on.

    `known` None makes a new one.

    `conditions` are fields of TariffType. Nights that stay keep their ids and restrictions, a
    closed one also where it has no price (0) any more, and nights before the property's today stay
    as they are. Raises DomainError `room_type_incorrect`, and `validation_failed` for limits out
    of order; ValidationError for a condition at fault.
    """
    tariff_type = known or TariffType(property=prop)
    changed = fields_set(tariff_type, conditions)
    if tariff_type.room_type_id != room_type_id:
        check_types(prop, {room_type_id})
        tariff_type.room_type_id = room_type_id
        changed.append("room_type_id")
    order_check(tariff_type)
    if known is None:
        tariff_type.save(force_insert=True)
    elif changed:
        tariff_type.save(update_fields=changed)
    parameters: dict[str, Any] = {
        "tariff_type": tariff_type.pk,
        "property_id": prop.pk,
        "dates": array_text(night.date for night in nights),
        "prices": array_text(night.price for night in nights),
        "min_stays": array_text(night.min_stay for night in nights),
        "is_changed": bool(changed),
        "today": prop.settings.today(),
    }
    with connection.cursor() as cursor:
        if known is None:
            cursor.execute(sql.WRITE_TARIFF, parameters)
            return Written(tariff_type.pk, changed=True)
        cursor.execute(sql.REPLACE_TARIFF, parameters)
        (rates,) = cursor.fetchone()
    return Written(tariff_type.pk, changed=bool(rates or changed))


def order_check(tariff_type: TariffType) -> None:
    """Raise DomainError `validation_failed` where the limits of a tariff type are out of order."""
    problems = {}
    if tariff_type.max_people < tariff_type.min_people:
        problems["max_people"] = ["Below the smallest party."]
    if tariff_type.max_rooms_selected <= tariff_type.min_rooms_selected:
        problems["max_rooms_selected"] = ["It must be above the fewest rooms."]
    if problems:
        raise DomainError("validation_failed", fields=problems)

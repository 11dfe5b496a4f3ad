"""Writing a tariff type with all of its nights: what every way of editing has in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from bookyflow.core.acting import Actor
from bookyflow.core.changes import fields_set
from bookyflow.core.database import array_text
from bookyflow.core.dates import ONE_DAY, days
from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import first_row, instance, selected
from bookyflow.events.services import record_with
from bookyflow.properties.models import BookingModel, Property, TariffMode
from bookyflow.rooms.services import check_types
from bookyflow.tariffs import sql
from bookyflow.tariffs.models import TariffType
from bookyflow.tariffs.services import tariffs_draft


class PricedNights(NamedTuple):
    """Nights in order, what each costs and the shortest stay that may have it: at least one."""

    dates: Sequence[date]
    prices: Sequence[Decimal]
    min_stays: Sequence[int]


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
    row = first_row(_one_of_a_property(), parameters)
    if row is None:
        raise DomainError("tariff_type_not_found")
    return instance(TariffType, row)


@cache
def _one_of_a_property() -> str:
    return sql.TARIFF_TYPE.format(tariff_type=selected(TariffType, "tariff_type"))


def same_nights(first: date, last: date, price: Decimal, min_stay: int) -> PricedNights:
    """Every night from `first` to `last`, both included, alike."""
    nights = days(first, last + ONE_DAY)
    return PricedNights(nights, [price] * len(nights), [min_stay] * len(nights))


def tariff_write(
    *,
    prop: Property,
    known: TariffType | None,
    room_type_id: int,
    nights: PricedNights,
    conditions: Mapping[str, object],
    by: Actor,
) -> int:
    """Save a tariff type of a locked property, and its nights as the only ones from today on.

    Its id. `known` None makes a new one. One event, unless all of it is as before.

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
        "first": nights.dates[0],
        "last": nights.dates[-1],
        "dates": array_text(nights.dates),
        "prices": array_text(nights.prices),
        "min_stays": array_text(nights.min_stays),
        "is_changed": bool(changed),
        "is_new": known is None,
        "today": prop.settings.today(),
    }
    record_with(sql.WRITE_TARIFF, parameters, tariffs_draft(prop, [tariff_type.pk]), by=by)
    return tariff_type.pk


def order_check(tariff_type: TariffType) -> None:
    """Raise DomainError `validation_failed` where the limits of a tariff type are out of order."""
    problems = {}
    if tariff_type.max_people < tariff_type.min_people:
        problems["max_people"] = ["Below the smallest party."]
    if tariff_type.max_rooms_selected <= tariff_type.min_rooms_selected:
        problems["max_rooms_selected"] = ["It must be above the fewest rooms."]
    if problems:
        raise DomainError("validation_failed", fields=problems)

"""Tariff types written as a whole, and the minimum stays of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import Property
from bookyflow.properties.services import property_lock
from bookyflow.rooms.selectors import room_types_usable
from bookyflow.tariffs import sql
from bookyflow.tariffs.models import TariffType
from bookyflow.tariffs.ranges import MinStayRange, spread
from bookyflow.tariffs.selectors import horizon
from bookyflow.tariffs.services import tariff_types_lock, tariffs_changed, tariffs_record


@transaction.atomic
def tariff_save(
    *,
    prop: Property,
    room_type_id: int,
    prices: Mapping[date, Decimal | None],
    min_stays: Mapping[date, int],
    conditions: Mapping[str, object],
    by: Actor,
    tariff_type_id: int | None = None,
) -> int:
    """Write one tariff type with all of its nights; returns its id, which is stable.

    `tariff_type_id` None makes a new one. The dates of `prices` become its only ones; a price of 0
    or None leaves a date out, so that it is not for sale. A date without a minimum stay has that
    of the last date before it which has one, else 1. `conditions` are fields of TariffType; those
    left out keep their value, or begin with their default.

    Raises DomainError `tariff_type_not_found`, `room_type_incorrect`, and `validation_failed` for
    limits out of order, for no night with a price, or one more than ten years ahead.
    """
    locked = property_lock(prop.pk)
    usable = room_types_usable(property_type=prop.property_type, property_id=prop.pk)
    if not usable.filter(pk=room_type_id).exists():
        raise DomainError(
            "room_type_incorrect",
            f"Room type {room_type_id} cannot be used at this property.",
            fields={"roomclass_uid": ["Not usable here."]},
        )
    nights = _nights(prices, min_stays, horizon(locked.settings.today()))
    tariff_type = _own(prop, tariff_type_id)
    tariff_type.room_type_id = room_type_id
    for name, value in conditions.items():
        setattr(tariff_type, name, value)
    _check_order(tariff_type)
    if tariff_type_id:
        tariff_type.version += 1
    tariff_type.save()
    with connection.cursor() as cursor:
        parameters: dict[str, Any] = {
            "tariff_type": tariff_type.pk,
            "property_id": prop.pk,
            "dates": [night for night, _, _ in nights],
            "prices": [price for _, price, _ in nights],
            "min_stays": [least for _, _, least in nights],
        }
        if tariff_type_id:
            cursor.execute(sql.DROP_OTHER_DATES, parameters)
        cursor.execute(sql.WRITE_TARIFF, parameters)
    tariffs_record(prop=prop, tariff_types=[tariff_type.pk], by=by)
    return tariff_type.pk


@transaction.atomic
def min_stays_set(*, prop: Property, ranges: Iterable[MinStayRange], by: Actor) -> None:
    """Set minimum stays in every tariff type of a property; later ranges win.

    Dates outside the ranges keep theirs, and dates without a price are passed over. Raises
    DomainError `no_tariffs_yet`, and `validation_failed` for a reversed range, one beyond ten
    years from now, or more than MOST_NIGHTS in all.
    """
    locked, tariff_types = tariff_types_lock(prop)
    wanted = spread(ranges, field="minstays", last_possible=horizon(locked.settings.today()))
    with connection.cursor() as cursor:
        cursor.execute(
            sql.WRITE_MIN_STAYS,
            {
                "property_id": prop.pk,
                "dates": list(wanted),
                "min_stays": list(wanted.values()),
            },
        )
    tariffs_changed(prop=prop, tariff_types=tariff_types, by=by)


def _own(prop: Property, tariff_type_id: int | None) -> TariffType:
    if not tariff_type_id:
        return TariffType(property=prop)
    found = TariffType.objects.filter(pk=tariff_type_id, property=prop).first()
    if found is None:
        raise DomainError("tariff_type_not_found")
    return found


def _nights(
    prices: Mapping[date, Decimal | None], min_stays: Mapping[date, int], last_possible: date
) -> list[tuple[date, Decimal, int]]:
    problem = ""
    if not any(prices.values()):
        problem = "At least one night needs a price above 0."
    elif max(prices) > last_possible:
        problem = f"The last night that can be priced is {last_possible}."
    if problem:
        raise DomainError("validation_failed", problem, fields={"tariffinput": [problem]})
    least, nights = 1, []
    for night in sorted(prices.keys() | min_stays.keys()):
        least = min_stays.get(night, least)
        if price := prices.get(night):
            nights.append((night, price, least))
    return nights


def _check_order(tariff_type: TariffType) -> None:
    problems = {}
    if tariff_type.max_people < tariff_type.min_people:
        problems["maxpeople"] = ["Below minpeople."]
    if tariff_type.max_rooms_selected <= tariff_type.min_rooms_selected:
        problems["maxrooms_alreadyselected"] = ["Must be above minrooms_alreadyselected."]
    if problems:
        raise DomainError("validation_failed", fields=problems)

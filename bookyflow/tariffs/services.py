from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from bookyflow.core.acting import Actor
from bookyflow.core.database import array_text, connection
from bookyflow.core.dates import ONE_DAY, days
from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import first_row
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.tariffs import sql
from bookyflow.tariffs.limits import prices_check
from bookyflow.tariffs.locking import tariff_types_lock
from bookyflow.tariffs.models import TariffType
from bookyflow.tariffs.ranges import PriceRange, spread
from bookyflow.tariffs.selectors import horizon, tariff_type_list, two_years_from

LONGEST_FIRST = 365  # nights, of a stay at a first price


@transaction.atomic
def base_price_set(*, property_id: int, price: Decimal, max_people: int, by: Actor) -> list[int]:
    """The first prices of a property: one tariff type per room type, the same price every night.

    From today (the property's own) to the same day two years later, both included. Returns the
    ids of the tariff types. Raises DomainError `tariffs_already_exist`, `no_rooms_in_property`,
    and `validation_failed` for what is no price.
    """
    locked = property_lock(property_id)
    prices_check("price", [price], locked.settings.currency)
    room_types = sorted(set(locked.rooms.values_list("room_type_id", flat=True)))
    check_first_prices(has_tariffs=tariff_type_list(prop=locked).exists(), room_types=room_types)
    tariff_types = TariffType.objects.bulk_create(
        new_tariff_types(locked, room_types=room_types, max_people=max_people)
    )
    today = locked.settings.today()
    ids = [tariff_type.pk for tariff_type in tariff_types]
    nights = dict.fromkeys(days(today, two_years_from(today) + ONE_DAY), price)
    prices_write(prop=locked, tariff_types=ids, prices=nights)
    tariffs_record(prop=locked, tariff_types=ids, by=by)
    return ids


def check_first_prices(*, has_tariffs: bool, room_types: Collection[int]) -> None:
    """Raise DomainError when a property cannot be given its first prices."""
    if has_tariffs:
        raise DomainError("tariffs_already_exist")
    if not room_types:
        raise DomainError("no_rooms_in_property")


def new_tariff_types(
    prop: Property, *, room_types: Iterable[int], max_people: int, max_stay: int = LONGEST_FIRST
) -> list[TariffType]:
    """The first tariff types of a property, unsaved; a stay of its minimum is always possible."""
    longest = max(max_stay, prop.settings.minimum_interval)
    return [
        TariffType(property=prop, room_type_id=room_type, max_people=max_people, max_stay=longest)
        for room_type in room_types
    ]


@transaction.atomic
def prices_set(*, property_id: int, ranges: Iterable[PriceRange], by: Actor) -> None:
    """Set prices of nights in every tariff type of a property; later ranges win.

    Nights outside the ranges keep their price, new ones extend the tariffs, and every other
    condition of a night stays; so do prices of nights that are over. Raises DomainError
    `no_tariffs_yet`, and `validation_failed` for a reversed range, one beyond ten years from now,
    more than MOST_NIGHTS in all, and what is no price.
    """
    locked, tariff_types = tariff_types_lock(property_id)
    prices = spread(ranges, field="ranges", last_possible=horizon(locked.settings.today()))
    prices_check("ranges", prices.values(), locked.settings.currency)
    (rates,) = first_row(sql.SET_PRICES, _to_write(locked, tariff_types, prices)) or (0,)
    if rates:
        tariffs_record(prop=locked, tariff_types=tariff_types, by=by)


def tariffs_changed(*, prop: Property, tariff_types: list[int], by: Actor) -> None:
    """Count a change of tariff types and record it."""
    with connection.cursor() as cursor:
        cursor.execute(sql.COUNT_CHANGE, {"tariff_types": tariff_types})
    tariffs_record(prop=prop, tariff_types=tariff_types, by=by)


def tariffs_record(
    *, prop: Property, tariff_types: Sequence[int] = (), by: Actor, **data: object
) -> None:
    """Record that prices or conditions are others now: of tariff types, or what `data` says."""
    record(
        EventKind.TARIFFS_UPDATED,
        by=by,
        property_id=prop.pk,
        subject=("property", prop.pk),
        tariff_type_ids=list(tariff_types),
        **data,
    )


def prices_write(*, prop: Property, tariff_types: list[int], prices: Mapping[date, Decimal]) -> int:
    """Write prices of nights in tariff types of a locked property; how many rates are others.

    Other conditions of a night stay; new nights begin with the property's minimum stay. Nights
    before the property's today keep their price.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.WRITE_PRICES, _to_write(prop, tariff_types, prices))
        return int(cursor.rowcount)


def _to_write(
    prop: Property, tariff_types: list[int], prices: Mapping[date, Decimal]
) -> dict[str, Any]:
    return {
        "property_id": prop.pk,
        "tariff_types": tariff_types,
        "dates": array_text(prices),
        "prices": array_text(prices.values()),
        "min_stay": prop.settings.minimum_interval,
        "today": prop.settings.today(),
    }

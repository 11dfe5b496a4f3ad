from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from bookyflow.core.acting import Actor
from bookyflow.core.database import array_text, connection, with_the_call
from bookyflow.core.dates import ONE_DAY, days
from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import first_row
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, record, record_with
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


@with_the_call
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
    if prices:
        written = _to_write(locked, tariff_types, prices)
        record_with(sql.SET_PRICES, written, tariffs_draft(locked, tariff_types), by=by)


def tariffs_changed(*, prop: Property, tariff_types: list[int], by: Actor) -> None:
    """Count a change of tariff types and record it."""
    with connection.cursor() as cursor:
        cursor.execute(sql.COUNT_CHANGE, {"tariff_types": tariff_types})
    tariffs_record(prop=prop, tariff_types=tariff_types, by=by)


def tariffs_record(
    *, prop: Property, tariff_types: Sequence[int] = (), by: Actor, **data: object
) -> None:
    """Record that prices or conditions are others now: of tariff types, or what `data` says."""
    event = tariffs_draft(prop, tariff_types, **data)
    record(event.kind, by=by, property_id=event.property_id, subject=event.subject, **event.data)


def tariffs_draft(prop: Property, tariff_types: Sequence[int], **data: object) -> EventDraft:
    """The event that `tariffs_record` records."""
    said = {"tariff_type_ids": list(tariff_types), **data}
    return EventDraft(EventKind.TARIFFS_UPDATED, prop.pk, ("property", prop.pk), said)


def prices_write(
    *, prop: Property, tariff_types: list[int], prices: Mapping[date, Decimal]
) -> bool:
    """Write prices of nights in tariff types of a locked property; whether a rate is another then.

    Other conditions of a night stay; new nights begin with the property's minimum stay. Nights
    before the property's today keep their price.
    """
    (is_other,) = first_row(sql.WRITE_PRICES, _to_write(prop, tariff_types, prices)) or (False,)
    return bool(is_other)


def _to_write(
    prop: Property, tariff_types: list[int], prices: Mapping[date, Decimal]
) -> dict[str, Any]:
    return {
        "property_id": prop.pk,
        "tariff_types": tariff_types,
        "first": min(prices),
        "last": max(prices),
        "dates": array_text(prices),
        "prices": array_text(prices.values()),
        "min_stay": prop.settings.minimum_interval,
        "today": prop.settings.today(),
    }

"""Tariff types, written day by day, deleted; and the minimum stays of all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from bookyflow.core.acting import Actor
from bookyflow.core.database import connection, with_the_call
from bookyflow.core.errors import DomainError
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property, TariffMode
from bookyflow.tariffs import sql
from bookyflow.tariffs.limits import min_stays_check, prices_check
from bookyflow.tariffs.locking import tariff_types_lock
from bookyflow.tariffs.models import DailyRate, TariffType
from bookyflow.tariffs.ranges import MinStayRange, gaps_filled, spread
from bookyflow.tariffs.selectors import horizon, tariff_type_list
from bookyflow.tariffs.services import tariffs_changed, tariffs_record
from bookyflow.tariffs.writing import PricedNights, mode_check, tariff_type_find, tariff_write


@with_the_call
def tariff_save(
    *,
    property_id: int,
    room_type_id: int,
    prices: Mapping[date, Decimal | None],
    min_stays: Mapping[date, int],
    conditions: Mapping[str, object],
    by: Actor,
    tariff_type_id: int | None = None,
    mode: TariffMode | None = None,
    fills_gaps: bool = False,
) -> int:
    """Write one tariff type with all of its nights; returns its id, which is stable.

    `tariff_type_id` None makes a new one. The dates of `prices` become its only ones from the
    property's today on; a price of 0 or None leaves a date out, so that it is not for sale. Nights
    that are over stay as they are. A date without a minimum stay has that of the last date before
    it which has one, else 1. With `fills_gaps` nights between two dates have the price of the
    former one, from today on. Restrictions of a night stay: one that is closed is never opened
    here, and one that is left out has no price when it is opened. `conditions` are fields of
    TariffType; those left out keep their value, or begin with their default. `mode` is the tariff
    mode that the property must be in, if one is asked for.

    Raises DomainError `tariff_save_method_not_valid`, `tariff_type_not_found`,
    `room_type_incorrect`, and `validation_failed` for limits out of order, for no night with a
    price, one more than ten years ahead, and what is no price or minimum stay. A minimum stay above
    the longest that a night has of its own is refused by the database (daily_rate_stays_in_order).
    """
    locked = property_lock(property_id)
    mode_check(locked, mode)
    if fills_gaps:
        prices = gaps_filled(prices, today=locked.settings.today())
    return tariff_write(
        prop=locked,
        known=tariff_type_find(locked, tariff_type_id),
        room_type_id=room_type_id,
        nights=priced_nights(locked, prices, min_stays),
        conditions=conditions,
        by=by,
    )


@transaction.atomic
def tariff_delete(
    *, property_id: int, tariff_type_id: int, by: Actor, mode: TariffMode | None = None
) -> None:
    """Take a tariff type out of sale for good; bookings keep what they were made with.

    Its coming prices go, those of nights before today stay for reports. `mode` is the tariff mode
    that the property must be in, if one is asked for. Raises DomainError
    `tariff_save_method_not_valid`, and `tariff_type_not_found`, also for one that was deleted
    before.
    """
    locked = property_lock(property_id)
    mode_check(locked, mode)
    tariff_type = tariff_type_find(locked, tariff_type_id)
    if tariff_type is None:
        raise DomainError("tariff_type_not_found")
    _end(locked, [tariff_type.pk], by=by)


@transaction.atomic
def tariffs_delete(*, property_id: int, by: Actor) -> None:
    """Take every tariff type of a property out of sale, as `tariff_delete` does one; one event.

    Nothing happens where there is none. Raises DomainError `property_not_found`.
    """
    locked = property_lock(property_id)
    ids = list(tariff_type_list(prop=locked).values_list("pk", flat=True))
    if ids:
        _end(locked, ids, by=by)


@transaction.atomic
def min_stays_set(*, property_id: int, ranges: Iterable[MinStayRange], by: Actor) -> None:
    """Set minimum stays in every tariff type of a property; later ranges win.

    Dates outside the ranges keep theirs, and dates without a price are passed over. Raises
    DomainError `no_tariffs_yet`, and `validation_failed` for a reversed range, one beyond ten years
    from now, more than MOST_NIGHTS in all, and what is no stay. A stay above the longest that a
    night has of its own is refused by the database (daily_rate_stays_in_order).
    """
    locked, tariff_types = tariff_types_lock(property_id)
    wanted = spread(ranges, field="ranges", last_possible=horizon(locked.settings.today()))
    min_stays_check("ranges", wanted.values())
    with connection.cursor() as cursor:
        cursor.execute(
            sql.WRITE_MIN_STAYS,
            {
                "property_id": property_id,
                "tariff_types": tariff_types,
                "dates": list(wanted),
                "min_stays": list(wanted.values()),
            },
        )
        changed = cursor.rowcount
    if changed:
        tariffs_changed(prop=locked, tariff_types=tariff_types, by=by)


def priced_nights(
    prop: Property, prices: Mapping[date, Decimal | None], min_stays: Mapping[date, int]
) -> PricedNights:
    """The nights with a price above 0, in order, each with its minimum stay.

    Raises DomainError `validation_failed` when there is none, or one more than ten years ahead,
    and for what is no price in the property's currency, or no minimum stay.
    """
    currency, last_possible = prop.settings.currency, horizon(prop.settings.today())
    priced = {night: price for night, price in sorted(prices.items()) if price}
    prices_check("prices", priced.values(), currency)
    min_stays_check("min_stays", min_stays.values())
    problem = ""
    if not priced:
        problem = "At least one night needs a price above 0."
    elif max(prices) > last_possible:
        problem = f"The last night that can be priced is {last_possible}."
    if problem:
        raise DomainError("validation_failed", problem, fields={"prices": [problem]})
    stays = min_stays if priced.keys() <= min_stays.keys() else _carried_on(min_stays, priced)
    return PricedNights(list(priced), list(priced.values()), [stays[night] for night in priced])


def _carried_on(min_stays: Mapping[date, int], nights: Collection[date]) -> dict[date, int]:
    """Those of all nights: one without has that of the last date before it, else 1."""
    least, found = 1, {}
    for night in sorted({*nights, *min_stays}):
        found[night] = least = min_stays.get(night, least)
    return found


def tariff_types_move(locked: Property, *, room_type_id: int) -> list[int]:
    """Give the prices of a locked property to one room type; returns which were another's, by id.

    For a property that is let as a whole, whose room has become one of another type. Whoever
    changes that records the event.
    """
    found = TariffType.objects.filter(property=locked, deleted_at=None)
    moved = found.exclude(room_type=room_type_id).order_by("pk")
    ids = list(moved.values_list("pk", flat=True))
    TariffType.objects.filter(pk__in=ids).update(room_type=room_type_id, version=F("version") + 1)
    return ids


def _end(locked: Property, tariff_types: list[int], *, by: Actor) -> None:
    TariffType.objects.filter(pk__in=tariff_types).update(
        deleted_at=timezone.now(), version=F("version") + 1
    )
    today = locked.settings.today()
    DailyRate.objects.filter(tariff_type__in=tariff_types, date__gte=today).delete()
    tariffs_record(prop=locked, tariff_types=tariff_types, by=by)

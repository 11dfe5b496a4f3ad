"""Searching all properties, and for those that have rooms on some nights."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone

from bookyflow.availability.search_sql import Kind, Order, search_statement
from bookyflow.core.database import connection
from bookyflow.core.dates import ONE_DAY, Stay
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import BookingModel, TariffMode

LARGEST_PAGE = 1000


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: nights, and `rooms` rooms that each take so many people."""

    stay: Stay
    adults: int = 1
    children: int = 0
    rooms: int = 1


@dataclass(frozen=True)
class Circle:
    """A point in degrees, and how far around it, in kilometres; None: distances are told only."""

    latitude: Decimal
    longitude: Decimal
    radius: Decimal | None = None


@dataclass(frozen=True)
class Filters:
    """Which properties are looked at; what is left out does not matter.

    `regions` are ISO 3166-2 codes, `countries` ISO 3166-1 alpha-2, `towns` as they are stored. A
    property has one of each that is named, and all `features`. `near` limits to a circle. A price
    range concerns the lowest price, in whatever currency unless one is named: properties without
    a price drop out.
    """

    property_ids: Collection[int] | None = None
    regions: Collection[str] | None = None
    countries: Collection[str] | None = None
    towns: Collection[str] | None = None
    stars: Collection[int] | None = None
    property_types: Collection[int] | None = None
    features: Collection[int] = ()
    near: Circle | None = None
    currency: str = ""
    least: Decimal | None = None
    most: Decimal | None = None


EVERYWHERE = Filters()


@dataclass(frozen=True)
class FoundProperty:
    """A property with how many fitting rooms can be booked.

    `price` is the lowest sum of nights for one room, as prices are entered in `currency` (before
    discounts, surcharges, fees, and tax where prices are without it). None: no tariff covers the
    stay, or no prices were asked for.
    """

    property_id: int
    rooms: int
    currency: str
    price: Decimal | None


@dataclass(frozen=True)
class SearchPage:
    """Found properties in order of their ids, and the cursor of the next page, if there is one."""

    items: list[FoundProperty]
    next_cursor: int | None


@dataclass(frozen=True)
class Position:
    """A place in an order: the value that is ordered by, as text, and the id of a property."""

    key: str
    property_id: int


@dataclass(frozen=True)
class Candidate:
    """A property that may be booked for a stay, or that is found without one.

    `distance` is from the point that was named, in kilometres with three decimals. By price,
    `position.key` is a bound: the engine asks no less for the stay. `room_types` are those of
    which enough rooms are free, the one with the lowest rates first.
    """

    position: Position
    currency: str
    distance: Decimal | None
    room_types: tuple[int, ...] = ()

    @property
    def floor(self) -> Decimal:
        """The least that the engine may ask, in an order by price."""
        return Decimal(self.position.key)


def search(
    wanted: Wanted,
    *,
    filters: Filters = EVERYWHERE,
    cursor: int = 0,
    limit: int = 50,
    priced: bool = False,
) -> SearchPage:
    """The published properties that a guest could book for a stay, by id after `cursor`.

    Counted are rooms that are free and for sale on every night and take the whole party; children
    need places only where the property counts them. Properties whose window of arrival, changeover
    day or fixed periods refuse the stay are left out. One query. Raises DomainError
    `validation_failed` for a `limit` that is not in 1 … LARGEST_PAGE.
    """
    _check(limit)
    priced = priced or filters.least is not None or filters.most is not None
    kind = Kind.PRICED if priced else Kind.FREE
    parameters = _parameters(wanted, filters) | {"after": "", "cursor": cursor, "limit": limit + 1}
    rows = _rows(search_statement(kind, Order.ID), parameters)
    found = [FoundProperty(*row[:4]) for row in rows]
    more = len(found) > limit
    return SearchPage(found[:limit], found[limit - 1].property_id if more else None)


def candidates(
    wanted: Wanted | None,
    *,
    filters: Filters,
    order: Order,
    after: Position | None,
    limit: int,
    bottom: Decimal | None = None,
    ceiling: Decimal | None = None,
) -> list[Candidate]:
    """The properties that the engine is worth asking about, or without a stay those that there are.

    In an order, behind a position. With a stay the price range of `filters` does not count, since
    only the engine knows prices; what it cannot sell for `ceiling` or less, or is sure to sell for
    less than `bottom`, is left out. With several rooms `wanted` is the party of all of them
    together. One query. Raises DomainError `validation_failed` for a `limit` that is not in
    1 … LARGEST_PAGE.
    """
    _check(limit)
    kind = Kind.SELLABLE if wanted else Kind.UNDATED
    parameters = _parameters(wanted or _NO_STAY, filters) | {
        "after": after.key if after else None,
        "cursor": after.property_id if after else 0,
        "limit": limit,
        "bottom": bottom,
        "ceiling": ceiling,
    }
    if wanted and wanted.rooms > 1:
        parameters |= {"room_adults": 1, "room_children": 0}
    return [
        Candidate(Position(key, property_id), currency, distance, tuple(dict.fromkeys(types or ())))
        for property_id, _, currency, _, types, distance, key in _rows(
            search_statement(kind, order), parameters
        )
    ]


def usual_currency(filters: Filters) -> str:
    """The currency that most of the properties have; "" where there is none. One query."""
    parameters = _parameters(_NO_STAY, filters) | {"after": None, "cursor": 0}
    rows = _rows(search_statement(Kind.CURRENCY, Order.ID), parameters)
    return str(rows[0][0]) if rows else ""


_NO_STAY = Wanted(Stay(date(2000, 1, 1), date(2000, 1, 2)))  # no statement looks at it


def _check(limit: int) -> None:
    if not 1 <= limit <= LARGEST_PAGE:
        raise DomainError("validation_failed", fields={"limit": [f"1 to {LARGEST_PAGE}."]})


def _rows(statement: str, parameters: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as database:
        database.execute(statement, parameters)
        return list(database.fetchall())


def _parameters(wanted: Wanted, filters: Filters) -> dict[str, Any]:
    now = timezone.now().astimezone(UTC)
    ahead, behind = _elsewhere(now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0))
    near = filters.near
    return {
        "arrival": wanted.stay.arrival,
        "departure": wanted.stay.departure,
        "length": wanted.stay.length,
        "adults": wanted.adults,
        "children": wanted.children,
        "room_adults": wanted.adults,
        "room_children": wanted.children,
        "rooms": max(wanted.rooms, 1),
        "property_ids": _listed(filters.property_ids),
        "regions": _listed(filters.regions),
        "countries": _listed(filters.countries),
        "towns": _listed(filters.towns),
        "stars": _listed(filters.stars),
        "property_types": _listed(filters.property_types),
        "features": list(filters.features),
        "currency": filters.currency,
        "latitude": near and near.latitude,
        "longitude": near and near.longitude,
        "radius": near and near.radius,
        "least": filters.least,
        "most": filters.most,
        "days_ahead": (wanted.stay.arrival - now.date()).days,
        "tomorrow": now.date() + ONE_DAY,
        "ahead": ahead,
        "behind": behind,
        "item_hire": BookingModel.ITEM_HIRE.value,
        "real_estate": BookingModel.REAL_ESTATE.value,
        "standard": TariffMode.STANDARD.value,
    }


def _listed(values: Collection[Any] | None) -> list[Any] | None:
    return None if values is None else list(values)


@lru_cache(maxsize=2)
def _elsewhere(now: datetime) -> tuple[str, str]:
    """The time zones where it is tomorrow, and those where it is yesterday, as PostgreSQL's text
    of an array; days begin on a quarter of an hour of UTC everywhere.
    """
    days: dict[str, date] = {
        name: now.astimezone(ZoneInfo(name)).date() for name in sorted(available_timezones())
    }
    today = now.date()
    ahead = ",".join(name for name, day in days.items() if day > today)
    behind = ",".join(name for name, day in days.items() if day < today)
    return f"{{{ahead}}}", f"{{{behind}}}"

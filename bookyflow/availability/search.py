"""Searching all properties for those that have rooms on some nights."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.db import connection
from django.utils import timezone

from bookyflow.availability.search_sql import SEARCH, SEARCH_PRICED
from bookyflow.core.dates import Stay
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
class Filters:
    """Which properties are looked at; what is left out does not matter.

    `region` is an ISO 3166-2 code, `country` ISO 3166-1 alpha-2. A property has all `features`. A
    price range concerns the lowest price, in whatever currency: properties without one drop out.
    """

    property_ids: Collection[int] | None = None
    region: str = ""
    country: str = ""
    property_types: Collection[int] | None = None
    features: Collection[int] = ()
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
    if not 1 <= limit <= LARGEST_PAGE:
        raise DomainError("validation_failed", fields={"limit": [f"1 to {LARGEST_PAGE}."]})
    priced = priced or filters.least is not None or filters.most is not None
    parameters = _parameters(wanted, filters) | {"cursor": cursor, "limit": limit + 1}
    with connection.cursor() as database:
        database.execute(SEARCH_PRICED if priced else SEARCH, parameters)
        found = [FoundProperty(*row) for row in database.fetchall()]
    more = len(found) > limit
    return SearchPage(found[:limit], found[limit - 1].property_id if more else None)


def _parameters(wanted: Wanted, filters: Filters) -> dict[str, Any]:
    now = timezone.now().astimezone(UTC)
    ahead, behind = _elsewhere(now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0))
    return {
        "arrival": wanted.stay.arrival,
        "departure": wanted.stay.departure,
        "length": wanted.stay.length,
        "adults": wanted.adults,
        "children": wanted.children,
        "rooms": max(wanted.rooms, 1),
        "property_ids": _listed(filters.property_ids),
        "region": filters.region,
        "country": filters.country,
        "property_types": _listed(filters.property_types),
        "features": list(filters.features),
        "least": filters.least,
        "most": filters.most,
        "days_ahead": (wanted.stay.arrival - now.date()).days,
        "ahead": ahead,
        "behind": behind,
        "item_hire": BookingModel.ITEM_HIRE.value,
        "standard": TariffMode.STANDARD.value,
    }


def _listed(ids: Collection[int] | None) -> list[int] | None:
    return None if ids is None else list(ids)


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

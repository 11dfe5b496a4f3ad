"""What has been said of nights, read back, and digests of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from bookyflow.ari import sql
from bookyflow.core.database import connection
from bookyflow.core.money import unit
from bookyflow.properties.models import Property


class RateNight(NamedTuple):
    """A night of a rate plan; a price of None is none, and so is a longest stay."""

    price: Decimal | None
    min_stay: int
    max_stay: int | None
    stop_sell: bool
    closed_to_arrival: bool
    closed_to_departure: bool


class RoomNight(NamedTuple):
    """A night of a room type: rooms to sell in all, and beyond those booked; None: no limit.

    `booked` counts what guests have booked, and no holds.
    """

    inventory: int | None
    rooms_left: int | None
    stop_sell: bool
    booked: int


@dataclass(frozen=True)
class RatePlanNights:
    """A rate plan with the nights that something was said of."""

    room_type_id: int
    name: str
    nights: Mapping[date, RateNight]


@dataclass(frozen=True)
class RoomTypeNights:
    """A room type with its rooms, and the nights with a limit, a stop or a booking."""

    rooms: int
    nights: Mapping[date, RoomNight]


@dataclass(frozen=True)
class AriOfProperty:
    """All rate plans and room types of a property, by their ids."""

    rate_plans: Mapping[int, RatePlanNights]
    room_types: Mapping[int, RoomTypeNights]


@dataclass(frozen=True)
class AriDigests:
    """Digests by id and month, such as "2027-06"."""

    rate_plans: Mapping[int, Mapping[str, str]]
    room_types: Mapping[int, Mapping[str, str]]


def ari_read(*, prop: Property, first: date, last: date) -> AriOfProperty:
    """What was said of the nights from `first` to `last`, both included; two queries."""
    parameters = {"property_id": prop.pk, "first": first, "last": last}
    rates: dict[tuple[int, int, str], dict[date, RateNight]] = {}
    for plan, room_type, name, night, *values in _rows(sql.READ_RATES, parameters):
        nights = rates.setdefault((plan, room_type, name), {})
        if night is not None:
            nights[night] = RateNight(*values)
    limits: dict[tuple[int, int], dict[date, RoomNight]] = {}
    for room_type, rooms, night, *limit in _rows(sql.READ_LIMITS, parameters):
        of_type = limits.setdefault((room_type, rooms), {})
        if night is not None:
            of_type[night] = RoomNight(*limit)
    return AriOfProperty(
        {
            plan: RatePlanNights(room_type, name, nights)
            for (plan, room_type, name), nights in rates.items()
        },
        {kind: RoomTypeNights(rooms, nights) for (kind, rooms), nights in limits.items()},
    )


def ari_digests(*, prop: Property, first: date, last: date) -> AriDigests:
    """Digests of the nights from `first` to `last`, both included, by month; two queries.

    docs/channel_ari.md has the recipe. Rate plans and months without a price, and room types and
    months without a limit or a stop, have none.
    """
    parameters = {
        "property_id": prop.pk,
        "first": first,
        "last": last,
        "exponent": -int(unit(prop.settings.currency).as_tuple().exponent),
    }
    return AriDigests(
        _by_month(_rows(sql.DIGESTS_OF_RATES, parameters)),
        _by_month(_rows(sql.DIGESTS_OF_LIMITS, parameters)),
    )


def _by_month(rows: list[Any]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for pk, month, digest in rows:
        found.setdefault(pk, {})[month] = digest
    return found


def _rows(statement: str, parameters: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[Any] = cursor.fetchall()
    return found

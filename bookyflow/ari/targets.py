"""What the rows of a call are about: rate plans and room types, and what they say of their nights.

Nothing here asks the database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from operator import itemgetter
from typing import Any

from bookyflow.ari.rows import AriRow, InvalidRow, Mode, Part, Row
from bookyflow.core.errors import DomainError
from bookyflow.core.money import too_fine
from bookyflow.properties.models import Property
from bookyflow.tariffs.limits import LARGEST_PRICE, LONGEST_STAY, is_price
from bookyflow.tariffs.selectors import horizon

NO_PRICE, NO_LIMIT = Decimal(0), -1
MOST_ROOMS = 32_767

# Of a night: price, min_stay, max_stay (0: none), closed, closed to arrival, closed to departure.
RateValues = tuple[Decimal | None, int | None, int | None, bool | None, bool | None, bool | None]
# Of a night: rooms to sell in all (NO_LIMIT: no limit), whether selling is stopped.
LimitValues = tuple[int | None, bool | None]
RoomType = tuple[int, int]  # of a property: its id, and the room type's


@dataclass(frozen=True)
class Place:
    """A locked property, with its day, its rate plans by room type, and the types of its rooms."""

    prop: Property
    today: date
    room_type_of: Mapping[int, int]
    room_types: frozenset[int]
    plans_of: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    # What was looked at already, and is in order.
    ranges: set[tuple[date, date]] = field(default_factory=set)
    prices: set[Decimal | None] = field(default_factory=lambda: {None})

    def has_seen(self, row: AriRow) -> bool:
        """Whether the range and the price of a row are in order, as those of another one."""
        return (row.first, row.last) in self.ranges and row.price in self.prices

    @classmethod
    def of(cls, prop: Property, plans: Mapping[int, int], room_types: Iterable[int]) -> Place:
        """`plans` are the room types by the ids of the property's rate plans."""
        plans_of: defaultdict[int, list[int]] = defaultdict(list)
        for tariff_type, room_type in plans.items():
            plans_of[room_type].append(tariff_type)
        return cls(
            prop,
            prop.settings.today(),
            plans,
            frozenset(room_types),
            {room_type: tuple(found) for room_type, found in plans_of.items()},
        )


@dataclass(frozen=True)
class Target:
    """What rows are about that differ in their nights and prices only, and that can be carried out.

    Their rate plans and their room type, as far as they have values. `rates` are without a price
    that a row sets.
    """

    place: Place
    tariff_types: tuple[int, ...]
    rates: RateValues
    room_type: RoomType | None
    limits: LimitValues

    @cached_property
    def width(self) -> int:
        """How many rate plans and room types have each night of a row."""
        return len(self.tariff_types) + (self.room_type is not None)


def targets_of(
    rows: Sequence[Row], places: Mapping[int, Place], mode: Mode
) -> tuple[list[Target | None], dict[int, DomainError]]:
    """What each row is about, None where it cannot be carried out; and why, by place.

    As `target_of` has it, but of thousands of rows that differ in their nights and prices only, one
    is looked at whole.
    """
    found: list[Target | None] = []
    refused: dict[int, DomainError] = {}
    known: dict[Any, Target] = {}
    kind: Any = None
    target: Target | None = None
    for number, row in enumerate(rows):
        try:
            if isinstance(row, InvalidRow):
                raise row.error
            former, kind = kind, (_kind(row), row.price is None)
            if kind != former:  # else as the row before it, as most are
                target = known.get(kind)
            if target is None:
                target = known[kind] = target_of(row, places, mode)
            elif not target.place.has_seen(row):  # what else may be wrong with it
                _check_dates(row, target.place)
                _check_price(row, target.place)
            found.append(target)
        except DomainError as error:
            refused[number] = error
            found.append(None)
    return found, refused


_kind = itemgetter(
    *(place for place, name in enumerate(AriRow._fields) if name not in {"first", "last", "price"})
)
NOTHING_OF_RATES: RateValues = (None,) * 6
NOTHING_OF_LIMITS: LimitValues = (None, None)


def target_of(row: AriRow, places: Mapping[int, Place], mode: Mode) -> Target:
    """What a row is about.

    Raises DomainError `property_not_found`, `tariff_type_not_found`, `no_rooms_of_this_type`,
    `room_type_incorrect` for a rate plan of another room type, `no_tariffs_yet` for a room type
    without any, `dates_in_past`, and `validation_failed` for what makes no sense.
    """
    place = places.get(row.property_id)
    if place is None:
        raise DomainError("property_not_found")
    _check_dates(row, place)
    if mode is Mode.REMOVE:
        rates, limits, named = _removed(row, place)
    else:
        rates, limits, named = _said(row, place)
    if not named:
        raise invalid("", "It says nothing of its nights.")
    has_rates = rates != NOTHING_OF_RATES or row.price is not None
    has_limits = _has_limits(row, limits)
    return Target(
        place,
        _tariff_types(row, place) if has_rates else _named_plan(row, place),
        rates,
        _room_type(row, place) if has_limits else None,
        limits,
    )


def invalid(name: str, problem: str) -> DomainError:
    """The refusal of a field's value."""
    return InvalidRow({name: [problem]}).error


def _check_dates(row: AriRow, place: Place) -> None:
    today = place.today
    last_possible = horizon(today)
    if row.last < row.first:
        raise invalid("last", "It is before the first night.")
    if row.last > last_possible:
        raise invalid("last", f"The last possible night is {last_possible}.")
    if row.last < today:
        raise DomainError("dates_in_past")
    place.ranges.add((row.first, row.last))


def _said(row: AriRow, place: Place) -> tuple[RateValues, LimitValues, bool]:
    if row.parts is not None:
        raise invalid("parts", "Only in mode remove.")
    _check_price(row, place)
    least, longest = row.min_stay, row.max_stay
    if least is not None and not 1 <= least <= LONGEST_STAY:
        raise invalid("min_stay", f"From 1 to {LONGEST_STAY} nights.")
    if longest is not None and not 0 <= longest <= LONGEST_STAY:
        raise invalid("max_stay", f"From 0 to {LONGEST_STAY} nights.")
    if row.rooms_left is not None and row.inventory is not None:
        raise invalid("rooms_left", "Say how many are left, or how many in all, and not both.")
    for name, rooms in (("inventory", row.inventory), ("rooms_left", row.rooms_left)):
        if rooms is not None and not 0 <= rooms <= MOST_ROOMS:
            raise invalid(name, f"From 0 to {MOST_ROOMS}.")
    of_plan = row.tariff_type_id is not None
    rates: RateValues = (
        None,
        least,
        longest,
        row.stop_sell if of_plan else None,
        row.closed_to_arrival,
        row.closed_to_departure,
    )
    limits = (row.inventory, None if of_plan else row.stop_sell)
    named = any(one is not None for one in (*rates, *limits, row.price, row.rooms_left))
    return rates, limits, named


def _removed(row: AriRow, place: Place) -> tuple[RateValues, LimitValues, bool]:
    said = (*row[6:13], row.rooms_left)
    if any(value is not None for value in said):
        raise invalid("parts", "Mode remove takes no values.")
    parts = row.parts or frozenset()
    of_plan = row.tariff_type_id is not None
    stops = Part.STOP_SELL in parts
    rates: RateValues = (
        NO_PRICE if Part.PRICE in parts else None,
        place.prop.settings.minimum_interval if Part.MIN_STAY in parts else None,
        0 if Part.MAX_STAY in parts else None,
        False if stops and of_plan else None,
        False if Part.CLOSED_TO_ARRIVAL in parts else None,
        False if Part.CLOSED_TO_DEPARTURE in parts else None,
    )
    limits: LimitValues = (
        NO_LIMIT if Part.INVENTORY in parts else None,
        False if stops and not of_plan else None,
    )
    return rates, limits, bool(parts)


def _check_price(row: AriRow, place: Place) -> None:
    price = row.price
    if price is None or price in place.prices:
        return
    if not is_price(price):
        raise invalid("price", f"From 0 to {LARGEST_PRICE}.")
    if problem := too_fine(price, place.prop.settings.currency):
        raise invalid("price", problem)
    place.prices.add(price)


def _has_limits(row: AriRow, limits: LimitValues) -> bool:
    return limits != NOTHING_OF_LIMITS or row.rooms_left is not None


def _named_plan(row: AriRow, place: Place) -> tuple[int, ...]:
    """None, once it is sure that a rate plan which is named exists."""
    if row.tariff_type_id is not None:
        _tariff_types(row, place)
    return ()


def _tariff_types(row: AriRow, place: Place) -> tuple[int, ...]:
    if row.tariff_type_id is None:
        return place.plans_of.get(_room_type(row, place)[1]) or _no_tariffs()
    room_type = place.room_type_of.get(row.tariff_type_id)
    if room_type is None:
        raise DomainError("tariff_type_not_found")
    if row.room_type_id not in {None, room_type}:
        raise DomainError("room_type_incorrect")
    return (row.tariff_type_id,)


def _no_tariffs() -> tuple[int, ...]:
    raise DomainError("no_tariffs_yet")


def _room_type(row: AriRow, place: Place) -> RoomType:
    if row.room_type_id is None:
        raise invalid("room_type_id", "This field is required.")
    if row.room_type_id not in place.room_types:
        raise DomainError("no_rooms_of_this_type")
    return (row.property_id, row.room_type_id)

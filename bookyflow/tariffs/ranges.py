"""Values for ranges of nights, as callers send them, spread over single nights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from bookyflow.core.dates import ONE_DAY, days
from bookyflow.core.errors import DomainError

MOST_NIGHTS = 20_000  # in one call, counted range by range: ten years five times over
Value = TypeVar("Value")


class NightRange(NamedTuple, Generic[Value]):
    """One value for the nights from `first` to `last`, both included."""

    first: date
    last: date
    value: Value


PriceRange = NightRange[Decimal]  # a price per night
MinStayRange = NightRange[int]  # a minimum stay, in nights


def spread(
    ranges: Iterable[NightRange[Value]], *, field: str, last_possible: date
) -> dict[date, Value]:
    """The value of each night; where ranges overlap the later one wins.

    Raises DomainError `validation_failed`, naming each range at fault as `field[number]`, for a
    reversed one, one beyond `last_possible`, or more than MOST_NIGHTS in all.
    """
    ranges = list(ranges)
    problems: dict[str, list[str]] = {}
    for number, one in enumerate(ranges):
        if one.last < one.first:
            problems[f"{field}[{number}]"] = ["date_to is before date_from."]
        elif one.last > last_possible:
            problems[f"{field}[{number}]"] = [f"The last possible night is {last_possible}."]
    if not problems and sum((one.last - one.first).days + 1 for one in ranges) > MOST_NIGHTS:
        problems[field] = [f"At most {MOST_NIGHTS} nights in all."]
    if problems:
        raise DomainError("validation_failed", fields=problems)
    found: dict[date, Value] = {}
    for one in ranges:
        if one.first == one.last:  # most callers send night by night
            found[one.first] = one.value
            continue
        found |= dict.fromkeys(days(one.first, one.last + ONE_DAY), one.value)
    return found


def gaps_filled(values: Mapping[date, Value], *, today: date) -> dict[date, Value]:
    """The values, with that of a date also on the days up to the next one, from today on."""
    found = dict(values)
    for night, following in pairwise(sorted(values)):
        first = max(night + ONE_DAY, today)
        found |= dict.fromkeys(days(first, following), values[night])
    return found

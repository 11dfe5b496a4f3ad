"""What a channel sends in bulk: availability, rates and inventory, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from http import HTTPStatus
from typing import NamedTuple

from bookyflow.core.dates import ONE_DAY, days
from bookyflow.core.errors import DomainError
from bookyflow.tariffs.selectors import weekday

EVERY_DAY = frozenset(range(7))
SHARED = {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}


class Mode(StrEnum):
    """How rows are meant: values to set, all of them told of or the differing ones; or removal."""

    OVERLAY = "overlay"
    DELTA = "delta"
    REMOVE = "remove"


class Part(StrEnum):
    """What a row can say of its nights; those of a rate first."""

    PRICE = "price"
    MIN_STAY = "min_stay"
    MAX_STAY = "max_stay"
    STOP_SELL = "stop_sell"
    CLOSED_TO_ARRIVAL = "closed_to_arrival"
    CLOSED_TO_DEPARTURE = "closed_to_departure"
    INVENTORY = "inventory"


class AriRow(NamedTuple):
    """Values for nights from `first` to `last`, both included, on some weekdays; None: as it is.

    Weekdays are 0 Sunday to 6 Saturday. Prices and conditions are those of one rate plan, or of
    all that a room type has; rooms are counted by room type: `inventory` with those that are
    booked, `rooms_left` without. `stop_sell` closes the rate plan where one is named, else the
    room type. A `max_stay` of 0 is no limit. `parts` is what is to be removed, None: all.
    """

    property_id: int
    first: date
    last: date
    tariff_type_id: int | None = None
    room_type_id: int | None = None
    weekdays: frozenset[int] = EVERY_DAY
    price: Decimal | None = None
    min_stay: int | None = None
    max_stay: int | None = None
    stop_sell: bool | None = None
    closed_to_arrival: bool | None = None
    closed_to_departure: bool | None = None
    inventory: int | None = None
    rooms_left: int | None = None
    parts: frozenset[Part] | None = None

    @property
    def length(self) -> int:
        """How many days lie between its ends, whatever weekdays they are."""
        return 1 if self.first == self.last else (self.last - self.first).days + 1

    def nights(self, today: date) -> Sequence[date]:
        """The nights that it is about, from today on."""
        every = self.weekdays is EVERY_DAY or len(self.weekdays) == len(EVERY_DAY)
        if self.first == self.last:  # as in most rows
            return (self.first,) if every or weekday(self.first) in self.weekdays else ()
        nights = days(max(self.first, today), self.last + ONE_DAY)
        if every:
            return nights
        return [night for night in nights if weekday(night) in self.weekdays]


@dataclass(frozen=True)
class InvalidRow:
    """A row that cannot be read: its problems by field, the first one to be told."""

    problems: Mapping[str, Sequence[str]]

    @property
    def error(self) -> DomainError:
        """The refusal."""
        name, (problem, *_) = next(iter(self.problems.items()))
        detail = f"{name}: {problem}" if name else problem
        return DomainError("validation_failed", detail, fields=self.problems)


Row = AriRow | InvalidRow


class RowResult(NamedTuple):
    """What became of one row: how many nights are others by it, or why it was refused.

    A night counts once for each rate plan and for the room type.
    """

    place: int
    changed: int = 0
    error: DomainError | None = None

    @property
    def key(self) -> str:
        """The key of the error, or nothing."""
        return self.error.key if self.error else ""


@dataclass(frozen=True)
class AriResult:
    """What became of a call: the results that are told, and how many rows there were."""

    results: list[RowResult] = field(default_factory=list)
    rows: int = 0

    @cached_property
    def refused(self) -> int:
        """How many rows were not done."""
        return sum(one.error is not None for one in self.results)

    @property
    def changed(self) -> int:
        """How many nights are others now."""
        return sum(one.changed for one in self.results)

    @property
    def is_success(self) -> bool:
        """Whether every row was done."""
        return not self.refused

    def refuse_if_none(self) -> AriResult:
        """The same; raises a DomainError with the reason of each row where none was done."""
        if self.refused and self.refused == self.rows:
            raise refusal_of(self.results)
        return self


def refusal_of(results: Iterable[RowResult]) -> DomainError:
    """The refusal of a call for its rows: the reason that they share, else `rows_refused`."""
    errors = {str(one.place): one.error for one in results if one.error}
    first = next(iter(errors.values()))
    if first.kind.status in SHARED and {error.key for error in errors.values()} == {first.key}:
        fields = {
            f"rows[{index}].{name}" if name else f"rows[{index}]": told
            for index, error in errors.items()
            for name, told in error.fields.items()
        }
        return DomainError(first.key, first.detail, fields=fields, results=errors)
    return DomainError("rows_refused", results=errors)

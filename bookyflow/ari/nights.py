"""The nights of rate plans and room types while rows are carried out, before any is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from bookyflow.ari import sql
from bookyflow.ari.targets import (
    NO_LIMIT,
    NO_PRICE,
    LimitValues,
    Place,
    RateValues,
    RoomType,
    Target,
    invalid,
)
from bookyflow.core.database import array_text, connection

Key = TypeVar("Key")
Values = TypeVar("Values", RateValues, LimitValues)


@dataclass
class Nights(Generic[Values]):
    """The values of one rate plan's or room type's nights: as they were, and as they are to be."""

    unset: Values  # of a night that nothing was said of
    before: dict[date, Values] = field(default_factory=dict)
    after: dict[date, Values] = field(default_factory=dict)

    def now(self, night: date) -> Values:
        """The values that a night has by now."""
        found = self.after.get(night)
        return self.before.get(night, self.unset) if found is None else found

    @property
    def changed(self) -> Iterator[tuple[date, Values]]:
        """The nights that are others than before."""
        for night, values in self.after.items():
            if values != self.before.get(night, self.unset):
                yield night, values


Change = tuple[dict[date, Any], date, Any]  # where the values of a night go, the night, its values


class Sheet:
    """All nights that the rows of a call are about, read once and changed row by row."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self.rates: dict[int, Nights[RateValues]] = {}
        self.limits: dict[RoomType, Nights[LimitValues]] = {}
        self.booked: dict[tuple[RoomType, date], int] = {}
        self._read_rates(targets)
        self._read_limits([one for one in targets if one.room_type])

    def apply(self, target: Target) -> int:
        """Carry out a row, whole or not at all; how many nights are others by it.

        Raises DomainError `validation_failed` where a longest stay would be below the shortest.
        """
        nights = list(target.row.nights(target.place.today))
        found: list[Change] = []
        for tariff_type in target.tariff_types:
            found += self._rates_changed(self.rates[tariff_type], nights, target.rates)
        if target.room_type:
            found += self._limits_changed(target, nights)
        for where, night, values in found:
            where[night] = values
        return len(found)

    @staticmethod
    def _rates_changed(
        plan: Nights[RateValues], nights: Iterable[date], said: RateValues
    ) -> Iterator[Change]:
        for night in nights:
            old = plan.now(night)
            new: Any = tuple(
                [had if one is None else one for had, one in zip(old, said, strict=True)]
            )
            if new == old:
                continue
            least, longest = new[1], new[2]
            if longest and longest < least:
                name, told = ("min_stay", longest) if said[2] is None else ("max_stay", least)
                what = "At most" if said[2] is None else "At least"
                raise invalid(name, f"{what} {told} on {night}.")
            yield plan.after, night, new

    def _limits_changed(self, target: Target, nights: Iterable[date]) -> Iterator[Change]:
        room_type = target.room_type
        if room_type is None:
            return
        plan, (most, stop), left = self.limits[room_type], target.limits, target.row.rooms_left
        for night in nights:
            old = plan.now(night)
            if left is not None:
                most = left + self.booked.get((room_type, night), 0)
            new = (old[0] if most is None else most, old[1] if stop is None else stop)
            if new != old:
                yield plan.after, night, new

    def _read_rates(self, targets: Iterable[Target]) -> None:
        spans: dict[tuple[int, int], tuple[date, date]] = {}  # by rate plan and month of beginning
        for target in targets:
            first, last = max(target.row.first, target.place.today), target.row.last
            month = first.year * 12 + first.month
            for tariff_type in target.tariff_types:
                key = (tariff_type, month)
                begin, end = spans.get(key, (first, last))
                spans[key] = (min(begin, first), max(end, last))
                if tariff_type not in self.rates:
                    self.rates[tariff_type] = Nights(_unset_rate(target.place))
        parameters = {
            "tariff_types": array_text(tariff_type for tariff_type, _ in spans),
            "firsts": array_text(first for first, _ in spans.values()),
            "lasts": array_text(last for _, last in spans.values()),
        }
        for tariff_type, night, *values in _rows(sql.RATES, parameters, spans):
            self.rates[tariff_type].before[night] = tuple(values)

    def _read_limits(self, targets: list[Target]) -> None:
        spans: dict[RoomType, tuple[date, date]] = {}
        for target in targets:
            if target.room_type:
                first, last = max(target.row.first, target.place.today), target.row.last
                begin, end = spans.get(target.room_type, (first, last))
                spans[target.room_type] = (min(begin, first), max(end, last))
        self.limits = {room_type: Nights((NO_LIMIT, False)) for room_type in spans}
        parameters = {
            "property_ids": array_text(pk for pk, _ in spans),
            "room_types": array_text(room_type for _, room_type in spans),
            "firsts": array_text(first for first, _ in spans.values()),
            "lasts": array_text(last for _, last in spans.values()),
        }
        for pk, room_type, night, most, stop in _rows(sql.LIMITS, parameters, spans):
            self.limits[pk, room_type].before[night] = (most, stop)
        counted = [one for one in targets if one.row.rooms_left is not None]
        for pk, room_type, night, rooms in _rows(sql.BOOKED, parameters, counted):
            self.booked[(pk, room_type), night] = rooms

    def write(self) -> None:
        """Write all that is another; the property is locked."""
        written, dropped = _sorted_out(self.rates)
        values = list(zip(*[one for _, _, one in written], strict=True)) or [()] * 6
        names = (
            "prices",
            "min_stays",
            "max_stays",
            "closed",
            "closed_to_arrival",
            "closed_to_departure",
        )
        _execute(
            sql.WRITE_RATES,
            _keys_of_rates(written)
            | {name: array_text(column) for name, column in zip(names, values, strict=True)},
            written,
        )
        _execute(sql.DROP_RATES, _keys_of_rates(dropped), dropped)
        limits, opened = _sorted_out(self.limits)
        _execute(
            sql.WRITE_LIMITS,
            _keys_of_limits(limits)
            | {
                "limits": array_text(most for _, _, (most, _) in limits),
                "stop_sell": array_text(stop for _, _, (_, stop) in limits),
            },
            limits,
        )
        _execute(sql.DROP_LIMITS, _keys_of_limits(opened), opened)


def _unset_rate(place: Place) -> RateValues:
    return (NO_PRICE, place.prop.settings.minimum_interval, 0, False, False, False)


def _sorted_out(
    plans: Mapping[Any, Nights[Any]],
) -> tuple[list[tuple[Any, date, Any]], list[tuple[Any, date, Any]]]:
    """The nights to write, and those to drop, since they say nothing any more."""
    written: list[tuple[Any, date, Any]] = []
    dropped: list[tuple[Any, date, Any]] = []
    for key, plan in plans.items():
        for night, values in plan.changed:
            (dropped if values == plan.unset else written).append((key, night, values))
    return written, dropped


def _keys_of_rates(nights: list[tuple[Any, date, Any]]) -> dict[str, str]:
    return {
        "tariff_types": array_text(key for key, _, _ in nights),
        "dates": array_text(night for _, night, _ in nights),
    }


def _keys_of_limits(nights: list[tuple[Any, date, Any]]) -> dict[str, str]:
    return {
        "property_ids": array_text(pk for (pk, _), _, _ in nights),
        "room_types": array_text(room_type for (_, room_type), _, _ in nights),
        "dates": array_text(night for _, night, _ in nights),
    }


def _rows(statement: str, parameters: dict[str, str], needed: object) -> list[Any]:
    if not needed:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[Any] = cursor.fetchall()
    return found


def _execute(statement: str, parameters: dict[str, str], needed: object) -> None:
    if needed:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)


def touched(plans: Mapping[Key, Nights[Any]]) -> dict[Key, list[date]]:
    """The nights that are others than before, by rate plan or room type."""
    found: defaultdict[Key, list[date]] = defaultdict(list)
    for key, plan in plans.items():
        for night, _ in plan.changed:
            found[key].append(night)
    return found

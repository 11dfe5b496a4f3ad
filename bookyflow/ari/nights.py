"""The nights of rate plans and room types while rows are carried out, before any is written.

Most calls bring thousands of rows of one night each. So rows are carried out column by column, as
many at once as are about different nights: no step but the first is one of each row alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import compress, pairwise, repeat
from operator import and_, eq, itemgetter, ne
from typing import Any, Generic, TypeVar

from bookyflow.ari import sql
from bookyflow.ari.rows import Row
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
from bookyflow.core.database import array_text
from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import all_rows

Key = TypeVar("Key", int, RoomType)  # a rate plan's or a room type's
Values = TypeVar("Values", RateValues, LimitValues)
GAP = timedelta(31)  # between nights that are read in one go
_key: Callable[[Any], Any] = itemgetter(0)  # of a night
_date: Callable[[Any], date] = itemgetter(1)


@dataclass
class Said(Generic[Key, Values]):
    """What rows say of nights, in their order: which row, which night, and its values.

    Three columns; a value is None where it is to stay.
    """

    places: list[int] = field(default_factory=list)
    nights: list[tuple[Key, date]] = field(default_factory=list)
    values: list[Values] = field(default_factory=list)

    def parts(self) -> Iterator[Said[Key, Values]]:
        """The same in parts of whole rows, none of which names a night twice."""
        if len(set(self.nights)) == len(self.nights):  # as nearly always
            yield self
            return
        begin = of_row = 0
        current: int | None = None
        seen: set[tuple[Key, date]] = set()
        for number, (place, night) in enumerate(zip(self.places, self.nights, strict=True)):
            if place != current:
                current, of_row = place, number
            if night in seen:
                yield self._part(begin, of_row)
                begin, seen = of_row, set(self.nights[of_row:number])
            seen.add(night)
        yield self._part(begin, len(self.nights))

    def _part(self, begin: int, end: int) -> Said[Key, Values]:
        return Said(self.places[begin:end], self.nights[begin:end], self.values[begin:end])


@dataclass
class Nights(Generic[Key, Values]):
    """The values of nights of rate plans or room types: as they were, and as they are to be.

    `unset` are those of a night that nothing was said of; `ids` has the rows of the others.
    """

    unset: Mapping[Key, Values]
    before: Mapping[tuple[Key, date], Values]
    ids: Mapping[tuple[Key, date], int]
    after: dict[tuple[Key, date], Values] = field(default_factory=dict)

    def carry_out(
        self,
        said: Said[Key, Values],
        refusals: Callable[[Said[Key, Values], list[Values]], dict[int, DomainError]],
    ) -> tuple[Counter[int], dict[int, DomainError]]:
        """Do what rows say: how many nights are others by each, and why some are refused, by place.

        `refusals` are those of a part of the rows, by the values that its nights would have.
        """
        changes: Counter[int] = Counter()
        refused: dict[int, DomainError] = {}
        for part in said.parts():
            old: list[Any] = list(map(self.after.get, part.nights, self.had(part.nights)))
            columns = map(_merged, zip(*old, strict=True), zip(*part.values, strict=True))
            new: list[Any] = list(zip(*columns, strict=True))
            is_other: Iterable[bool] = map(ne, new, old)
            if found := refusals(part, new):
                refused |= found
                is_done = [place not in found for place in part.places]
                is_other = map(and_, is_other, is_done)
            others = list(is_other)
            self.after.update(compress(zip(part.nights, new, strict=True), others))
            changes.update(compress(part.places, others))
        return changes, refused

    @cached_property
    def changed(self) -> dict[tuple[Key, date], Values]:
        """The nights that are others than before, when all is carried out."""
        is_other = map(ne, self.after.values(), self.had(self.after))
        return dict(compress(self.after.items(), is_other))

    @property
    def gone(self) -> list[tuple[Key, date]]:
        """Those of the changed ones that say nothing any more."""
        is_gone = map(eq, self.changed.values(), self._unset(self.changed))
        return list(compress(self.changed, is_gone))

    def had(self, nights: Collection[tuple[Key, date]]) -> Iterable[Any]:
        """The values that nights had before."""
        found = list(map(self.before.get, nights))
        return found if all(found) else map(self.before.get, nights, self._unset(nights))

    def _unset(self, nights: Iterable[tuple[Key, date]]) -> Iterator[Any]:
        return map(self.unset.__getitem__, map(_key, nights))


def _merged(old: tuple[Any, ...], said: tuple[Any, ...]) -> Sequence[Any]:
    """One value of each night: what is said, or else the old one."""
    if said[0] is None and said.count(None) == len(said):
        return old
    return [had if one is None else one for had, one in zip(old, said, strict=True)]


class Sheet:
    """All nights that the rows of a call are about, read once, and the rows carried out on them.

    `changes` is how many nights are others by each row, and `refused` why one of them is not done:
    a longest stay would be below the shortest. Both by the places of the rows.
    """

    def __init__(self, rows: Sequence[Row], targets: Sequence[Target | None]) -> None:
        """Rows without a target are left out."""
        rates = _said_of_rates(rows, targets)
        self.rates = _rates(rates, targets)
        self.changes, self.refused = self.rates.carry_out(rates, _out_of_order)
        limits = _said_of_limits(rows, targets, self.refused)
        self.limits = _limits(limits)
        _count_booked(limits, rows)
        changes, _ = self.limits.carry_out(limits, lambda *_: {})
        self.changes.update(changes)

    @property
    def rates_written(self) -> dict[str, str]:
        """The parameters of `sql.WRITE_RATES`."""
        keys, parameters = _written(self.rates, _OF_RATES)
        parameters["tariff_types"] = array_text(keys)
        parameters["changed"] = array_text(set(map(_key, self.rates.changed)))
        return parameters

    @property
    def limits_written(self) -> dict[str, str]:
        """The parameters of `sql.WRITE_LIMITS`."""
        room_types, parameters = _written(self.limits, _OF_LIMITS)
        parameters["property_ids"] = array_text(pk for pk, _ in room_types)
        parameters["room_types"] = array_text(room_type for _, room_type in room_types)
        return parameters


def _said_of_rates(rows: Iterable[Any], targets: Iterable[Target | None]) -> Said[int, RateValues]:
    places: list[int] = []
    of_plans: list[tuple[int, date]] = []
    all_values: list[RateValues] = []
    for place, (row, target) in enumerate(zip(rows, targets, strict=True)):
        if target is None:
            continue
        values = target.rates if row.price is None else (row.price, *target.rates[1:])
        nights = row.nights(target.place.today)
        for tariff_type in target.tariff_types:
            for night in nights:
                places.append(place)
                of_plans.append((tariff_type, night))
                all_values.append(values)
    return Said(places, of_plans, all_values)


def _said_of_limits(
    rows: Iterable[Any], targets: Iterable[Target | None], but: Container[int]
) -> Said[RoomType, LimitValues]:
    """What rows say, but for some, by their places."""
    said: Said[RoomType, LimitValues] = Said()
    for place, (row, target) in enumerate(zip(rows, targets, strict=True)):
        if target is None or target.room_type is None or place in but:
            continue
        for night in row.nights(target.place.today):
            said.places.append(place)
            said.nights.append((target.room_type, night))
            said.values.append(target.limits)
    return said


def _rates(
    said: Said[int, RateValues], targets: Iterable[Target | None]
) -> Nights[int, RateValues]:
    """The nights of rate plans as they are; one query, or none."""
    rows: list[Any] = []
    if said.nights:
        plans, firsts, lasts = _ranges(said.nights)
        parameters = {"tariff_types": array_text(plans), "firsts": firsts, "lasts": lasts}
        rows = all_rows(sql.RATES, parameters)
    nights = list(map(itemgetter(1, 2), rows))
    found = {id(target): target for target in targets if target}.values()
    return Nights(
        {plan: _unset_rate(target.place) for target in found for plan in target.tariff_types},
        dict(zip(nights, map(itemgetter(slice(3, None)), rows), strict=True)),
        dict(zip(nights, map(itemgetter(0), rows), strict=True)),
    )


def _unset_rate(place: Place) -> RateValues:
    return (NO_PRICE, place.prop.settings.minimum_interval, 0, False, False, False)


def _limits(said: Said[RoomType, LimitValues]) -> Nights[RoomType, LimitValues]:
    """The nights of room types as they are; one query, or none."""
    rows = all_rows(sql.LIMITS, _ranges_of_rooms(said)) if said.nights else []
    nights = [((pk, room_type), night) for _, pk, room_type, night, *_ in rows]
    return Nights(
        dict.fromkeys(map(_key, said.nights), (NO_LIMIT, False)),
        dict(zip(nights, map(itemgetter(slice(4, None)), rows), strict=True)),
        dict(zip(nights, map(itemgetter(0), rows), strict=True)),
    )


def _count_booked(said: Said[RoomType, LimitValues], rows: Sequence[Any]) -> None:
    """Have rows that say how many rooms are left say how many may be sold in all; one query."""
    all_left = {place: rows[place].rooms_left for place in said.places}
    left = {place: rooms for place, rooms in all_left.items() if rooms is not None}
    if not left:
        return
    booked = {
        ((pk, room_type), night): rooms
        for pk, room_type, night, rooms in all_rows(sql.BOOKED, _ranges_of_rooms(said))
    }
    said.values = [
        (left[place] + booked.get(night, 0), stop) if place in left else (most, stop)
        for place, night, (most, stop) in zip(said.places, said.nights, said.values, strict=True)
    ]


def _ranges_of_rooms(said: Said[RoomType, LimitValues]) -> dict[str, str]:
    room_types, firsts, lasts = _ranges(said.nights)
    return {
        "property_ids": array_text(pk for pk, _ in room_types),
        "room_types": array_text(room_type for _, room_type in room_types),
        "firsts": firsts,
        "lasts": lasts,
    }


def _ranges(nights: Iterable[tuple[Any, date]]) -> tuple[list[Any], str, str]:
    """Ranges that have all of some nights, without long gaps: of what, the first, the last."""
    ordered = sorted(nights)
    ends = [
        number
        for number, (one, other) in enumerate(pairwise(ordered))
        if one[0] != other[0] or other[1] - one[1] > GAP
    ]
    firsts = [0, *[end + 1 for end in ends]]
    lasts = [*ends, len(ordered) - 1]
    return (
        [ordered[first][0] for first in firsts],
        array_text(ordered[first][1] for first in firsts),
        array_text(ordered[last][1] for last in lasts),
    )


def _without(nights: Mapping[Any, Any], some: Iterable[Any]) -> dict[Any, Any]:
    left_out = set(some)
    return {night: values for night, values in nights.items() if night not in left_out}


def _out_of_order(
    said: Said[int, RateValues], values: Iterable[RateValues]
) -> dict[int, DomainError]:
    """Why rows are refused by which a longest stay would be below the shortest, by their places."""
    refused: dict[int, DomainError] = {}
    if not any(map(itemgetter(2), values)):  # a longest stay is rare
        return refused
    for place, (_, night), wanted, (_, least, longest, *_) in zip(
        said.places, said.nights, said.values, values, strict=True
    ):
        if longest and least and longest < least and place not in refused:
            name, told = ("min_stay", longest) if wanted[2] is None else ("max_stay", least)
            what = "At most" if wanted[2] is None else "At least"
            refused[place] = invalid(name, f"{what} {told} on {night}.")
    return refused


_OF_RATES = (
    "prices",
    "min_stays",
    "max_stays",
    "closed",
    "closed_to_arrival",
    "closed_to_departure",
)
_OF_LIMITS = ("limits", "stop_sell")


def _written(nights: Nights[Any, Any], names: Sequence[str]) -> tuple[list[Any], dict[str, str]]:
    """What a statement takes that writes nights: columns of values, and the rows to delete.

    With the rate plan or room type of each night that is written. Where each has a row, a column
    that stays as it is has no values.
    """
    gone = nights.gone
    written = nights.changed if not gone else _without(nights.changed, gone)
    ids = list(map(nights.ids.get, written, repeat(0)))
    new: list[Any] = list(zip(*written.values(), strict=True)) or [()] * len(names)
    old: list[Any] = list(zip(*nights.had(written), strict=True)) if all(ids) else []
    parameters = {
        name: array_text(values if values not in old[number : number + 1] else ())
        for number, (name, values) in enumerate(zip(names, new, strict=True))
    }
    parameters["ids"] = array_text(ids)
    texts = {night: str(night) for night in set(map(_date, written))}  # of each plan the same ones
    parameters["dates"] = f"{{{','.join(map(texts.__getitem__, map(_date, written)))}}}"
    parameters["gone"] = array_text(map(nights.ids.__getitem__, gone))
    return list(map(_key, written)), parameters

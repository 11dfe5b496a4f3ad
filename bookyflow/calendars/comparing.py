"""What has changed between two readings of a calendar. Nothing here asks the database.

Platforms give stays new UIDs, cut off the nights that are over, and close what they do not sell yet
with a block that moves on each day; none of this is another stay.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from bookyflow.calendars.busy import BusyNights
from bookyflow.calendars.models import StayKind
from bookyflow.core.dates import ONE_DAY

T = TypeVar("T")
Key = tuple[str, str, str]

MOVES = 2  # days in a row on which a block has moved on until it is a booking window


@dataclass(frozen=True)
class Known:
    """A stay as the reading before had it; as the fields of ImportedStay."""

    pk: int
    key: Key
    first: date
    end: date
    kind: str
    seen_on: date
    moves: int
    moved_on: date | None

    @property
    def nights(self) -> tuple[date, date]:
        """Its nights [first, end)."""
        return self.first, self.end


@dataclass(frozen=True)
class Kept:
    """A known stay and what the calendar says of it now."""

    known: Known
    busy: BusyNights
    kind: str
    moves: int
    moved_on: date | None

    @property
    def is_other(self) -> bool:
        """Whether its row has to be written: its nights, its key, or what it is taken for."""
        was = self.known
        return (was.key, was.nights, was.kind, was.moves, was.moved_on) != (
            self.busy.key,
            (self.busy.first, self.busy.end),
            self.kind,
            self.moves,
            self.moved_on,
        )


@dataclass(frozen=True)
class Comparison:
    """What became of known stays, and what is new. Stays that are over are in none of these."""

    kept: Sequence[Kept]
    new: Sequence[BusyNights]
    gone: Sequence[Known]

    @property
    def lost(self) -> int:
        """How many stays fewer there are than were to come."""
        return self._to_come - self._left

    @property
    def has_shrunk(self) -> bool:
        """Whether more than half of the stays that were to come are missing, or all of them."""
        return 2 * self._left < self._to_come

    @property
    def _to_come(self) -> int:
        gone = sum(one.kind == StayKind.STAY for one in self.gone)
        return gone + sum(one.known.kind == StayKind.STAY for one in self.kept)

    @property
    def _left(self) -> int:
        return len(self.new) + sum(one.known.kind == StayKind.STAY for one in self.kept)


Pairs = list[tuple[Known, BusyNights]]


def compare(
    known: Iterable[Known],
    busy: Iterable[BusyNights],
    *,
    today: date,
    last_end: date | None,
) -> Comparison:
    """Compare a calendar with what was known of it; `last_end` is that of the reading before.

    A stay that has begun and is in the calendar no more is kept until its end: platforms leave out
    what is under way, and the guest is in the house.
    """
    before = {one.key: one for one in known if one.end > today}
    now = {one.key: one for one in busy if one.end > today}
    pairs = [(before[key], now[key]) for key in before.keys() & now.keys()]
    left = [one for key, one in before.items() if key not in now]
    new = [one for key, one in now.items() if key not in before]
    pairs += _same_nights(left, new)
    pairs += _cut_off(left, new, today)
    pairs += _same_uid(left, new)
    edge = max((one.end for one in now.values()), default=today)
    pairs += _moved_on(left, new, today, last_end, edge)
    return Comparison(
        kept=[_kept(was, one, today, last_end, edge) for was, one in pairs],
        new=new,
        gone=[one for one in left if one.first >= today or one.kind != StayKind.STAY],
    )


def _same_nights(left: list[Known], new: list[BusyNights]) -> Pairs:
    """The same nights under another key: some platforms make up UIDs anew each time."""
    by_nights = _grouped(new, lambda one: (one.first, one.end))
    return _matched(left, new, lambda was: by_nights.get(was.nights, []))


def _same_uid(left: list[Known], new: list[BusyNights]) -> Pairs:
    """Other nights under a UID that only one stay has."""
    by_uid = _grouped(new, lambda one: one.uid)
    often = Counter(was.key[0] for was in left)

    def candidates(was: Known) -> list[BusyNights]:
        uid = was.key[0]
        found = by_uid.get(uid, [])
        return found if uid and often[uid] == len(found) == 1 else []

    return _matched(left, new, candidates)


def _cut_off(left: list[Known], new: list[BusyNights], today: date) -> Pairs:
    """What is under way, without the nights that are over."""
    by_end = _grouped((one for one in new if one.first <= today + ONE_DAY), lambda one: one.end)
    return _matched(left, new, lambda was: by_end.get(was.end, []) if was.first <= today else [])


def _moved_on(
    left: list[Known], new: list[BusyNights], today: date, last_end: date | None, edge: date
) -> Pairs:
    """Blocks that have moved on with the days under another key."""
    at_an_edge = [one for one in new if _touches(one.first, one.end, today, edge)]
    return _matched(
        left,
        new,
        lambda was: [one for one in at_an_edge if has_moved_on(was, one, today, last_end, edge)],
    )


def has_moved_on(
    was: Known, one: BusyNights, today: date, last_end: date | None, edge: date
) -> bool:
    """Whether a block that touches today, or the end of the calendar, has moved with the days."""
    passed = (today - was.seen_on).days
    if passed < 1:
        return False
    begins, ends = (one.first - was.first).days, (one.end - was.end).days
    from_today = (
        abs((was.first - was.seen_on).days) <= 1
        and abs((one.first - today).days) <= 1
        and begins >= 1
        and 1 <= ends <= passed + 1
    )
    to_the_end = (
        last_end is not None
        and was.end >= last_end
        and one.end >= edge
        and was.first > was.seen_on
        and ends >= 0
        and 1 <= begins <= passed + 1
    )
    return from_today or to_the_end


def _kept(was: Known, one: BusyNights, today: date, last_end: date | None, edge: date) -> Kept:
    """What a known stay is taken for now; it moves on once a day at most."""
    if has_moved_on(was, one, today, last_end, edge):
        moves = was.moves + 1
        kind = StayKind.WINDOW if moves >= MOVES else was.kind
        return Kept(was, one, kind, moves, today)
    rests = was.moved_on is not None and (today - was.moved_on).days > 1
    is_another = (one.first, one.end) != was.nights
    if rests or (is_another and not _progressed(was, one, today)):
        return Kept(was, one, StayKind.STAY, 0, None)
    return Kept(was, one, was.kind, was.moves, was.moved_on)


def _progressed(was: Known, one: BusyNights, today: date) -> bool:
    """Whether nothing is missing but nights that are over."""
    return one.end == was.end and was.first <= one.first <= today + ONE_DAY


def _touches(first: date, end: date, today: date, edge: date) -> bool:
    return abs((first - today).days) <= 1 or end >= edge


def touches_an_edge(one: Known, *, today: date, last_end: date | None) -> bool:
    """Whether a stay may turn out to be a booking window, by where it lies."""
    return last_end is not None and _touches(one.first, one.end, today, last_end)


def _matched(
    left: list[Known], new: list[BusyNights], candidates: Callable[[Known], Sequence[BusyNights]]
) -> Pairs:
    """Pair what is left with the first candidate that nobody has; both are taken out."""
    pairs: Pairs = []
    taken: set[Key] = set()
    for was in left:
        one = next((one for one in candidates(was) if one.key not in taken), None)
        if one is not None:
            taken.add(one.key)
            pairs.append((was, one))
    found = {was.pk for was, _one in pairs}
    left[:] = [one for one in left if one.pk not in found]
    new[:] = [one for one in new if one.key not in taken]
    return pairs


def _grouped(
    found: Iterable[BusyNights], of: Callable[[BusyNights], T]
) -> dict[T, list[BusyNights]]:
    groups: defaultdict[T, list[BusyNights]] = defaultdict(list)
    for one in found:
        groups[of(one)].append(one)
    return groups

"""What a feed shows to others: nights that are taken, each stay once."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils import timezone

from bookyflow.availability.models import Occupancy, OccupancyKind
from bookyflow.calendars.models import CalendarFeed, FeedEntry, ImportedStay
from bookyflow.calendars.taking import pieces_of
from bookyflow.calendars.uids import is_of_a_site, stay_uid
from bookyflow.core.dates import days
from bookyflow.reservations.models import BookingKind


class EntryKind(StrEnum):
    """What nights are taken by."""

    STAY = "stay"
    BLOCK = "block"
    HOLD = "hold"


@dataclass(frozen=True)
class Entry:
    """Nights [first, end) under a UID that never changes; `sequence` and `changed_at` rise with it.

    `name` is the guest's, where the owner has chosen to show it.
    """

    uid: str
    first: date
    end: date
    sequence: int
    changed_at: datetime
    kind: EntryKind
    name: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True)
class _Holder:
    """Who takes nights: a booking or block, or a hold that will be one."""

    serial: int
    version: int
    changed_at: datetime
    kind: EntryKind
    name: str


def entries_of(feed: CalendarFeed) -> list[Entry]:
    """The stays of a feed that are not over, by their nights; three queries at most.

    What came from the platform that the feed is for is left out. Where several rooms are taken by
    one booking on the same nights, these are one entry.
    """
    today = feed.property.settings.today()
    imported = _imported(feed)
    often = Counter(stay.uid for stay in imported.values())
    named = {pk: stay.uid for pk, stay in imported.items() if often[stay.uid] == 1}
    nights: defaultdict[_Holder, set[date]] = defaultdict(set)
    for row in _taken(feed, today):
        stay = imported.get(row.booking_id or 0)
        if _is_left_out(feed, row, stay):
            continue
        nights[_holder(feed, row)].update(days(row.nights.lower, row.nights.upper))
    found = [
        entry
        for holder, taken in nights.items()
        for entry in _entries(holder, taken, named.get(holder.serial, ""))
        if entry.end > today
    ]
    known = {one.uid: one for one in FeedEntry.objects.filter(feed=feed, end__gt=today)}
    found = [_risen(one, known.get(one.uid)) for one in found]
    if feed.keeps_cancelled:
        found += _cancelled(found, known.values())
    return sorted(found, key=lambda one: (one.first, one.end, one.uid))


def digest_of(entries: Iterable[Entry]) -> str:
    """The same for the same entries."""
    text = "\n".join(
        f"{one.uid} {one.first} {one.end} {one.sequence} {one.is_cancelled}" for one in entries
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _taken(feed: CalendarFeed, today: date) -> QuerySet[Occupancy]:
    live = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    found = Occupancy.objects.filter(
        live, property=feed.property_id, nights__endswith__gt=today, room__deleted_at=None
    )
    if feed.room_id is not None:
        found = found.filter(room=feed.room_id)
    if not feed.shows_holds:
        found = found.exclude(kind=OccupancyKind.HOLD)
    return found.select_related("booking", "hold").order_by("nights", "pk")


def _imported(feed: CalendarFeed) -> Mapping[int, ImportedStay]:
    stays = ImportedStay.objects.filter(source__property=feed.property_id, block__isnull=False)
    return {stay.block_id or 0: stay for stay in stays.only("source", "uid", "block")}


def _is_left_out(feed: CalendarFeed, row: Occupancy, stay: ImportedStay | None) -> bool:
    if row.kind != OccupancyKind.BLOCK:
        return False
    if stay is None:
        return not feed.shows_blocks
    return feed.source_id is not None and stay.source_id == feed.source_id


def _holder(feed: CalendarFeed, row: Occupancy) -> _Holder:
    if row.booking is None:
        hold = row.hold
        if hold is None:
            raise ValueError(f"occupancy {row.pk} is nobody's")
        return _Holder(hold.serial, 0, hold.created_at, EntryKind.HOLD, "")
    booking = row.booking
    kind = EntryKind.BLOCK if booking.kind == BookingKind.BLOCK else EntryKind.STAY
    if row.kind == OccupancyKind.HOLD:
        kind = EntryKind.HOLD
    name = ""
    if feed.names_guests and kind != EntryKind.BLOCK:
        name = f"{booking.who.first_name} {booking.who.surname}".strip()
    return _Holder(booking.pk, booking.version, booking.changed_at, kind, name)


def _entries(holder: _Holder, nights: set[date], there: str) -> Sequence[Entry]:
    """The entries of a holder: one for each piece, the first under its own UID.

    What another site of this kind calls a stay (`there`) stays its name, so that it knows it again.
    """
    uid = there if is_of_a_site(there) else stay_uid(holder.serial)
    own, _at, site = uid.partition("@")
    return [
        Entry(
            uid=uid if not number else f"{own}-{number + 1}@{site}",
            first=piece.first,
            end=piece.end,
            sequence=holder.version,
            changed_at=holder.changed_at,
            kind=holder.kind,
            name=holder.name,
        )
        for number, piece in enumerate(pieces_of(nights))
    ]


def _risen(entry: Entry, known: FeedEntry | None) -> Entry:
    """An entry whose nights are others than were shown has a higher number than that."""
    if known is None:
        return entry
    is_other = (known.first, known.end) != (entry.first, entry.end) or known.gone_at is not None
    return replace(entry, sequence=max(entry.sequence, known.sequence + is_other))


def _cancelled(found: Iterable[Entry], known: Iterable[FeedEntry]) -> list[Entry]:
    """What was shown and is there no more."""
    there = {one.uid for one in found}
    return [
        Entry(
            uid=one.uid,
            first=one.first,
            end=one.end,
            sequence=one.sequence + 1,
            changed_at=one.gone_at or one.shown_at,
            kind=EntryKind.STAY,
            is_cancelled=True,
        )
        for one in known
        if one.uid not in there
    ]

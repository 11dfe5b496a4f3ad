"""Busy nights of other calendars take inventory, through blocks; what somebody has, stays theirs.

Everything here is done under the lock of the property, in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from bookyflow.availability.models import Occupancy, OccupancyKind
from bookyflow.availability.nights import OccupiedNights, nights_taken
from bookyflow.availability.services import expired_holds_drop
from bookyflow.calendars import sql
from bookyflow.calendars.conflicts import Overlap, conflicts_settle
from bookyflow.calendars.models import CalendarSource, FeedEntry, ImportedStay, StayKind
from bookyflow.calendars.uids import is_of_a_site, own_serial
from bookyflow.core.acting import SYSTEM
from bookyflow.core.database import connection
from bookyflow.core.dates import ONE_DAY, Stay, days
from bookyflow.properties.models import Property
from bookyflow.reservations.many_blocks import (
    RoomBlock,
    blocks_add,
    blocks_drop,
    blocks_replace,
)
from bookyflow.reservations.models import Booking, BookingState, Hold

AHEAD = timedelta(days=2 * 365)  # so far rooms are closed; the rest follows month by month
Nights = Mapping[date, Occupancy]


@dataclass
class _Plan:
    """What the stays of a room come to."""

    new: list[tuple[ImportedStay, RoomBlock]] = field(default_factory=list)
    other: dict[int, RoomBlock] = field(default_factory=dict)
    freed: list[int] = field(default_factory=list)
    overlaps: list[Overlap] = field(default_factory=list)
    expiries: list[datetime] = field(default_factory=list)


def stays_settle(
    *, prop: Property, source: CalendarSource, now: datetime, today: date
) -> datetime | None:
    """Close the room of a calendar on all its nights that nobody else has, as far as it is not.

    `prop` is locked. What somebody else has is a conflict, told once; nights that have become free
    are taken. Does nothing where all is so already. Returns when the first of the nights that are
    only held for somebody may become free.
    """
    end = _horizon(today)
    stays = list(
        ImportedStay.objects.filter(
            source=source, kind=StayKind.STAY, is_whole=False, end__gt=today, first__lt=end
        ).select_related("block")
    )
    if not stays:
        conflicts_settle(prop=prop, source=source, overlaps=[], now=now)
        return None
    expired_holds_drop(property_id=prop.pk)
    held = _held(source.room_id, today, end)
    _echoes(source, stays)
    plan = _plan(prop, source, stays, held, Stay(today, end))
    blocks_drop(prop=prop, block_ids=plan.freed, by=SYSTEM)
    blocks_replace(prop=prop, room_id=source.room_id, wanted=plan.other, by=SYSTEM)
    wanted = [block for _stay, block in plan.new]
    made = blocks_add(prop=prop, room_id=source.room_id, wanted=wanted, by=SYSTEM)
    for (stay, _block), pk in zip(plan.new, made, strict=True):
        stay.block_id = pk
    _write(stays)
    conflicts_settle(prop=prop, source=source, overlaps=plan.overlaps, now=now)
    return min(plan.expiries, default=None)


def blocks_of(stays: Iterable[ImportedStay]) -> list[int]:
    """The ids of the blocks of stays that have any."""
    return [stay.block_id for stay in stays if stay.block_id is not None]


def _horizon(today: date) -> date:
    """The first day of a month, so that what has no end is not written anew each day."""
    return (today + AHEAD).replace(day=1)


def _held(room_id: int, today: date, end: date) -> dict[date, Occupancy]:
    """Who has each night of [today, end) of a room; of who came earlier also those nights."""
    found: dict[date, Occupancy] = {}
    rows = Occupancy.objects.filter(room=room_id, nights__overlap=DateRange(today, end))
    for row in rows.select_related("booking"):
        for night in days(row.nights.lower, row.nights.upper):
            found[night] = row
    return found


def _plan(
    prop: Property,
    source: CalendarSource,
    stays: Sequence[ImportedStay],
    held: dict[date, Occupancy],
    span: Stay,
) -> _Plan:
    """What has to be done for each stay, on the nights of `span`."""
    plan = _Plan()
    elsewhere = _imported_elsewhere(source, held.values())
    taken = set(held)
    for stay in stays:
        if stay.kind != StayKind.STAY:
            plan.freed += blocks_of([stay])
            stay.block_id = None
            continue
        if stay.block is not None and stay.block.state == BookingState.CANCELLED:
            stay.is_whole = True  # staff have opened the room on these nights
            continue
        wanted = nights_taken(prop.settings, Stay(stay.first, stay.end))
        asked = days(max(wanted.first, span.arrival), min(wanted.end, span.departure))
        own = [night for night, row in held.items() if _is_of(row, stay)]
        free = {night for night in asked if night not in taken} | {
            night for night in own if wanted.first <= night < wanted.end
        }
        taken |= free
        stay.is_whole = free.issuperset(asked) and wanted.end <= span.departure
        plan.overlaps += _overlaps(stay, asked, held, elsewhere)
        met = (held[night].expires_at for night in asked if night in held)
        plan.expiries += [moment for moment in met if moment is not None]
        _take(plan, stay, free, set(own), source)
    return plan


def _take(
    plan: _Plan, stay: ImportedStay, free: set[date], own: set[date], source: CalendarSource
) -> None:
    if free == own and (stay.block_id is None or _same_stay(stay)):
        return
    if not free:
        plan.freed += blocks_of([stay])
        stay.block_id = None
        return
    block = RoomBlock(Stay(stay.first, stay.end), pieces_of(free), source.name)
    if stay.block_id is None:
        plan.new.append((stay, block))
    else:
        plan.other[stay.block_id] = block


def _same_stay(stay: ImportedStay) -> bool:
    block = stay.block
    return block is not None and (block.arrival, block.departs_on) == (stay.first, stay.end)


def pieces_of(nights: Collection[date]) -> list[OccupiedNights]:
    """Nights as pieces without a gap, in order."""
    pieces: list[OccupiedNights] = []
    for night in sorted(nights):
        if pieces and pieces[-1].end == night:
            pieces[-1] = OccupiedNights.stored(pieces[-1].first, night + ONE_DAY)
        else:
            pieces.append(OccupiedNights.stored(night, night + ONE_DAY))
    return pieces


def _is_of(row: Occupancy, stay: ImportedStay) -> bool:
    return stay.block_id is not None and row.booking_id == stay.block_id


def _overlaps(
    stay: ImportedStay, asked: Iterable[date], held: Nights, elsewhere: set[int]
) -> list[Overlap]:
    """Whom a stay meets: guests who are booked, and stays that another calendar has."""
    met: dict[int, None] = {}
    for night in asked:
        row = held.get(night)
        if row is None or row.booking_id is None or _is_of(row, stay):
            continue
        if row.kind == OccupancyKind.BOOKING or row.booking_id in elsewhere:
            met[row.booking_id] = None
    return [Overlap(stay, booking_id) for booking_id in met]


def _imported_elsewhere(source: CalendarSource, held: Iterable[Occupancy]) -> set[int]:
    """Those of the blocks in a room that another calendar's stays have."""
    blocks = {row.booking_id for row in held if row.kind == OccupancyKind.BLOCK}
    found = ImportedStay.objects.filter(block__in=blocks).exclude(source=source)
    return set(found.values_list("block", flat=True))


def _echoes(source: CalendarSource, stays: Sequence[ImportedStay]) -> None:
    """Mark what came from here: by UID, or because the platform had these nights from us before.

    A platform that has read that nights are busy does not sell them; so what it shows on exactly
    such nights from then on, is what we told it.
    """
    fresh = [stay for stay in stays if stay.block_id is None]
    if not fresh:
        return
    ours = _of_property(source.property_id, [stay.uid for stay in fresh])
    shown = _shown_to(source, fresh)
    for stay in fresh:
        known = (shown.get(night) for night in days(stay.first, stay.end))
        if stay.uid in ours or all(since and since < stay.seen_at for since in known):
            stay.kind = StayKind.ECHO


def _of_property(property_id: int, uids: Sequence[str]) -> set[str]:
    """Those of the UIDs that are of bookings of the property, or of stays that it has from others.

    What another property of this site has is as good as a stranger's.
    """
    serials = {serial: uid for uid in uids if (serial := own_serial(uid)) is not None}
    found: set[str] = set()
    if serials:
        booked = Booking.objects.filter(pk__in=serials, property=property_id)
        held = Hold.objects.filter(serial__in=serials, property=property_id)
        found |= {serials[pk] for pk in booked.values_list("pk", flat=True)}
        found |= {serials[serial] for serial in held.values_list("serial", flat=True)}
    if passed_on := {uid for uid in uids if is_of_a_site(uid)} - found:
        blocks = ImportedStay.objects.filter(
            source__property=property_id, uid__in=passed_on, block__isnull=False
        )
        found |= set(blocks.values_list("uid", flat=True))
    return found


def _shown_to(source: CalendarSource, stays: Sequence[ImportedStay]) -> dict[date, datetime]:
    """The nights that the platform has read here as busy, and still would, each since when."""
    last = max(stay.end for stay in stays)
    found: dict[date, datetime] = {}
    entries = FeedEntry.objects.filter(feed__source=source, gone_at=None, first__lt=last)
    for entry in entries:
        for night in days(entry.first, entry.end):
            found[night] = min(entry.shown_at, found.get(night, entry.shown_at))
    return found


def _write(stays: Sequence[ImportedStay]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SETTLE_STAYS,
            {
                "ids": [stay.pk for stay in stays],
                "blocks": [stay.block_id for stay in stays],
                "whole": [stay.is_whole for stay in stays],
                "kinds": [str(stay.kind) for stay in stays],
            },
        )


def open_sources(property_id: int) -> list[CalendarSource]:
    """The calendars of a property that have nights which somebody else had when last looked at."""
    open_stays = Q(stays__kind=StayKind.STAY, stays__is_whole=False)
    found = CalendarSource.objects.filter(open_stays, property=property_id)
    return list(found.distinct().order_by("pk"))

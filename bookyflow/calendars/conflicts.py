"""Nights that are sold here and elsewhere: recorded, told at once, and ended when they are over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from procrastinate.types import JSONValue

from bookyflow.calendars.models import CalendarConflict, CalendarSource, ImportedStay
from bookyflow.core.acting import SYSTEM
from bookyflow.core.jobs import job_queue
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, record_many
from bookyflow.properties.models import Property

JOB = "bookyflow.calendars.tasks.calendar_conflict_mail"


@dataclass(frozen=True)
class Overlap:
    """A stay of another calendar, and the booking or block here that has some of its nights."""

    stay: ImportedStay
    booking_id: int


def conflicts_settle(
    *, prop: Property, source: CalendarSource, overlaps: Sequence[Overlap], now: datetime
) -> None:
    """Open a conflict for each overlap that has none, and end those that are none any more.

    Each is told once, by an event and a mail. `prop` is locked.
    """
    known = {
        (one.stay_id, one.booking_id): one
        for one in CalendarConflict.objects.filter(source=source, ended_at=None)
    }
    found = {(one.stay.pk, one.booking_id): one for one in overlaps}
    ended = [one for pair, one in known.items() if pair not in found]
    for one in ended:
        one.ended_at = now
    CalendarConflict.objects.bulk_update(ended, ["ended_at"])
    opened = CalendarConflict.objects.bulk_create(
        CalendarConflict(
            source=source,
            stay=one.stay,
            booking_id=one.booking_id,
            label=one.stay.label,
            first=one.stay.first,
            end=one.stay.end,
            found_at=now,
        )
        for pair, one in found.items()
        if pair not in known
    )
    record_many(
        [
            *(_told(EventKind.CALENDAR_CONFLICT_ENDED, source, one) for one in ended),
            *(_told(EventKind.CALENDAR_CONFLICT, source, one) for one in opened),
        ],
        by=SYSTEM,
    )
    if opened and not prop.is_test:
        ids: list[JSONValue] = [one.pk for one in opened]
        job_queue(JOB, {"source_id": source.pk, "conflict_ids": ids})


def _told(kind: EventKind, source: CalendarSource, one: CalendarConflict) -> EventDraft:
    data = {
        "room_uid": source.room_id,
        "conflict_uid": one.pk,
        "contract_uid": one.booking_id,
        "arrival": one.first.isoformat(),
        "departure": one.end.isoformat(),
    }
    return EventDraft(kind, source.property_id, ("calendar", source.pk), data)

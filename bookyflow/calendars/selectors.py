from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from bookyflow.calendars.models import (
    CalendarConflict,
    CalendarFeed,
    CalendarSource,
    ImportedStay,
    SourceState,
    StayKind,
)
from bookyflow.core.errors import DomainError
from bookyflow.core.metrics import Reading


def feed_list(*, property_id: int) -> QuerySet[CalendarFeed]:
    """The feeds of a property: those of all rooms first, then by room."""
    found = CalendarFeed.objects.filter(property=property_id).filter(
        Q(room=None) | Q(room__deleted_at=None)
    )
    return found.select_related("room", "source").order_by("room__number", "source", "pk")


def source_list(*, property_id: int) -> QuerySet[CalendarSource]:
    """The calendars that are read for a property, by room and name, each with `stay_count` and
    `conflict_count`, how many stays it has that are not over, and open conflicts.
    """
    found = CalendarSource.objects.filter(property=property_id, room__deleted_at=None)
    return found.select_related("room").annotate(
        stay_count=Count("stays", filter=Q(stays__kind=StayKind.STAY), distinct=True),
        conflict_count=Count("conflicts", filter=Q(conflicts__ended_at=None), distinct=True),
    )


def source_get(*, property_id: int, source_id: int) -> CalendarSource:
    """One of `source_list`. Raises DomainError `calendar_not_found`."""
    source = source_list(property_id=property_id).filter(pk=source_id).first()
    if source is None:
        raise DomainError("calendar_not_found")
    return source


def stay_list(*, property_id: int, source_id: int, today: date) -> QuerySet[ImportedStay]:
    """What a calendar says from `today` on, by night. Raises DomainError `calendar_not_found`."""
    source = source_get(property_id=property_id, source_id=source_id)
    return source.stays.filter(end__gt=today).order_by("first", "pk")


def conflict_list(*, property_id: int) -> QuerySet[CalendarConflict]:
    """The conflicts of a property that have not ended, by night, with both sides."""
    found = CalendarConflict.objects.filter(source__property=property_id, ended_at=None)
    return found.select_related("source__room", "booking").order_by("first", "pk")


def calendars_of_blocks(*, block_ids: Collection[int]) -> Mapping[int, str]:
    """Those of the blocks that are another calendar's stays, with what both sides call these.

    What the platform calls a stay may name a guest: it is kept with the stay, until that is over.
    """
    stays = ImportedStay.objects.filter(block__in=block_ids)
    rows = stays.values_list("block", "source__name", "label")
    return {pk: ": ".join(filter(None, [name, label])) for pk, name, label in rows}


def sources_reading() -> Reading:
    """How the reading of calendars is doing."""
    found = CalendarSource.objects.filter(
        is_enabled=True, room__deleted_at=None, property__deleted_at=None
    ).aggregate(
        unwell=Count("pk", filter=Q(state__in=[SourceState.FAILING, SourceState.SHRUNK])),
        due_at=Min("next_poll_at"),
    )
    late = timezone.now() - found["due_at"] if found["due_at"] else timedelta(0)
    yield "calendars_unwell", "Calendars of which the nights of before are kept.", found["unwell"]
    yield (
        "calendars_late_seconds",
        "For how long the calendar has been due that waits the longest to be read.",
        max(late.total_seconds(), 0.0),
    )

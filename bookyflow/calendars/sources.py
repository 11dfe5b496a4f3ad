"""Calendars of other platforms that are read for a room: services."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from bookyflow.calendars.conflicts import conflicts_settle
from bookyflow.calendars.models import CalendarSource, ImportedStay, SourceState
from bookyflow.core.acting import Actor
from bookyflow.core.crypto import keyed_digest
from bookyflow.core.errors import DomainError
from bookyflow.core.texts import is_line
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.reservations.many_blocks import blocks_drop
from bookyflow.rooms.models import Room
from bookyflow.webhooks.addresses import address_problem

LONGEST_NAME = 100
MOST_OF_A_ROOM = 20
WEBCAL = "webcal://"


@dataclass(frozen=True)
class CalendarDetails:
    """What the owner calls a calendar, and where it is. Raises DomainError `validation_failed`."""

    name: str
    url: str

    def __post_init__(self) -> None:
        url = self.url.strip()
        if url.lower().startswith(WEBCAL):  # how calendar programs write it
            url = f"https://{url[len(WEBCAL) :]}"
        object.__setattr__(self, "url", url)
        problems = {}
        if problem := address_problem(self.url):
            problems["url"] = [problem]
        if not self.name.strip() or len(self.name) > LONGEST_NAME or not is_line(self.name):
            told = gettext("One line of text is needed, at most %(most)s characters.")
            problems["name"] = [told % {"most": LONGEST_NAME}]
        if problems:
            raise DomainError("validation_failed", fields=problems)


@transaction.atomic
def source_add(
    *, property_id: int, room_id: int, details: CalendarDetails, by: Actor
) -> CalendarSource:
    """Have a calendar read for a room, from now on. It is read for the first time at once.

    Raises DomainError `room_not_found`, `calendar_already_exists` where the room has the address,
    `conflict` for more than MOST_OF_A_ROOM.
    """
    prop = property_lock(property_id)
    if not Room.objects.filter(pk=room_id, property=prop).exists():
        raise DomainError("room_not_found")
    if CalendarSource.objects.filter(room=room_id).count() >= MOST_OF_A_ROOM:
        raise DomainError("conflict", f"At most {MOST_OF_A_ROOM} calendars of a room.")
    source = CalendarSource(property=prop, room_id=room_id, next_poll_at=timezone.now())
    _fill(source, details)
    source.save()
    _tell(source, EventKind.CALENDAR_SAVED, by=by)
    return source


@transaction.atomic
def source_change(
    *, property_id: int, source_id: int, details: CalendarDetails, is_enabled: bool, by: Actor
) -> CalendarSource:
    """Change a calendar, or have it read no more for a while; its nights stay meanwhile.

    Another address is read at once. Raises DomainError `calendar_not_found`, and as `source_add`.
    """
    source = source_lock(property_id=property_id, source_id=source_id)
    before = (source.name, source.url, source.is_enabled)
    _fill(source, details)
    source.is_enabled = is_enabled
    if before == (source.name, source.url, source.is_enabled):
        return source
    if source.url != before[1]:
        source.etag = source.last_modified = ""
        source.next_poll_at, source.failures = timezone.now(), 0
    if is_enabled and not before[2]:
        source.next_poll_at = timezone.now()
    source.save()
    _tell(source, EventKind.CALENDAR_SAVED, by=by)
    return source


@transaction.atomic
def source_delete(*, property_id: int, source_id: int, by: Actor) -> CalendarSource:
    """Read a calendar no more, and open the room on its nights again.

    Raises DomainError `calendar_not_found`.
    """
    source = source_lock(property_id=property_id, source_id=source_id)
    prop = source.property
    stays = ImportedStay.objects.filter(source=source, block__isnull=False)
    blocks = list(stays.values_list("block", flat=True))
    conflicts_settle(prop=prop, source=source, overlaps=[], now=timezone.now())
    ImportedStay.objects.filter(source=source).delete()
    blocks_drop(prop=prop, block_ids=blocks, by=by)
    _tell(source, EventKind.CALENDAR_DELETED, by=by)
    pk = source.pk
    source.delete()
    source.pk = pk
    return source


@transaction.atomic
def source_read_soon(*, property_id: int, source_id: int) -> CalendarSource:
    """Have a calendar read next. Raises DomainError `calendar_not_found`."""
    source = source_lock(property_id=property_id, source_id=source_id)
    source.next_poll_at = timezone.now()
    source.save(update_fields=["next_poll_at"])
    return source


@transaction.atomic
def source_accept(*, property_id: int, source_id: int, by: Actor) -> CalendarSource:
    """Have a calendar that has shrunk read next, and take what it says, however little that is.

    One that has not is left alone. Raises DomainError `calendar_not_found`.
    """
    source = source_lock(property_id=property_id, source_id=source_id)
    if source.state != SourceState.SHRUNK or source.accepts_next:
        return source
    source.next_poll_at, source.accepts_next = timezone.now(), True
    source.save(update_fields=["next_poll_at", "accepts_next"])
    _tell(source, EventKind.CALENDAR_SAVED, by=by)
    return source


def source_lock(*, property_id: int, source_id: int) -> CalendarSource:
    """A calendar of a property, both locked. Raises DomainError `calendar_not_found`."""
    prop: Property = property_lock(property_id)
    found = CalendarSource.objects.select_for_update(of=("self",), no_key=True)
    source = found.select_related("room").filter(pk=source_id, property=prop).first()
    if source is None:
        raise DomainError("calendar_not_found")
    source.property = prop
    return source


def _fill(source: CalendarSource, details: CalendarDetails) -> None:
    source.name, source.url = details.name.strip(), details.url
    source.url_digest = keyed_digest(f"calendar {details.url}")
    same = CalendarSource.objects.filter(room=source.room_id, url_digest=source.url_digest)
    if same.exclude(pk=source.pk).exists():
        raise DomainError("calendar_already_exists")


def _tell(source: CalendarSource, kind: EventKind, *, by: Actor) -> None:
    record(
        kind,
        by=by,
        property_id=source.property_id,
        subject=("calendar", source.pk),
        room_uid=source.room_id,
    )

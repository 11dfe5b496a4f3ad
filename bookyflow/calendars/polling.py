"""Reading one calendar. No connection to the database is held while its server answers or does not.

Nothing is freed by a calendar that cannot be read, is empty of a sudden, or has lost more than half
of its stays: the nights of before are kept, and the owner is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bookyflow.calendars import sql
from bookyflow.calendars.busy import CalendarUnreadable, Reading
from bookyflow.calendars.comparing import Comparison, Kept, Known, compare
from bookyflow.calendars.models import (
    CalendarSource,
    ImportedStay,
    SourceState,
    StayKind,
)
from bookyflow.calendars.planning import next_poll
from bookyflow.calendars.taking import AHEAD, stays_settle
from bookyflow.core import metrics, outgoing
from bookyflow.core.acting import SYSTEM
from bookyflow.core.database import connection
from bookyflow.core.dates import ONE_DAY
from bookyflow.core.errors import DomainError
from bookyflow.core.jobs import job_queue
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.reservations.many_blocks import blocks_drop
from bookyflow.webhooks.addresses import resolver
from bookyflow.webhooks.schedule import retry_after

MOST_BYTES = 10_000_000
MOST_STEPS = 4
LEADING_ON = {
    HTTPStatus.MOVED_PERMANENTLY,
    HTTPStatus.FOUND,
    HTTPStatus.SEE_OTHER,
    HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.PERMANENT_REDIRECT,
}
WHOLE_EVERY = 500  # readings, of which one asks for all, changed or not: every five days
FAILURES_TOLD = 3  # in a row, so that a server that is begun anew wakes nobody
LONGEST_PROBLEM = 300
LONGEST_TAG = 300
LONGEST_DAY = 100
ACCEPT = "text/calendar, text/plain;q=0.5, */*;q=0.1"
JOB = "bookyflow.calendars.tasks.calendar_fault_mail"


@dataclass(frozen=True)
class Polled:
    """What came of asking for a calendar: a reading, that nothing has changed, or a problem."""

    reading: Reading | None = None
    is_unchanged: bool = False
    problem: str = ""
    etag: str = ""
    last_modified: str = ""
    asked: timedelta | None = None

    @property
    def outcome(self) -> str:
        """What it counts as."""
        if self.problem:
            return "failed"
        return "unchanged" if self.is_unchanged else "read"


def source_poll(*, source_id: int, turn: int) -> bool:
    """Read a calendar, and take what it says; false where the turn is over.

    The job of one reading: whatever the other side does, the calendar is due again later.
    """
    found = CalendarSource.objects.filter(pk=source_id, turn=turn, is_enabled=True)
    source = found.select_related("property__settings").first()
    if source is None:
        return False
    _let_go()
    at = timezone.now()
    polled = poll(source)
    if not reading_take(source_id=source_id, turn=turn, polled=polled, at=at):
        return False
    if metrics.is_on():
        metrics.calendar_polls.labels(polled.outcome).inc()
    return True


def poll(source: CalendarSource) -> Polled:
    """Ask for a calendar once, and read it; never raises for what the other side does."""
    try:
        answer = _answer(source)
    except DomainError as refusal:
        return Polled(problem=refusal.detail)
    if answer.status == HTTPStatus.NOT_MODIFIED and (source.etag or source.last_modified):
        return Polled(is_unchanged=True)
    if answer.status != HTTPStatus.OK:
        asked = retry_after(answer.headers.get("retry-after", ""), now=timezone.now())
        return Polled(problem=f"It answers with status {answer.status}.", asked=asked)
    # Not before it is needed: what it reads with takes nine megabytes, and jobs alone read.
    from bookyflow.calendars.reading import calendar_read  # noqa: PLC0415

    today = source.property.settings.today()
    try:
        reading = calendar_read(
            answer.content,
            zone=source.property.settings.zone(),
            first=today - ONE_DAY,
            end=today + AHEAD,
        )
    except CalendarUnreadable as problem:
        return Polled(problem=str(problem))
    return Polled(
        reading,
        etag=_header(answer, "etag", LONGEST_TAG),
        last_modified=_header(answer, "last-modified", LONGEST_DAY),
    )


def _answer(source: CalendarSource) -> outgoing.Answer:
    """What is answered at the address, or where it leads on to; each step is checked as the first.

    Raises DomainError as `outgoing.send`.
    """
    url = source.url
    for _ in range(MOST_STEPS):
        answer = outgoing.send(
            "GET",
            url,
            headers=_headers(source),
            most_bytes=MOST_BYTES,
            seconds=settings.CALENDAR_TIMEOUT,
            resolve=resolver(url),
        )
        led = answer.headers.get("location", "") if answer.status in LEADING_ON else ""
        if not led:
            break
        url = urljoin(url, led)
    return answer


def _headers(source: CalendarSource) -> dict[str, str]:
    headers = {"Accept": ACCEPT}
    if source.turn % WHOLE_EVERY == 0:  # what repeats without end is followed farther each time
        return headers
    if source.etag:
        headers["If-None-Match"] = source.etag
    if source.last_modified:
        headers["If-Modified-Since"] = source.last_modified
    return headers


def _header(answer: outgoing.Answer, name: str, longest: int) -> str:
    """A header to send back as it is; none where it is too long, or not of letters and signs."""
    text = answer.headers.get(name, "")
    return text if len(text) <= longest and text.isascii() and text.isprintable() else ""


@transaction.atomic
def reading_take(*, source_id: int, turn: int, polled: Polled, at: datetime) -> bool:
    """Write down what came of asking for a calendar at `at`, and have its nights taken.

    False where the turn is over, or the property is gone: nothing is done then.
    """
    where = CalendarSource.objects.filter(pk=source_id).values_list("property_id", flat=True)
    property_id = where.first()
    if property_id is None:
        return False
    prop = property_lock(property_id)
    source = CalendarSource.objects.select_for_update(no_key=True).filter(pk=source_id).first()
    if source is None or source.turn != turn or not source.is_enabled:
        return False
    today = prop.settings.today()
    source.polled_at, source.busy_until = at, None
    if polled.problem:
        _failed(source, SourceState.FAILING, polled.problem)
    elif polled.reading is None:
        _seen_again(source, today)
        _windows_at_rest(source, today)
        _read(source, at)
    else:
        _compared(prop, source, polled, polled.reading, at)
    free_at = stays_settle(prop=prop, source=source, now=at, today=today)
    source.next_poll_at = next_poll(source.failures, asked=polled.asked, now=timezone.now())
    if free_at is not None:
        source.next_poll_at = min(source.next_poll_at, free_at)
    source.save()
    return True


def _compared(
    prop: Property,
    source: CalendarSource,
    polled: Polled,
    reading: Reading,
    at: datetime,
) -> None:
    today = prop.settings.today()
    known = _known(source)
    found = compare(known, reading.busy, today=today, last_end=source.last_end)
    if found.has_shrunk and not source.accepts_next:
        _failed(source, SourceState.SHRUNK, f"{found.lost} of its stays are missing.")
        return
    _write(prop, source, found, at, today)
    source.etag, source.last_modified = polled.etag, polled.last_modified
    source.last_end = max((one.end for one in reading.busy), default=None)
    source.notes = [{"kind": str(note.kind), "about": note.about} for note in reading.notes]
    source.accepts_next = False
    _read(source, at)


def _known(source: CalendarSource) -> list[Known]:
    rows = ImportedStay.objects.filter(source=source).values_list(
        "pk",
        "uid",
        "recurrence_id",
        "start",
        "first",
        "end",
        "kind",
        "seen_on",
        "moves",
        "moved_on",
    )
    return [
        Known(pk, (uid, recurrence_id, start), first, end, kind, seen_on, moves, moved_on)
        for pk, uid, recurrence_id, start, first, end, kind, seen_on, moves, moved_on in rows
    ]


def _write(
    prop: Property, source: CalendarSource, found: Comparison, at: datetime, today: date
) -> None:
    """Write down what has changed: one statement for what is gone, other and new each."""
    windows = [
        one.known.pk
        for one in found.kept
        if one.kind == StayKind.WINDOW and one.known.kind != StayKind.WINDOW
    ]
    gone = [one.pk for one in found.gone]
    if gone or windows:
        rows = ImportedStay.objects.filter(pk__in=[*gone, *windows], block__isnull=False)
        blocks_drop(prop=prop, block_ids=rows.values_list("block", flat=True), by=SYSTEM)
        ImportedStay.objects.filter(pk__in=windows).update(block=None)
    ImportedStay.objects.filter(source=source).filter(pk__in=gone).delete()
    other = [one for one in found.kept if one.is_other]
    if other:
        _change(other)
    _seen_again(source, today)
    ImportedStay.objects.bulk_create(
        ImportedStay(
            source=source,
            uid=one.uid,
            recurrence_id=one.recurrence_id,
            start=one.start,
            label=one.label,
            first=one.first,
            end=one.end,
            seen_at=at,
            seen_on=today,
        )
        for one in found.new
    )


def _change(other: Sequence[Kept]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.CHANGE_STAYS,
            {
                "ids": [one.known.pk for one in other],
                "uids": [one.busy.uid for one in other],
                "recurrence_ids": [one.busy.recurrence_id for one in other],
                "starts": [one.busy.start for one in other],
                "firsts": [one.busy.first for one in other],
                "ends": [one.busy.end for one in other],
                "kinds": [str(one.kind) for one in other],
                "moves": [one.moves for one in other],
                "moved_on": [one.moved_on for one in other],
            },
        )


def _seen_again(source: CalendarSource, today: date) -> None:
    """Note that all that is known was in the calendar today; forget what is over."""
    stays = ImportedStay.objects.filter(source=source)
    stays.filter(end__lte=today).delete()
    stays.exclude(seen_on=today).update(seen_on=today)


def _windows_at_rest(source: CalendarSource, today: date) -> None:
    """What has not moved on for a day is busy again: no booking window rests."""
    windows = ImportedStay.objects.filter(source=source, kind=StayKind.WINDOW)
    windows.filter(moved_on__lt=today - ONE_DAY).update(
        kind=StayKind.STAY, moves=0, moved_on=None, is_whole=False
    )


def _read(source: CalendarSource, at: datetime) -> None:
    if source.told_at is not None:
        _tell(source, EventKind.CALENDAR_RESTORED)
    source.state, source.problem = SourceState.READ, ""
    source.read_at, source.failures, source.told_at = at, 0, None


def _failed(source: CalendarSource, state: SourceState, problem: str) -> None:
    """Note why the nights of before are kept; told once, when it is not over by itself."""
    source.failures = source.failures + 1 if state == SourceState.FAILING else 0
    is_new = source.told_at is None or source.state != state
    source.state, source.problem = state, problem[:LONGEST_PROBLEM]
    if is_new and (state == SourceState.SHRUNK or source.failures >= FAILURES_TOLD):
        source.told_at = timezone.now()
        _tell(source, EventKind.CALENDAR_FAILED, reason=str(state))
        if not source.property.is_test:
            job_queue(JOB, {"source_id": source.pk, "reason": str(state)})


def _tell(source: CalendarSource, kind: EventKind, **data: str) -> None:
    record(
        kind,
        by=SYSTEM,
        property_id=source.property_id,
        subject=("calendar", source.pk),
        room_uid=source.room_id,
        **data,
    )


def _let_go() -> None:
    """Give the connection back to the pool; a transaction of the caller's keeps it."""
    if not connection.in_atomic_block:
        connection.close()

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError
from bookyflow.core.metrics import Reading
from bookyflow.events import sql
from bookyflow.events.added import kind_of
from bookyflow.events.models import Event, LastPosition
from bookyflow.events.numbering import events_number

RECENT = timedelta(days=14)
KEPT = timedelta(days=90)  # then events are deleted (tasks.events_clear)
LARGEST_PAGE = 1000
_EVER = datetime.min.replace(tzinfo=UTC)
_CLOCKS_DIFFER = timedelta(milliseconds=50)  # that of the database and ours
_OF_A_CALL = 50  # events that are shown with it
_LONGEST_POSITION = 18  # digits; all of them are a bigint


@dataclass(frozen=True)
class FeedItem:
    """An event as feeds show it.

    `sequence` counts the events of its subject, from 1.
    """

    id: int
    kind: str
    property_id: int | None
    subject: tuple[str, int]
    sequence: int
    actor_kind: str
    user_id: int | None
    channel_id: int | None
    is_test: bool
    data: Mapping[str, object]
    at: datetime
    position: int

    @property
    def cursor(self) -> str:
        """The place after it, opaque."""
        return cursor_at(self.position)

    @property
    def description(self) -> str:
        """What such events mean, in a sentence."""
        return str(kind_of(self.kind).label)


@dataclass(frozen=True)
class Followed:
    """Events in the order of the log, and the cursor to go on from, also where there are none."""

    items: list[FeedItem]
    cursor: str
    has_more: bool

    def __bool__(self) -> bool:
        """Whether there are any, as whoever waits for some asks."""
        return bool(self.items)


@dataclass(frozen=True)
class FeedPage:
    """Events in the order of the log, and the cursor of the next page where there is one now."""

    items: list[FeedItem]
    next_cursor: str | None


def feed(
    *,
    property_ids: Iterable[int],
    since: datetime,
    cursor: str = "",
    limit: int = LARGEST_PAGE,
    skipped_channel: int = 0,
) -> FeedPage:
    """The events of properties from `since` on, in the order of their positions, after `cursor`.

    Those that `skipped_channel` caused are left out; 0 is none.

    A reader that goes on from a cursor misses nothing, however late a transaction commits and
    whatever copy of the database it is connected to. What can be numbered is numbered first, so
    that a reader sees what it has just written, unless a transaction begun before still runs; in a
    transaction of the caller's only what is numbered already is seen (events.numbering). Raises
    DomainError `validation_failed` for a cursor that is none of ours. Two queries.
    """
    position = _position(cursor, "cursor")
    events_number()
    found = _read(property_ids, position, limit + 1, since=since, skipped_channel=skipped_channel)
    items = found[:limit]
    return FeedPage(items, items[-1].cursor if len(found) > limit else None)


@dataclass(frozen=True)
class Place:
    """Where in the log a reader goes on, and the newest position that there is."""

    position: int
    newest: int


def place_after(after: str) -> Place:
    """The place of the cursor `after`; "" is before the oldest event that is kept.

    What can be numbered is numbered first, as `feed` has it. Raises DomainError
    `validation_failed` for a cursor that is none of ours, and `cursor_expired` where events behind
    it have been deleted, or the log has not come as far, as after a copy of it was restored. Two
    queries.
    """
    position = _position(after, "after")
    events_number()
    with connection.cursor() as database:
        database.execute(sql.ENDS)
        oldest, newest = database.fetchone()
    if after and not oldest - 1 <= position <= newest:
        raise DomainError("cursor_expired")
    return Place(position, newest)


def follow(*, property_ids: Iterable[int], after: str = "", limit: int = LARGEST_PAGE) -> Followed:
    """The events of properties that are kept, after the cursor `after`; "" is the oldest one.

    As `feed`, and the page always has the cursor to go on from: it moves with the log, also past
    events of others. Raises as `place_after` does. Two queries, and another where the log has
    moved: `property_ids` are not looked up before.
    """
    place = place_after(after)
    if place.position == place.newest:  # as most looks of a reader who waits: asked no further
        return Followed([], cursor_at(place.position), has_more=False)
    found = _read(property_ids, place.position, limit + 1)
    items = found[:limit]
    if len(found) > limit:
        return Followed(items, items[-1].cursor, has_more=True)
    # What was numbered since the ends were read may be on the page.
    at = max([place.position, place.newest, *(item.position for item in items[-1:])])
    return Followed(items, cursor_at(at), has_more=False)


def _read(
    property_ids: Iterable[int],
    position: int,
    limit: int,
    *,
    since: datetime = _EVER,
    skipped_channel: int = 0,
) -> list[FeedItem]:
    with connection.cursor() as database:
        database.execute(
            sql.FEED,
            {
                "property_ids": list(property_ids),
                "since": since,
                "position": position,
                "skipped_channel": skipped_channel,
                "limit": limit,
            },
        )
        return [_item(row) for row in database.fetchall()]


def events_of(*, event_ids: Iterable[int]) -> dict[int, FeedItem]:
    """Events by their ids, as feeds show them; those without a position are missing. One query."""
    with connection.cursor() as database:
        database.execute(sql.EVENTS, {"event_ids": list(event_ids)})
        return {item.id: item for item in map(_item, database.fetchall())}


@dataclass(frozen=True)
class EventsWanted:
    """Which events of a property to look for; what is empty does not matter.

    `actor_kind` is one of ActorKind, `subject` a kind of things and an id, either of which may be
    empty. The range is from `since` up to, not including, `until`.
    """

    kind: str = ""
    user_id: int | None = None
    actor_kind: str = ""
    subject: tuple[str, int | None] = ("", None)
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Logged:
    """An event as feeds show it, and by which key pair it was done, or for whom."""

    item: FeedItem
    key_id: int | None
    proxied_by: int | None


def event_log(
    *, property_id: int, wanted: EventsWanted, limit: int, before: int | None = None
) -> list[Logged]:
    """The events of a property that are wanted, the newest first; `before` is a position.

    What can be numbered is numbered first, as `feed` has it. One query beside that.
    """
    events_number()
    exact = {
        "kind": wanted.kind,
        "user_id": wanted.user_id,
        "actor_kind": wanted.actor_kind,
        "subject_kind": wanted.subject[0],
        "subject_id": wanted.subject[1],
        "at__gte": wanted.since,
        "at__lt": wanted.until,
        "position__lt": before,
    }
    found = Event.objects.filter(property_id=property_id, position__isnull=False)
    found = found.filter(**{name: value for name, value in exact.items() if value})
    return [_logged(event) for event in found.order_by("-position")[:limit]]


def _logged(event: Event) -> Logged:
    item = FeedItem(
        id=event.pk,
        kind=event.kind,
        property_id=event.property_id,
        subject=(event.subject_kind, event.subject_id),
        sequence=event.subject_sequence,
        actor_kind=event.actor_kind,
        user_id=event.user_id,
        channel_id=event.channel_id,
        is_test=event.is_test,
        data=event.data,
        at=event.at,
        position=event.position or 0,
    )
    return Logged(item, event.key_id, event.proxied_by)


def events_by_key(*, key_id: int | None, at: datetime, took: int) -> list[Event]:
    """What a key pair wrote in a call that began `at` and took so many milliseconds; one query.

    Calls of the same key pair at the same time cannot be told apart.
    """
    if key_id is None:
        return []
    ends = at + timedelta(milliseconds=took) + _CLOCKS_DIFFER
    found = Event.objects.filter(key_id=key_id, at__gte=at - _CLOCKS_DIFFER, at__lte=ends)
    return list(found.order_by("pk")[:_OF_A_CALL])


def kinds_caused(*, property_ids: Iterable[int], key_id: int) -> dict[str, datetime]:
    """When a key pair last caused each kind of events at properties; kinds without any are missing.

    One query, of all the events of these properties.
    """
    found = Event.objects.filter(property_id__in=list(property_ids), key_id=key_id)
    return dict(found.values_list("kind").annotate(Max("at")).order_by())


def last_position() -> int:
    """The highest position given so far; what is recorded from now on gets a higher one."""
    return LastPosition.objects.values_list("position", flat=True).first() or 0


def position_of(cursor: str, *, field: str) -> int:
    """The position that a cursor of a feed stands for; 0 for "".

    Raises DomainError `validation_failed`, of `field`, for one that is none of ours.
    """
    return _position(cursor, field)


def recent_counts(*, property_ids: Iterable[int]) -> dict[int, int]:
    """How many events of the last two weeks properties have, by id; those with none are missing.

    Counts what has a position, which the worker gives within a second or so; none is given here.
    """
    found = _recent().filter(property_id__in=list(property_ids))
    return dict(found.values_list("property_id").annotate(n=Count("pk")).order_by())


def _item(row: tuple[Any, ...]) -> FeedItem:
    position, pk, kind, property_id, subject_kind, subject_id, sequence, *rest = row
    actor_kind, user_id, channel_id, is_test, data, at = rest
    return FeedItem(
        id=pk,
        kind=kind,
        property_id=property_id,
        subject=(subject_kind, subject_id),
        sequence=sequence,
        actor_kind=actor_kind,
        user_id=user_id,
        channel_id=channel_id,
        is_test=is_test,
        data=json.loads(data),  # hand-written statements give JSON as text
        at=at,
        position=position,
    )


def cursor_at(position: int) -> str:
    """The cursor of a position in the log, opaque."""
    return base64.urlsafe_b64encode(str(position).encode()).decode().rstrip("=")


def _position(cursor: str, field: str) -> int:
    if not cursor:
        return 0
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded.encode(), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        text = ""
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_POSITION):
        raise DomainError("validation_failed", fields={field: ["Invalid cursor for this list."]})
    return int(text)


def recent_events(*, property_id: int) -> QuerySet[Event]:
    """A property's events of the last two weeks, counted as `recent_counts` does."""
    return _recent().filter(property_id=property_id)


def _recent() -> QuerySet[Event]:
    return Event.objects.filter(position__isnull=False, at__gte=timezone.now() - RECENT)


def feed_lag() -> float:
    """Seconds for which the oldest event that feeds do not show yet has waited; 0 for none."""
    with connection.cursor() as cursor:
        cursor.execute(sql.LAG)
        found = cursor.fetchone()
    return max(0.0, found[0]) if found else 0.0


def feed_reading() -> Reading:
    """By how much feeds are behind."""
    yield "feed_lag_seconds", "For how long the oldest event not shown has waited.", feed_lag()

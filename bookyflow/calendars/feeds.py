"""Calendars that others read: who may, and what they are shown. Services."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from bookyflow.calendars import sql
from bookyflow.calendars.entries import Entry, digest_of, entries_of
from bookyflow.calendars.models import CalendarFeed, CalendarSource, FeedEntry
from bookyflow.core.acting import Actor
from bookyflow.core.crypto import keyed_digest
from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.rooms.models import Room

TOKEN_BYTES = 24
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class FeedOptions:
    """What a feed shows beside the nights of guests, and how what was cancelled is told."""

    names_guests: bool = False
    shows_blocks: bool = True
    shows_holds: bool = False
    keeps_cancelled: bool = False


@transaction.atomic
def feed_add(
    *,
    property_id: int,
    options: FeedOptions,
    by: Actor,
    room_id: int | None = None,
    source_id: int | None = None,
) -> CalendarFeed:
    """Make a feed of a room, or of the whole property where none is named.

    One for the platform of a calendar that is read leaves out what came from there; it is of that
    calendar's room. Raises DomainError `room_not_found`, `calendar_not_found`,
    `calendar_already_exists` where there is the same one.
    """
    prop = property_lock(property_id)
    if source_id is not None:
        source = CalendarSource.objects.filter(pk=source_id, property=prop).first()
        if source is None or room_id not in {None, source.room_id}:
            raise DomainError("calendar_not_found")
        room_id = source.room_id
    elif room_id is not None and not Room.objects.filter(pk=room_id, property=prop).exists():
        raise DomainError("room_not_found")
    same = CalendarFeed.objects.filter(property=prop, room=room_id, source=source_id)
    if same.exists():
        raise DomainError("calendar_already_exists")
    feed = CalendarFeed(property=prop, room_id=room_id, source_id=source_id)
    _fill(feed, options)
    _renew(feed)
    feed.save()
    _tell(feed, EventKind.CALENDAR_FEED_SAVED, by=by)
    return feed


@transaction.atomic
def feed_change(*, property_id: int, feed_id: int, options: FeedOptions, by: Actor) -> CalendarFeed:
    """Change what a feed shows. Raises DomainError `calendar_feed_not_found`."""
    feed = feed_lock(property_id=property_id, feed_id=feed_id)
    if options_of(feed) == options:
        return feed
    _fill(feed, options)
    feed.save()
    _tell(feed, EventKind.CALENDAR_FEED_SAVED, by=by)
    return feed


@transaction.atomic
def feed_renew(*, property_id: int, feed_id: int, by: Actor) -> CalendarFeed:
    """Give a feed another address; the one of before opens nothing from now on.

    Raises DomainError `calendar_feed_not_found`.
    """
    feed = feed_lock(property_id=property_id, feed_id=feed_id)
    _renew(feed)
    feed.fetched_at = None
    feed.save()
    _tell(feed, EventKind.CALENDAR_FEED_SAVED, by=by)
    return feed


@transaction.atomic
def feed_delete(*, property_id: int, feed_id: int, by: Actor) -> CalendarFeed:
    """Delete a feed with its address. Raises DomainError `calendar_feed_not_found`."""
    feed = feed_lock(property_id=property_id, feed_id=feed_id)
    _tell(feed, EventKind.CALENDAR_FEED_DELETED, by=by)
    pk = feed.pk
    feed.delete()
    feed.pk = pk
    return feed


@transaction.atomic
def feed_read(*, token: str, counts: bool = True) -> bytes:
    """The calendar behind an address, as RFC 5545 has it.

    What was shown is written down once, as far as it `counts`: a person who looks at the address is
    no platform that knows of the nights from then on. Raises DomainError `calendar_feed_not_found`.
    """
    digest = keyed_digest(f"calendar feed {token}")
    feed = (
        CalendarFeed.objects.select_related("property__settings", "room")
        .filter(token_digest=digest, property__deleted_at=None)
        .first()
    )
    if feed is None or (feed.room is not None and feed.room.deleted_at is not None):
        raise DomainError("calendar_feed_not_found")
    entries = entries_of(feed)
    if counts:
        _note(feed, entries)
    # Not before it is needed: icalendar takes megabytes.
    from bookyflow.calendars.writing import calendar_written  # noqa: PLC0415

    return calendar_written(feed, entries)


def options_of(feed: CalendarFeed) -> FeedOptions:
    """What a feed shows."""
    return FeedOptions(feed.names_guests, feed.shows_blocks, feed.shows_holds, feed.keeps_cancelled)


def feed_lock(*, property_id: int, feed_id: int) -> CalendarFeed:
    """A feed of a property, locked. Raises DomainError `calendar_feed_not_found`."""
    found = CalendarFeed.objects.select_for_update(of=("self",), no_key=True)
    feed = found.filter(pk=feed_id, property=property_id).first()
    if feed is None:
        raise DomainError("calendar_feed_not_found")
    return feed


def _note(feed: CalendarFeed, entries: list[Entry]) -> None:
    """Write down that a feed was read, once a minute, and what is another than before."""
    now = timezone.now()
    shown = digest_of(entries)
    if shown != feed.shown:
        live = [one for one in entries if not one.is_cancelled]
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SHOW_ENTRIES,
                {
                    "feed_id": feed.pk,
                    "now": now,
                    "uids": [one.uid for one in live],
                    "firsts": [one.first for one in live],
                    "ends": [one.end for one in live],
                    "sequences": [one.sequence for one in live],
                },
            )
        gone = FeedEntry.objects.filter(feed=feed, gone_at=None)
        gone.exclude(uid__in=[one.uid for one in live]).update(gone_at=now)
    elif feed.fetched_at is not None and now - feed.fetched_at < NOTED_EVERY:
        return
    CalendarFeed.objects.filter(pk=feed.pk).update(shown=shown, fetched_at=now)


def _fill(feed: CalendarFeed, options: FeedOptions) -> None:
    feed.names_guests = options.names_guests
    feed.shows_blocks = options.shows_blocks
    feed.shows_holds = options.shows_holds
    feed.keeps_cancelled = options.keeps_cancelled


def _renew(feed: CalendarFeed) -> None:
    feed.token = secrets.token_urlsafe(TOKEN_BYTES)
    feed.token_digest = keyed_digest(f"calendar feed {feed.token}")


def _tell(feed: CalendarFeed, kind: EventKind, *, by: Actor) -> None:
    record(
        kind,
        by=by,
        property_id=feed.property_id,
        subject=("calendar_feed", feed.pk),
        room_uid=feed.room_id,
    )

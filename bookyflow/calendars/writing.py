"""A feed as text: days only, so that nobody's clock or zone moves a night."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, timedelta

from django.conf import settings
from django.utils.translation import gettext, pgettext
from icalendar import Calendar, Event

from bookyflow.calendars.entries import Entry, EntryKind
from bookyflow.calendars.models import CalendarFeed
from bookyflow.core import languages

PRODUCT = "-//BookyFlow//Calendar//EN"


def calendar_written(feed: CalendarFeed, entries: Iterable[Entry]) -> bytes:
    """The calendar of a feed (RFC 5545), in the language of the property."""
    language = languages.readable(feed.property.settings.language)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", _called(feed))
    calendar.add("refresh-interval", timedelta(seconds=settings.CALENDAR_INTERVAL))
    with languages.texts_in(language):
        for entry in entries:
            calendar.add_component(_event(entry))
    written: bytes = calendar.to_ical()
    return written


def _called(feed: CalendarFeed) -> str:
    if feed.room is None:
        return feed.property.name
    return f"{feed.property.name}, {feed.room.number}"


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.first)
    event.add("dtend", entry.end)
    event.add("summary", entry.name or _summary(entry))
    event.add("status", _status(entry))
    event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    return event


def _summary(entry: Entry) -> str:
    if entry.is_cancelled:
        return pgettext("calendar", "Cancelled")
    return {
        EntryKind.STAY: pgettext("calendar", "Reserved"),
        EntryKind.BLOCK: pgettext("calendar", "Not available"),
        EntryKind.HOLD: gettext("Being booked"),
    }[entry.kind]


def _status(entry: Entry) -> str:
    if entry.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if entry.kind == EntryKind.HOLD else "CONFIRMED"

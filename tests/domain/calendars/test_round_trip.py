"""Whatever is taken here is taken there: a feed read back, by us and by other programs' readers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import ics
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from bookyflow.calendars.entries import Entry, EntryKind
from bookyflow.calendars.models import CalendarFeed
from bookyflow.calendars.reading import calendar_read
from bookyflow.calendars.uids import stay_uid
from bookyflow.calendars.writing import calendar_written
from bookyflow.properties.models import Property, PropertySettings
from bookyflow.rooms.models import Room

FIRST = date(2027, 1, 1)
ZONES = ["UTC", "Europe/Rome", "America/New_York", "Pacific/Auckland", "Pacific/Kiritimati"]
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=80)


def feed(language: str = "en-GB") -> CalendarFeed:
    """The feed of a room."""
    prop = Property(name="Harbour; House, Penryn\\Cornwall")
    prop.settings = PropertySettings(language=language)
    return CalendarFeed(property=prop, room=Room(number="1"))


@st.composite
def stays(draw) -> list[Entry]:
    """Stays of a room, one after the other, some the day after."""
    found, day = [], FIRST
    for serial in range(1, draw(st.integers(0, 12)) + 1):
        day += timedelta(days=draw(st.integers(0, 40)))
        end = day + timedelta(days=draw(st.integers(1, 30)))
        found.append(
            Entry(
                uid=stay_uid(serial),
                first=day,
                end=end,
                sequence=draw(st.integers(0, 99)),
                changed_at=datetime(2026, 11, 29, draw(st.integers(0, 23)), tzinfo=UTC),
                kind=draw(st.sampled_from(EntryKind)),
                name=draw(NAMES),
            )
        )
        day = end
    return found


def by_us(text: bytes, zone: str) -> list[tuple[date, date]]:
    found = calendar_read(text, zone=ZoneInfo(zone), first=FIRST, end=date(2030, 1, 1))
    assert found.notes == []
    return [(one.first, one.end) for one in found.busy]


def by_icalendar(text: bytes, zone: str) -> list[tuple[date, date]]:
    events = Calendar.from_ical(text).walk("VEVENT")
    return [(one["DTSTART"].dt, one["DTEND"].dt) for one in events]


def by_ical(text: bytes, zone: str) -> list[tuple[date, date]]:
    calendar = IcsCalendarStream.calendar_from_ics(text.decode())
    return [(one.dtstart, one.end) for one in calendar.events]


def by_ics(text: bytes, zone: str) -> list[tuple[date, date]]:
    # It gives all-day events as midnights of UTC.
    events = ics.Calendar(text.decode()).events
    assert all(one.all_day for one in events)
    return sorted((one.begin.date(), one.end.date()) for one in events)


@settings(max_examples=max(40, settings().max_examples // 3))
@pytest.mark.parametrize("read", [by_us, by_icalendar, by_ical, by_ics])
@given(entries=stays(), zone=st.sampled_from(ZONES))
def test_all_readers_find_the_same_nights(read, entries, zone):
    text = calendar_written(feed(), entries)

    assert read(text, zone) == [(one.first, one.end) for one in entries]


@given(entries=stays())
def test_what_is_written_is_what_rfc_5545_wants(entries):
    text = calendar_written(feed("de-DE"), entries)

    lines = text.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in text.replace(b"\r\n", b"")
    events = Calendar.from_ical(text).walk("VEVENT")
    for event, entry in zip(events, entries, strict=True):
        assert event["UID"] == entry.uid
        assert event["DTSTAMP"].dt == entry.changed_at
        assert event["DTSTAMP"].to_ical().endswith(b"Z")
        assert event["SEQUENCE"] == entry.sequence

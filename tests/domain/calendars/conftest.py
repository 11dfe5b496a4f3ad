from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from bookyflow.calendars.models import CalendarSource
from bookyflow.calendars.polling import Polled, reading_take
from bookyflow.calendars.reading import BusyNights, Reading
from bookyflow.calendars.sources import CalendarDetails, source_add
from bookyflow.core.acting import SYSTEM

URL = "https://calendars.example.com/room-1.ics"


def event(first: date, end: date, uid: str = "", label: str = "Reserved") -> BusyNights:
    """What a reading has of an event of whole days."""
    return BusyNights(uid or f"{first}@ota", "", f"{first:%Y%m%d}", first, end, label)


def ics(*events: str, lines: tuple[str, ...] = ()) -> bytes:
    """A calendar of events, each its lines with blanks between."""
    text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//Test//EN", *lines]
    for one in events:
        text += ["BEGIN:VEVENT", *one.split(" "), "END:VEVENT"]
    return "\r\n".join([*text, "END:VCALENDAR", ""]).encode()


@pytest.fixture
def room(hotel):
    """Room 1."""
    return hotel.rooms.get(number="1")


@pytest.fixture
def source(hotel, room):
    """A calendar of room 1."""
    details = CalendarDetails("Seaside Stays", URL)
    return source_add(property_id=hotel.pk, room_id=room.pk, details=details, by=SYSTEM)


def read(source: CalendarSource, *busy: BusyNights, **polled) -> CalendarSource:
    """Have a calendar say something; it as it is afterwards."""
    reading = None if polled else Reading(busy, [])
    reading_take(
        source_id=source.pk,
        turn=CalendarSource.objects.get(pk=source.pk).turn,
        polled=Polled(reading, **polled),
        at=timezone.now(),
    )
    return CalendarSource.objects.get(pk=source.pk)


def ahead(number: int) -> timedelta:
    return timedelta(days=number)

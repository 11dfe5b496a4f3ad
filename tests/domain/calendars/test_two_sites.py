"""Two sites that read each other's calendars, for a month, while much goes wrong."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.utils import timezone

from bookyflow.availability.models import Occupancy
from bookyflow.calendars.feeds import FeedOptions, feed_add, feed_read
from bookyflow.calendars.models import CalendarConflict, CalendarFeed, CalendarSource, ImportedStay
from bookyflow.calendars.polling import Polled, reading_take
from bookyflow.calendars.reading import CalendarUnreadable, calendar_read
from bookyflow.calendars.sources import CalendarDetails, source_add
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import Stay, days
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.properties.models import Property
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking, BookingKind
from tests.conftest import make_hotel
from tests.domain.calendars.conftest import ahead
from tests.domain.conftest import book

pytestmark = pytest.mark.django_db
DAYS, ROUNDS = 30, 2  # a day


@dataclass
class Side:
    """One of the two: a house with one room, its calendar for the other, and that of the other."""

    prop: Property
    feed: CalendarFeed
    source: CalendarSource

    def nights(self) -> set[date]:
        """What guests of this side have booked."""
        rows = Occupancy.objects.filter(property=self.prop, kind="booking")
        return {night for row in rows for night in days(row.nights.lower, row.nights.upper)}

    def shows(self) -> bytes:
        """Its calendar for the other."""
        return feed_read(token=CalendarFeed.objects.get(pk=self.feed.pk).token)

    def read(self, content: bytes | None) -> None:
        """Take what the other side says; nothing is an error of its server."""
        source = CalendarSource.objects.get(pk=self.source.pk)
        today = self.prop.settings.today()
        polled = Polled(problem="It answers with status 502.")
        if content is not None:
            try:
                reading = calendar_read(
                    content,
                    zone=self.prop.settings.zone(),
                    first=today - ahead(1),
                    end=today + ahead(700),
                )
                polled = Polled(reading)
            except CalendarUnreadable as problem:
                polled = Polled(problem=str(problem))
        reading_take(source_id=source.pk, turn=source.turn, polled=polled, at=timezone.now())


@pytest.fixture
def sides(manager):
    """Two houses that know of each other by their calendars only."""

    def side(name: str) -> Side:
        prop = make_hotel(manager, name=name)
        room, *others = prop.rooms.order_by("number")
        for other in others:
            other.delete()
        details = CalendarDetails("The other", f"https://{name}.example.com/1.ics")
        source = source_add(property_id=prop.pk, room_id=room.pk, details=details, by=SYSTEM)
        feed = feed_add(property_id=prop.pk, source_id=source.pk, options=FeedOptions(), by=SYSTEM)
        return Side(prop, feed, source)

    return side("north"), side("south")


def broken(content: bytes, chance: random.Random) -> bytes | None:
    """What arrives of a calendar: now and then nothing, an error page, or a part."""
    return chance.choice([None, b"<html>Bad gateway</html>", content[: len(content) // 2]])


@dataclass
class Month:
    """What has happened: counts, what each side has heard of, and what was sold unknowingly."""

    sides: tuple[Side, Side]
    chance: random.Random
    booked: int = 0
    refused: int = 0
    cancelled: int = 0
    heard: dict[str, set[date]] = field(default_factory=dict)
    unknown: set[date] = field(default_factory=set)

    def step(self) -> None:
        """A few hours: somebody may book or cancel on either side; then both read."""
        pairs = (self.sides, self.sides[::-1])
        for here, there in pairs:
            if self.chance.random() < 0.5:
                self.book(here, there)
            if self.chance.random() < 0.1:
                self.cancel(here)
        for here, there in pairs:
            self.read(here, there)

    def book(self, here: Side, there: Side) -> None:
        first = here.prop.settings.today() + ahead(self.chance.randrange(1, 60))
        wanted = Stay(first, first + ahead(self.chance.randrange(1, 6)))
        try:
            book(here.prop, wanted)
        except DomainError:
            self.refused += 1
            return
        self.booked += 1
        # What this side has heard of can never be sold.
        assert not set(wanted.nights) & self.heard.get(here.prop.name, set())
        self.unknown |= set(wanted.nights) & there.nights()

    def cancel(self, here: Side) -> None:
        to_come = Booking.objects.filter(
            property=here.prop,
            kind=BookingKind.BOOKING,
            state__in=["confirmed", "provisional"],
            arrival__gt=here.prop.settings.today(),
        )
        if one := to_come.order_by("arrival").first():
            booking_cancel(booking_id=one.pk, property_id=here.prop.pk, by=SYSTEM)
            self.cancelled += 1

    def read(self, here: Side, there: Side) -> None:
        content = there.shows()
        fails = self.chance.random() < 0.3
        here.read(broken(content, self.chance) if fails else content)
        state = CalendarSource.objects.get(pk=here.source.pk).state
        if state == "read" and not fails:
            self.heard[here.prop.name] = there.nights()


def test_a_month_of_two_sites(sides, time_machine):
    start = timezone.now().replace(hour=8, minute=0)
    month = Month(sides, random.Random(15))
    for step in range(DAYS * ROUNDS):
        time_machine.move_to(start + timedelta(hours=24 / ROUNDS * step), tick=False)
        month.step()
    for here, there in (sides, sides[::-1]):
        here.read(there.shows())

    assert (month.booked > 20, month.refused > 2, month.cancelled > 1) == (True, True, True)
    both = sides[0].nights() & sides[1].nights()
    assert both <= month.unknown  # nothing is sold twice but what neither could know
    today = sides[0].prop.settings.today()
    assert {night for night in both if night >= today} <= conflict_nights()
    told = Event.objects.filter(kind="calendar_conflict").count()
    assert told == CalendarConflict.objects.count() > 0
    assert not any(map(echoes, sides))


def conflict_nights() -> set[date]:
    """The nights of open conflicts."""
    found = CalendarConflict.objects.filter(ended_at=None)
    return {night for one in found for night in days(one.first, one.end)}


def echoes(side: Side) -> bool:
    """Whether a block of a side is a stay of its own that has come back."""
    blocked = ImportedStay.objects.filter(source=side.source, block__isnull=False)
    serials = [int(stay.uid.partition("-")[0]) for stay in blocked]
    return Booking.objects.filter(pk__in=serials, property=side.prop).exists()

"""Two sites that read each other's calendars, for a month, while much goes wrong."""

from __future__ import annotations

import random
from dataclasses import dataclass
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
DAYS, ROUNDS = 30, 6  # a day; every four hours


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


@pytest.mark.parametrize("seed", range(3))
def test_a_month_of_two_sites(sides, time_machine, seed):
    chance = random.Random(seed)
    start = timezone.now().replace(hour=8, minute=0)
    refused = booked = cancelled = 0
    last_heard = {id(side): set() for side in sides}
    sold_unknown = set()
    for step in range(DAYS * ROUNDS):
        time_machine.move_to(start + timedelta(hours=24 / ROUNDS * step), tick=False)
        for here, there in (sides, sides[::-1]):
            today = here.prop.settings.today()
            if chance.random() < 0.25:
                first = today + ahead(chance.randrange(1, 60))
                wanted = Stay(first, first + ahead(chance.randrange(1, 6)))
                try:
                    book(here.prop, wanted)
                except DomainError:
                    refused += 1
                else:
                    booked += 1
                    # What this side has heard of can never be sold.
                    assert not set(wanted.nights) & last_heard[id(here)]
                    sold_unknown |= set(wanted.nights) & there.nights()
            if chance.random() < 0.05:
                alive = Booking.objects.filter(
                    property=here.prop,
                    kind=BookingKind.BOOKING,
                    state__in=["confirmed", "provisional"],
                    arrival__gt=today,
                )
                if one := alive.order_by("arrival").first():
                    booking_cancel(booking_id=one.pk, property_id=here.prop.pk, by=SYSTEM)
                    cancelled += 1
        for here, there in (sides, sides[::-1]):
            content = feed_read(token=CalendarFeed.objects.get(pk=there.feed.pk).token)
            fails = chance.random() < 0.3
            here.read(broken(content, chance) if fails else content)
            state = CalendarSource.objects.get(pk=here.source.pk).state
            if state == "read" and not fails:
                last_heard[id(here)] = there.nights()

    assert (booked > 20, refused > 2, cancelled > 1) == (True, True, True)
    both = sides[0].nights() & sides[1].nights()
    assert both <= sold_unknown  # nothing is sold twice but what neither could know
    for side in sides:
        side.read(feed_read(token=other(sides, side).feed.token))
    told = conflict_nights(sides)
    to_come = {night for night in both if night >= sides[0].prop.settings.today()}
    assert to_come <= told
    assert Event.objects.filter(kind="calendar_conflict").count() == (
        CalendarConflict.objects.count()
    )
    assert no_echo(sides)


def other(sides, side):
    return sides[1] if side is sides[0] else sides[0]


def conflict_nights(sides) -> set[date]:
    """The nights of open conflicts."""
    found = CalendarConflict.objects.filter(ended_at=None)
    return {night for one in found for night in days(one.first, one.end)}


def no_echo(sides) -> bool:
    """Whether no block of a side is a stay of its own that has come back."""
    for side in sides:
        for stay in ImportedStay.objects.filter(source=side.source, block__isnull=False):
            serial = int(stay.uid.partition("-")[0])
            if Booking.objects.filter(pk=serial, property=side.prop).exists():
                return False
    return True

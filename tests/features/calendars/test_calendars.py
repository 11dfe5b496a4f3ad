"""What platforms read at the address of a feed."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from bookyflow.calendars.feeds import FeedOptions, feed_add
from bookyflow.calendars.models import CalendarFeed
from bookyflow.core.acting import SYSTEM
from tests.domain.conftest import book, stay
from tests.examples import example

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed(hotel):
    """The feed of room 1, in which somebody stays."""
    book(hotel, stay(3, 4))
    room = hotel.rooms.get(number="1")
    return feed_add(property_id=hotel.pk, room_id=room.pk, options=FeedOptions(), by=SYSTEM)


def address(token):
    return f"/bookyflow/api/calendars/{token}.ics"


def test_whoever_knows_the_address_reads_it(anonymous, feed):
    answer = anonymous.get(address(feed.token))

    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar"
    shown = example("calendars.read_feed").answer
    assert lines_of(answer.content) == lines_of(shown)
    assert CalendarFeed.objects.get().fetched_at is not None


def lines_of(text):
    """The names of the lines of a calendar, and what is the same in each."""
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    return sorted(event), event["SUMMARY"], event["STATUS"], event["DTSTART"].params


def test_nothing_is_sent_again_while_nothing_changes(anonymous, feed, hotel):
    tag = anonymous.get(address(feed.token))["ETag"]

    again = anonymous.get(address(feed.token), HTTP_IF_NONE_MATCH=tag)
    assert (again.status_code, again.content) == (304, b"")
    book(hotel, stay(10, 2))
    after = anonymous.get(address(feed.token), HTTP_IF_NONE_MATCH=tag)

    assert after.status_code == 200


def test_a_browser_is_no_platform(anonymous, feed):
    answer = anonymous.get(address(feed.token), HTTP_ACCEPT="text/html,*/*")

    assert answer.status_code == 200
    assert CalendarFeed.objects.get().fetched_at is None


def test_another_address_is_none(anonymous, feed):
    other = "y" if feed.token.endswith("x") else "x"
    answer = anonymous.get(address(feed.token[:-1] + other))

    assert (answer.status_code, answer.json()["key"]) == (404, "calendar_feed_not_found")


def test_the_room_of_a_feed_may_be_gone(anonymous, feed, hotel, time_machine):
    hotel.rooms.update(deleted_at="2026-01-01T00:00:00Z")

    assert anonymous.get(address(feed.token)).status_code == 404

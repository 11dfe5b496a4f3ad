"""The pages of calendars that rooms share with other platforms."""

from __future__ import annotations

import pytest

from bookyflow.calendars.feeds import FeedOptions, feed_add
from bookyflow.calendars.models import CalendarFeed, CalendarSource
from bookyflow.calendars.sources import CalendarDetails, source_add
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import today_in
from bookyflow.guests.models import GuestReading
from tests.domain.calendars.conftest import URL, ahead, event, read
from tests.domain.conftest import book, stay

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(here):
    return f"{here}/calendars"


@pytest.fixture
def room(house):
    return house.rooms.get(number="1")


@pytest.fixture
def source(house, room):
    details = CalendarDetails("Seaside Stays", URL)
    return source_add(property_id=house.pk, room_id=room.pk, details=details, by=SYSTEM)


@pytest.fixture
def feed(house, room):
    return feed_add(property_id=house.pk, room_id=room.pk, options=FeedOptions(), by=SYSTEM)


def text_of(answer):
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_a_calendar_is_added_read_changed_and_given_up(signed_in, here, room):
    answer = signed_in.post(f"{here}/new", {"room": room.pk, "name": "Seaside Stays", "url": URL})
    assert answer["Location"] == here
    source = CalendarSource.objects.get()
    assert source.room == room
    assert "Not read yet" in text_of(signed_in.get(here))

    one = f"{here}/{source.pk}"
    signed_in.post(f"{one}/edit", {"name": "Hill Homes", "url": URL})
    source.refresh_from_db()
    assert (source.name, source.is_enabled) == ("Hill Homes", False)
    assert "Switched off" in text_of(signed_in.get(one))

    assert "also those that are sold there" in text_of(signed_in.get(f"{one}/delete"))
    signed_in.post(f"{one}/delete")
    assert not CalendarSource.objects.exists()


def test_an_address_that_cannot_be_is_told_beside_it(signed_in, here, room):
    body = {"room": room.pk, "name": "Seaside Stays", "url": "http://calendars.example.com/"}

    answer = signed_in.post(f"{here}/new", body)

    assert answer.status_code == 400
    assert "It must begin with https://." in answer.content.decode()


def test_how_a_calendar_does(signed_in, here, house, source):
    today = today_in("UTC")
    read(source, event(today + ahead(3), today + ahead(6), label="Amara"))

    page = text_of(signed_in.get(f"{here}/{source.pk}"))

    for told in ("Amara", "Closes the room", "minutes ago", "Next reading"):
        assert told.replace(" ", "\xa0") in page or told in page
    read(source, problem="It answers with status 503.")
    assert "status 503" in text_of(signed_in.get(f"{here}/{source.pk}"))


def test_one_that_has_shrunk_is_taken_as_it_is_once_the_owner_says_so(signed_in, here, source):
    today = today_in("UTC")
    read(source, event(today + ahead(3), today + ahead(6)))
    read(source)
    one = f"{here}/{source.pk}"
    assert "Take it as it is now" in text_of(signed_in.get(one))

    assert "a fault of theirs looks the same" in text_of(signed_in.get(f"{one}/accept"))
    signed_in.post(f"{one}/accept")

    source.refresh_from_db()
    assert source.accepts_next is True


def test_a_calendar_can_be_read_at_once(signed_in, here, source):
    read(source)
    before = CalendarSource.objects.get().next_poll_at

    signed_in.post(f"{here}/{source.pk}/read")

    assert CalendarSource.objects.get().next_poll_at < before


def test_what_is_sold_twice_is_on_top_of_the_calendars_and_of_the_room_plan(
    signed_in, here, house, source
):
    booking, today = book(house, stay(4, 4)), today_in("UTC")
    read(source, event(today + ahead(3), today + ahead(6)))

    for page in (here, f"/bookyflow/p/{house.pk}/plan"):
        told = text_of(signed_in.get(page))
        assert "1 stay is sold twice" in told
        assert f"Booking {booking.number}, Lovelace" in told
    assert GuestReading.objects.filter(guest=booking.guest).count() == 2


def test_imported_nights_are_bars_of_their_own(signed_in, house, source):
    today = today_in("UTC")
    read(source, event(today + ahead(3), today + ahead(6)))

    plan = text_of(signed_in.get(f"/bookyflow/p/{house.pk}/plan"))

    assert plan.count("bar s-imported") == 1
    assert "Seaside Stays: Reserved, Taken in another calendar" in plan


def test_a_calendar_for_others_is_made_shown_changed_renewed_and_deleted(
    signed_in, here, house, room, source
):
    signed_in.post(f"{here}/feeds/new", {"of": f"calendar-{source.pk}", "shows_blocks": "on"})
    feed = CalendarFeed.objects.get()
    assert (feed.room, feed.source, feed.shows_blocks) == (room, source, True)
    page = text_of(signed_in.get(here))
    assert f"http://testserver/bookyflow/api/calendars/{feed.token}.ics" in page
    assert "after minutes to hours" in page

    one = f"{here}/feeds/{feed.pk}"
    signed_in.post(one, {"names_guests": "on"})
    feed.refresh_from_db()
    assert (feed.names_guests, feed.shows_blocks) == (True, False)

    before = feed.token
    signed_in.post(f"{one}/renew")
    feed.refresh_from_db()
    assert feed.token != before

    signed_in.post(f"{one}/delete")
    assert not CalendarFeed.objects.exists()


@pytest.mark.parametrize(("chosen", "ids"), [("", (None, None)), ("room-{room}", ("{room}", None))])
def test_of_what_a_calendar_for_others_is(signed_in, here, room, chosen, ids):
    signed_in.post(f"{here}/feeds/new", {"of": chosen.format(room=room.pk)})

    feed = CalendarFeed.objects.get()
    assert (feed.room_id, feed.source_id) == (room.pk if ids[0] else None, None)


def test_there_is_one_of_a_room(signed_in, here, room, feed):
    answer = signed_in.post(f"{here}/feeds/new", {"of": f"room-{room.pk}"})

    assert answer.status_code == 409


@pytest.mark.parametrize("page", ["999", "999/edit", "999/delete", "999/accept", "feeds/999"])
def test_what_there_is_not(signed_in, here, page):
    assert signed_in.get(f"{here}/{page}").status_code == 404

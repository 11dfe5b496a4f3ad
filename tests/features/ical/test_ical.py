"""Calendars that are shared with other platforms, managed by their manager."""

from __future__ import annotations

import pytest

from bookyflow.calendars import sources
from bookyflow.calendars.models import CalendarFeed, CalendarSource
from bookyflow.core.dates import today_in
from bookyflow.events.models import Event
from tests.conftest import make_hotel
from tests.domain.calendars.conftest import ahead, event, read
from tests.domain.conftest import book, stay
from tests.examples import as_shown, example
from tests.features.conftest import problem, queries

pytestmark = pytest.mark.django_db
# What is another in each answer.
OWN = (
    *("feed_uid", "room_uid", "calendar_uid", "url", "conflict_uid", "contract_uid"),
    *("arrival", "departure", "contract_arrival", "contract_departure", "found_at"),
    *("fetched_at", "polled_at", "read_at", "next_poll_at", "notes"),
)


@pytest.fixture
def client(client_for):
    return client_for("ical_get ical_set")


@pytest.fixture
def base(hotel):
    return f"/bookyflow/api/ical/{hotel.pk}"


@pytest.fixture
def room(hotel):
    return hotel.rooms.get(number="1")


@pytest.fixture
def feed(client, base, room):
    """The id of a feed of room 1."""
    body = example("ical.add_feed").request | {"room_uid": room.pk}
    return client.post(f"{base}/feeds", body).json()["data"]["feed"]["feed_uid"]


@pytest.fixture
def calendar(client, base, room):
    """The id of a calendar that is read for room 1."""
    answer = client.post(f"{base}/rooms/{room.pk}/calendars", example("ical.add_calendar").request)
    return answer.json()["data"]["calendar"]["calendar_uid"]


def shown(answer, name):
    """The value of an answer, with what is another in each as the example has it."""
    assert answer.status_code == 200, answer.content
    (value,) = answer.json()["data"].values()
    return as_shown(value, example(f"ical.{name}").answer, *OWN)


def compared(answer, name):
    assert shown(answer, name) == example(f"ical.{name}").answer


def test_a_feed_and_its_address(client, anonymous, base, room):
    body = example("ical.add_feed").request | {"room_uid": room.pk}
    answer = client.post(f"{base}/feeds", body)

    compared(answer, "add_feed")
    made = answer.json()["data"]["feed"]
    assert made["room_uid"] == room.pk
    assert answer["Cache-Control"] == "no-store"
    assert anonymous.get(made["url"].removeprefix("http://testserver")).status_code == 200
    compared(client.get(f"{base}/feeds"), "list_feeds")


def test_a_calendar_that_cannot_be_read_says_why(client, base, calendar):
    read(CalendarSource.objects.get(pk=calendar), problem="It answers with status 500.")

    (shown,) = client.get(f"{base}/calendars").json()["data"]["calendars"]

    assert shown["problem"] == "It answers with status 500."


def test_a_feed_of_the_whole_property(client, base):
    made = client.post(f"{base}/feeds", {}).json()["data"]["feed"]

    assert (made["room_uid"], made["calendar_uid"], made["with_blocks"]) == (None, None, True)


def test_a_feed_for_the_platform_of_a_calendar(client, base, calendar, room):
    made = client.post(f"{base}/feeds", {"calendar_uid": calendar}).json()["data"]["feed"]

    assert (made["room_uid"], made["calendar_uid"]) == (room.pk, calendar)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"room_uid": 0}, (400, "validation_failed", ["room_uid"])),
        ({"room_uid": 999_999}, (404, "room_not_found", [])),
        ({"calendar_uid": 999_999}, (404, "calendar_not_found", [])),
    ],
)
def test_a_feed_that_cannot_be(client, base, body, expected):
    assert problem(client.post(f"{base}/feeds", body)) == expected


def test_there_is_one_feed_of_a_room(client, base, feed, room):
    answer = client.post(f"{base}/feeds", {"room_uid": room.pk})

    assert problem(answer) == (409, "calendar_already_exists", [])


def test_a_feed_is_changed_renewed_and_deleted(client, base, feed):
    before = CalendarFeed.objects.get().token
    compared(client.put(f"{base}/feeds/{feed}", example("ical.change_feed").request), "change_feed")
    CalendarFeed.objects.update(names_guests=False, keeps_cancelled=False)

    compared(client.post(f"{base}/feeds/{feed}/renew"), "renew_feed")
    assert CalendarFeed.objects.get().token != before

    compared(client.delete(f"{base}/feeds/{feed}"), "delete_feed")
    assert not CalendarFeed.objects.exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [("put", "feeds/{}"), ("post", "feeds/{}/renew"), ("delete", "feeds/{}")],
)
def test_a_feed_of_another_property_is_none(client, base, feed, manager, method, path):
    other = make_hotel(manager, name="Other")
    CalendarFeed.objects.update(property=other, room=None)

    answer = getattr(client, method)(f"{base}/{path.format(feed)}", {})

    assert problem(answer) == (404, "calendar_feed_not_found", [])


def test_a_calendar_is_read_for_a_room(client, base, room):
    answer = client.post(f"{base}/rooms/{room.pk}/calendars", example("ical.add_calendar").request)

    compared(answer, "add_calendar")
    assert CalendarSource.objects.get().room == room
    source = read(CalendarSource.objects.get())
    source.notes = [{"kind": "zone_unknown", "about": "Mars/Base"}]
    source.save()
    compared(client.get(f"{base}/calendars"), "list_calendars")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"url": "http://calendars.example.com/1.ics"}, (400, "validation_failed", ["url"])),
        ({"url": "https://10.0.0.1/1.ics"}, (400, "validation_failed", ["url"])),
        ({"name": " "}, (400, "validation_failed", ["name"])),
    ],
)
def test_a_calendar_that_cannot_be(client, base, room, changes, expected):
    body = example("ical.add_calendar").request | changes

    assert problem(client.post(f"{base}/rooms/{room.pk}/calendars", body)) == expected


def test_a_calendar_needs_a_room_and_is_there_once(client, base, room, calendar, monkeypatch):
    body = example("ical.add_calendar").request
    again = client.post(f"{base}/rooms/{room.pk}/calendars", body)
    nowhere = client.post(f"{base}/rooms/999999/calendars", body)
    monkeypatch.setattr(sources, "MOST_OF_A_ROOM", 1)
    more = client.post(
        f"{base}/rooms/{room.pk}/calendars", body | {"url": "https://b.example.com/"}
    )

    assert problem(again) == (409, "calendar_already_exists", [])
    assert problem(nowhere) == (404, "room_not_found", [])
    assert problem(more) == (409, "conflict", [])


def test_a_calendar_is_changed(client, base, room, calendar):
    request = example("ical.change_calendar").request

    compared(client.put(f"{base}/calendars/{calendar}", request), "change_calendar")

    other = {"name": "Other", "url": "https://other.example.com/1.ics"}
    client.post(f"{base}/rooms/{room.pk}/calendars", other)
    taken = client.put(f"{base}/calendars/{calendar}", {"calendar": other})
    assert problem(taken) == (409, "calendar_already_exists", [])


def test_it_is_read_when_it_is_asked_for_and_accepted_when_it_has_shrunk(client, base, calendar):
    compared(client.post(f"{base}/calendars/{calendar}/read"), "read_calendar_now")
    compared(client.post(f"{base}/calendars/{calendar}/accept"), "accept_calendar")
    assert CalendarSource.objects.get().accepts_next is False
    CalendarSource.objects.update(state="shrunk")

    client.post(f"{base}/calendars/{calendar}/accept")

    assert CalendarSource.objects.get().accepts_next is True


def test_a_calendar_is_deleted(client, base, calendar):
    compared(client.delete(f"{base}/calendars/{calendar}"), "delete_calendar")

    assert not CalendarSource.objects.exists()
    assert Event.objects.last().kind == "calendar_deleted"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("put", "calendars/{}"),
        ("delete", "calendars/{}"),
        ("post", "calendars/{}/read"),
        ("post", "calendars/{}/accept"),
        ("get", "calendars/{}/stays"),
    ],
)
def test_a_calendar_of_another_property_is_none(client, calendar, manager, method, path):
    other = make_hotel(manager, name="Other")
    body = example("ical.change_calendar").request if method == "put" else None

    send = getattr(client, method)
    answer = send(f"/bookyflow/api/ical/{other.pk}/{path.format(calendar)}", body)

    assert problem(answer) == (404, "calendar_not_found", [])


def test_what_a_calendar_says_and_with_what_it_conflicts(client, base, calendar, hotel):
    source, today = CalendarSource.objects.get(), today_in("UTC")
    booking = book(hotel, stay(11, 4))
    read(
        source,
        event(today + ahead(3), today + ahead(6)),
        event(today + ahead(10), today + ahead(13)),
    )

    stays = client.get(f"{base}/calendars/{calendar}/stays")

    first = as_shown(stays.json()["data"]["stays"][0], example("ical.list_stays").answer[0], *OWN)
    assert first == example("ical.list_stays").answer[0]
    assert [one["is_whole"] for one in stays.json()["data"]["stays"]] == [True, False]
    conflicts = client.get(f"{base}/conflicts")
    compared(conflicts, "list_conflicts")
    (found,) = conflicts.json()["data"]["conflicts"]
    assert (found["contract_uid"], found["arrival"]) == (
        booking.pk,
        (today + ahead(10)).isoformat(),
    )


def test_lists_take_as_many_statements_as_they_are_long_or_not(client, base, hotel, room, calendar):
    paths = [f"{base}/feeds", f"{base}/calendars", f"{base}/conflicts"]
    before = [queries(client, path) for path in paths]
    for number in range(3):
        body = {"name": "Other", "url": f"https://other.example.com/{number}.ics"}
        answer = client.post(f"{base}/rooms/{room.pk}/calendars", body)
        uid = answer.json()["data"]["calendar"]["calendar_uid"]
        client.post(f"{base}/feeds", {"calendar_uid": uid})

    assert [queries(client, path) for path in paths] == before

"""GET /webhooks/events."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone

from bookyflow.accounts.models import KeyPair
from bookyflow.api.calls import waiting
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import utc_text
from bookyflow.events.models import Event, EventKind, LastPosition
from bookyflow.events.services import record
from bookyflow.properties.models import KeyProperty, ManagerAccess, Property
from tests.conftest import make_hotel
from tests.examples import as_shown, example
from tests.features.conftest import problem, queries
from tests.feeds import settled

pytestmark = pytest.mark.django_db

PATH = "/bookyflow/api/webhooks/events"


def feed(client, **query):
    answer = client.get(PATH, query)
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]["feed"]


def kinds(found):
    return [event["message"]["type"] for event in found["events"]]


def test_tells_what_happened_before_any_webhook(follower, happens, hotel, manager):
    at = happens(EventKind.BOOKING_ADDED, subject=("booking", 912), contract_uid=912)
    event = Event.objects.get(pk=at)

    found = feed(follower)

    own = ("id", "cursor", "next", "timestamp", "property_uid", "manager_id", "link")
    shown = example("webhooks.list_events").answer
    assert as_shown(found, shown, *own) == shown
    (told,) = found["events"]
    assert told["id"] == f"event_{at}"
    assert told["message"]["timestamp"] == utc_text(event.at)
    data = told["message"]["data"]
    assert (data["property_uid"], data["manager_id"]) == (hotel.pk, manager.pk)
    assert data["link"] == f"/bookyflow/api/webhooks/{hotel.pk}/booking_added/912"


def test_goes_on_from_a_cursor(follower, happens):
    for _ in range(5):
        happens()

    first = feed(follower, limit=2)
    second = feed(follower, after=first["next"], limit=2)
    third = feed(follower, after=second["next"])
    nothing = feed(follower, after=third["next"])

    assert [first["has_more"], second["has_more"], third["has_more"]] == [True, True, False]
    pages = (first, second, third)
    sequences = [
        event["message"]["data"]["object"]["sequence"] for page in pages for event in page["events"]
    ]
    assert sequences == [1, 2, 3, 4, 5]
    assert nothing == {"events": [], "next": third["next"], "has_more": False}
    assert feed(follower, after=first["events"][0]["cursor"], limit=1)["events"] == [
        first["events"][1]
    ]


def test_the_cursor_moves_past_what_others_see(follower, happens, stranger):
    elsewhere = make_hotel(stranger)
    happens(property_id=elsewhere.pk)

    found = feed(follower)

    assert found["events"] == []
    happens(EventKind.ROOM_ADDED, subject=("room", 5))
    assert kinds(feed(follower, after=found["next"])) == ["room_added"]


def test_only_what_the_key_reaches(client_for, happens, hotel, manager):
    other = make_hotel(manager, name="Other")
    trial = make_hotel(manager, name="Trial", is_test=True)
    for prop in (hotel, other, trial):
        happens(property_id=prop.pk)
    limited = client_for("webhooks_get", all_properties=False)
    KeyProperty.objects.create(key=limited.key, property=other)
    tester = client_for("webhooks_get", is_test=True)

    def seen(client):
        return [event["message"]["data"]["property_uid"] for event in feed(client)["events"]]

    assert seen(client_for("webhooks_get")) == [hotel.pk, other.pk]
    assert seen(limited) == [other.pk]
    assert seen(tester) == [trial.pk]


def test_the_end_of_a_property_is_told(follower, happens, hotel):
    happens(EventKind.PROPERTY_DELETED)
    Property.objects.filter(pk=hotel.pk).update(deleted_at=timezone.now())

    assert kinds(feed(follower)) == ["property_deleted"]


def test_a_cursor_that_is_none(follower):
    answer = follower.get(PATH, {"after": "hello"})

    assert problem(answer) == (400, "validation_failed", ["after"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"wait": 21}, "wait"),
        ({"wait": -1}, "wait"),
        ({"wait": "x"}, "wait"),
        ({"after": "a" * 101}, "after"),
    ],
)
def test_refuses_what_makes_no_sense(follower, query, field):
    assert problem(follower.get(PATH, query)) == (400, "validation_failed", [field])


def test_a_cursor_whose_events_are_gone(follower, happens):
    happens()
    old = feed(follower)["next"]
    happens()
    gone = happens()
    happens()
    Event.objects.filter(pk__lte=gone).delete()

    assert problem(follower.get(PATH, {"after": old})) == (410, "cursor_expired", [])
    assert len(feed(follower)["events"]) == 1


def test_a_cursor_that_has_seen_all_of_a_log_that_is_empty_now(follower, happens):
    happens()
    found = feed(follower)
    Event.objects.all().delete()

    assert feed(follower, after=found["next"]) == found | {"events": []}


def test_a_cursor_of_another_copy_of_the_log(follower, happens):
    happens()
    found = feed(follower)
    LastPosition.objects.update(position=1)

    assert problem(follower.get(PATH, {"after": found["next"]}))[:2] == (410, "cursor_expired")


def test_costs_as_much_with_many_events(follower, happens, manager):
    happens()
    few = queries(follower, PATH)
    for _ in range(20):
        happens(property_id=make_hotel(manager).pk)

    assert queries(follower, PATH) == few <= 6


def test_a_look_at_a_log_that_has_not_moved_costs_two_statements(follower, happens):
    happens()
    after = feed(follower)["next"]

    assert queries(follower, f"{PATH}?after={after}") == 2


def test_nothing_has_changed(follower, happens):
    happens()
    answer = follower.get(PATH)

    again = follower.get(PATH, HTTP_IF_NONE_MATCH=answer["ETag"])

    assert again.status_code == 304


def test_does_not_wait_where_there_is_something(follower, happens):
    happens()
    began = time.monotonic()

    assert len(feed(follower, wait=20)["events"]) == 1
    assert time.monotonic() - began < 10


def in_thread(work):
    """Call `work` in a thread with connections of its own; the thread, and where its result is."""
    found = []

    def run():
        try:
            found.append(work())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, found


def waiters():
    return waiting.places._taken.total()


def until(check):
    end = time.monotonic() + 20
    while not check():
        assert time.monotonic() < end
        time.sleep(0.01)


def committed(hotel):
    with transaction.atomic():
        subject = ("property", hotel.pk)
        record(EventKind.PROPERTY_UPDATED, by=SYSTEM, property_id=hotel.pk, subject=subject)


@pytest.mark.django_db(transaction=True)
def test_waits_for_the_next_event_and_no_longer(follower, hotel):
    thread, found = in_thread(lambda: feed(follower, wait=20))
    until(waiters)
    committed(hotel)
    settled()
    thread.join(15)

    assert kinds(found[0]) == ["property_updated"]
    assert waiters() == 0


@pytest.mark.django_db(transaction=True)
def test_beyond_the_bound_nobody_waits(client_for, follower, hotel, settings):
    settings.MOST_WAITING = 2
    others = client_for("webhooks_get"), client_for("webhooks_get")
    first = in_thread(lambda: feed(follower, wait=3))
    until(lambda: waiters() == 1)
    own = follower.get(PATH, {"wait": 3})
    second = in_thread(lambda: feed(others[0], wait=3))
    until(lambda: waiters() == 2)
    third = others[1].get(PATH, {"wait": 3})

    for refused in (own, third):
        assert problem(refused) == (503, "too_many_waiting", [])
        assert refused["Retry-After"] == "5"
    assert feed(others[1])["events"] == []  # without waiting
    for thread, found in (first, second):
        thread.join(15)
        assert found[0]["events"] == []
    assert waiters() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lost", ["token", "property"])
def test_who_has_lost_the_right_meanwhile_learns_nothing(follower, hotel, lost):
    thread, found = in_thread(lambda: follower.get(PATH, {"wait": 20}))
    until(waiters)
    with transaction.atomic():
        if lost == "token":
            KeyPair.objects.update(revoked_at=timezone.now() - timedelta(seconds=1))
        else:
            ManagerAccess.objects.all().delete()
        committed(hotel)
    settled()
    if lost == "property":
        with transaction.atomic():
            ManagerAccess.objects.create(user=follower.key.user, property=make_hotel())
        thread.join(0.1)
        committed(Property.objects.latest("pk"))
        settled()
    thread.join(15)

    if lost == "token":
        assert problem(found[0])[:2] == (401, "invalid_token")
    else:
        seen = found[0].json()["data"]["feed"]["events"]
        assert hotel.pk not in [event["message"]["data"]["property_uid"] for event in seen]

"""New messages by cursor, and waiting for them."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from django.db import connections, transaction

from bookyflow.api.calls import waiting
from bookyflow.core.acting import Actor
from bookyflow.events.models import Event, LastPosition
from bookyflow.messaging.models import Conversation
from bookyflow.messaging.services import Words, message_write
from bookyflow.properties.models import ManagerAccess
from tests.conftest import make_hotel
from tests.examples import as_shown, example
from tests.features.conftest import problem, queries
from tests.features.messaging.conftest import BASE, answered, last_id, mark, reply
from tests.feeds import settled

PATH = f"{BASE}/messages"
committed = pytest.mark.django_db(transaction=True)


def numbered():
    """Give positions where a test is one transaction, in which none are given."""
    for event in Event.objects.filter(position=None).order_by("pk"):
        Event.objects.filter(pk=event.pk).update(position=event.pk)
        LastPosition.objects.update_or_create(pk=1, defaults={"position": event.pk})


def follow(client, **query):
    numbered()
    return answered(client.get(PATH, query))


def texts(found):
    return [one["message_body"] for one in found["messages"]]


@pytest.mark.django_db
def test_new_messages_of_all_conversations_come_in_order(guest, host, begin, manager):
    here = begin("a")
    there = begin("b", property_id=make_hotel(manager, name="Other").pk)
    first = follow(host)
    reply(guest, here, "c")
    reply(host, there, "d")
    reply(guest, here, "e")

    assert texts(first) == ["a", "b"]
    assert texts(follow(host, after=first["next"])) == ["c", "d", "e"]
    page = follow(host, after=first["next"], limit=2)
    assert (texts(page), page["has_more"]) == (["c", "d"], True)
    rest = follow(host, after=page["next"])
    assert (texts(rest), rest["has_more"]) == (["e"], False)
    assert follow(host, after=rest["next"]) == rest | {"messages": []}
    assert texts(follow(guest)) == ["a", "b", "c", "d", "e"]


@pytest.mark.django_db
def test_they_come_whole(guest, host, begin):
    begin(example("messaging.new_message").request["message"], subject="Arrival")
    shown = example("messaging.list_messages").answer

    found = follow(host)

    own = ("id", "group_id", "creator_id", "hash", "create_date", "expiry_date", "next")
    assert as_shown(found, shown, *own) == shown
    mark(host, last_id())
    assert follow(host)["messages"][0]["is_read"] == 1


@pytest.mark.django_db
def test_it_is_followed_as_the_guide_has_it(guest, host, begin):
    page = Path("docs/messaging.md").read_text(encoding="utf-8")
    names = {}
    exec(page.partition("```python\n")[2].partition("```")[0], names)  # our own page

    def get(path, **query):
        numbered()
        return host.get(f"/bookyflow/api{path}", query | {"wait": 0}).json()

    news = names["follow"](get)
    group_id = begin("a")
    assert next(news)["message_body"] == "a"
    reply(guest, group_id, "b")
    assert next(news)["message_body"] == "b"


@pytest.mark.django_db
def test_strangers_and_who_has_left_follow_nothing(guest, host, begin, client_for, stranger):
    group_id = begin()
    other = client_for("messaging", user=stranger)

    assert texts(follow(other)) == []
    answered(guest.put(f"{BASE}/leave_group/{group_id}"))
    assert texts(follow(guest)) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 501}, "limit"),
        ({"wait": 21}, "wait"),
        ({"after": "x"}, "after"),
    ],
)
def test_what_makes_no_sense(guest, query, field):
    assert problem(guest.get(PATH, query)) == (400, "validation_failed", [field])


@pytest.mark.django_db
def test_a_cursor_of_long_ago(guest, begin):
    begin()
    old = follow(guest)["next"]
    begin("b")
    begin("c")
    numbered()
    Event.objects.filter(pk__lt=Event.objects.latest("pk").pk).delete()

    assert problem(guest.get(PATH, {"after": old})) == (410, "cursor_expired", [])


@pytest.mark.django_db
def test_it_costs_as_much_for_many(guest, host, begin, manager):
    begin()
    numbered()
    few = queries(host, PATH)
    for number in range(5):
        group_id = begin("x", property_id=make_hotel(manager, name=f"House {number}").pk)
        reply(host, group_id)
    numbered()

    assert queries(host, PATH) == few <= 8


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


def until(check):
    end = time.monotonic() + 20
    while not check():
        assert time.monotonic() < end
        time.sleep(0.01)


def waiters():
    return waiting.places._taken.total()


@committed
def test_a_wait_ends_with_a_message(guest, host, begin):
    group_id = begin()
    settled()
    after = answered(host.get(PATH))["next"]
    thread, found = in_thread(lambda: answered(host.get(PATH, {"after": after, "wait": 20})))
    until(waiters)
    began = time.monotonic()

    reply(guest, group_id, "Are you there?")
    thread.join(15)

    assert time.monotonic() - began < 5
    assert (texts(found[0]), waiters()) == (["Are you there?"], 0)


@committed
def test_beyond_the_bound_nobody_waits(guest, host, begin, settings):
    settings.MOST_WAITING = 1
    thread, _ = in_thread(lambda: guest.get(PATH, {"wait": 3}))
    until(waiters)

    refused = host.get(PATH, {"wait": 3})

    assert problem(refused) == (503, "too_many_waiting", [])
    assert refused["Retry-After"] == "5"
    assert host.get(PATH).status_code == 200
    thread.join(15)
    assert waiters() == 0


@committed
def test_who_is_removed_while_waiting_learns_nothing(guest, host, begin, hotel):
    group_id = begin()
    after = answered(host.get(PATH))["next"]
    thread, found = in_thread(lambda: answered(host.get(PATH, {"after": after, "wait": 3})))
    until(waiters)
    with transaction.atomic():
        ManagerAccess.objects.all().delete()
    reply(guest, group_id, "Secret.")
    thread.join(15)

    assert texts(found[0]) == []


def followed(host, number, **behind):
    """The texts of so many messages, and where the next one comes.

    Older transactions of other tests, in databases of the same server, hold them up for a while.
    """
    found, until = [], time.monotonic() + 20
    while not behind or (len(found) < number and time.monotonic() < until):
        page = answered(host.get(PATH, behind))
        found += texts(page)
        behind = {"after": page["next"]}
    return found, behind["after"]


@committed
def test_a_message_that_is_committed_late_is_not_missed(guest, host, begin, hotel, ada):
    other = make_hotel(name="Other")
    ManagerAccess.objects.create(user=host.key.user, property=other)
    early, late = begin("a"), begin("b", property_id=other.pk)
    found, after = followed(host, 2)
    assert sorted(found) == ["a", "b"]
    written, done = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            conversation = Conversation.objects.select_related("property").get(pk=late)
            message_write(
                conversation, Words("late"), user_id=ada.pk, is_by_team=False, by=Actor(ada.pk)
            )
            written.set()
            done.wait(20)

    thread, _ = in_thread(slow)
    assert written.wait(20)
    reply(host, early, "early")
    first = answered(host.get(PATH, {"after": after}))
    done.set()
    thread.join(20)

    found = texts(first)
    more, _ = followed(host, 2 - len(found), after=first["next"])
    assert sorted(found + more) == ["early", "late"]

"""What happened at a property, in the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bookyflow.core.acting import SYSTEM, VISITOR, Actor
from bookyflow.events.models import Event, EventKind
from bookyflow.events.services import record
from bookyflow.properties.models import ManagerAccess
from tests.conftest import make_hotel
from tests.features.webhooks.conftest import numbered

pytestmark = pytest.mark.django_db
EVENTS = "/bookyflow/developers/events"


@pytest.fixture
def happened(hotel, manager):
    """Have something happen at the hotel; the event."""

    def happen(kind=EventKind.ROOM_UPDATED, subject=("room", 7), by=None, **data):
        actor = by or Actor(user_id=manager.pk)
        pk = record(kind, by=actor, property_id=hotel.pk, subject=subject, **data)
        numbered()
        return Event.objects.get(pk=pk)

    return happen


@pytest.fixture
def shown(signed_in, hotel):
    """The ids of the events that the page shows for a query."""

    def show(**query):
        answer = signed_in.get(f"{EVENTS}/{hotel.pk}", query)
        assert answer.status_code == 200
        return [row.logged.item.id for row in answer.context["rows"]]

    return show


def test_it_leads_to_the_property_that_is_worked_on(signed_in, hotel):
    assert signed_in.get(EVENTS)["Location"] == f"{EVENTS}/{hotel.pk}"


def test_without_a_property_it_says_so(client_of, other_manager):
    assert b"No property yet" in client_of(other_manager).get(EVENTS).content


def test_who_may_look(client, client_of, hotel, other_manager, receptionist):
    path = f"{EVENTS}/{hotel.pk}"
    ManagerAccess.objects.get_or_create(user=receptionist, property=hotel)

    assert client.get(path)["Location"].startswith("/bookyflow/sign-in")
    assert client_of(other_manager).get(path).status_code == 404
    assert client_of(receptionist).get(path).status_code == 403


def test_it_tells_who_by_which_key_and_nothing_personal(
    signed_in, hotel, happened, key, channel, manager
):
    by = Actor(user_id=manager.pk, key_id=key.pk, channel_id=channel.pk)
    event = happened(EventKind.BOOKING_MODIFIED, ("booking", 3), by)
    Event.objects.filter(pk=event.pk).update(data={"guest": "Ada Lovelace"})
    happened(by=VISITOR)
    happened(by=SYSTEM)

    page = signed_in.get(f"{EVENTS}/{hotel.pk}").content.decode()

    assert "A booking was changed." in page
    assert "by App · OTA" in page
    assert "Guest or visitor" in page
    assert "The site itself" in page
    assert "Ada Lovelace" not in page


def test_events_are_filtered(shown, happened, manager):
    room = happened()
    other = happened(subject=("room", 8), by=SYSTEM)
    booking = happened(EventKind.BOOKING_ADDED, ("booking", 7), VISITOR)
    Event.objects.filter(pk=room.pk).update(at=timezone.now() - timedelta(days=2))
    today = timezone.now().date()

    assert shown() == [booking.pk, other.pk, room.pk]
    assert shown(kind="booking_added") == [booking.pk]
    assert shown(actor=manager.pk) == [room.pk]
    assert shown(actor="system") == [other.pk]
    assert shown(actor="visitor") == [booking.pk]
    assert shown(about="room") == [other.pk, room.pk]
    assert shown(about="room", number="7") == [room.pk]
    assert shown(first=today.isoformat()) == [booking.pk, other.pk]
    assert shown(last=(today - timedelta(days=1)).isoformat()) == [room.pk]
    assert shown(before=str(other.position or 0)) in ([], [room.pk])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"kind": "nothing"}, "kind"),
        ({"actor": "999999"}, "actor"),
        ({"about": "moon"}, "about"),
        ({"number": "7"}, "about"),
        ({"number": "0", "about": "room"}, "number"),
        ({"number": "9" * 30, "about": "room"}, "number"),
        ({"first": "soon"}, "first"),
        ({"first": "2027-01-02", "last": "2027-01-01"}, "last"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(signed_in, hotel, query, field):
    answer = signed_in.get(f"{EVENTS}/{hotel.pk}", query)

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]


def test_older_ones_are_behind_a_link(signed_in, shown, happened, hotel):
    ids = [happened(subject=("room", number)).pk for number in range(1, 61)]

    first = signed_in.get(f"{EVENTS}/{hotel.pk}")

    assert [row.logged.item.id for row in first.context["rows"]] == ids[:9:-1]
    assert shown(before=str(first.context["older"])) == ids[9::-1]


def test_it_costs_the_same_for_more(
    signed_in, hotel, happened, key_of, manager, django_assert_max_num_queries
):
    def by_a_key():
        happened(by=Actor(user_id=manager.pk, key_id=key_of(manager).pk))

    by_a_key()
    signed_in.get(f"{EVENTS}/{hotel.pk}")
    with django_assert_max_num_queries(20) as few:
        signed_in.get(f"{EVENTS}/{hotel.pk}")
    for _ in range(10):
        by_a_key()
    with django_assert_max_num_queries(len(few)):
        signed_in.get(f"{EVENTS}/{hotel.pk}")


def test_another_property_has_its_own(shown, happened, manager):
    other = make_hotel(manager, name="Other", is_published=False)
    record(EventKind.ROOM_ADDED, by=SYSTEM, property_id=other.pk, subject=("room", 1))
    numbered()

    assert shown() == []

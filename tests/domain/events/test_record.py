from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from bookyflow.core.acting import SYSTEM, VISITOR, Actor
from bookyflow.events.models import Event, EventKind
from bookyflow.events.services import Happening, record, record_many
from bookyflow.events.tasks import events_clear
from tests.domain.conftest import at_once

pytestmark = pytest.mark.django_db


def one(subject_id=1, by=SYSTEM, **data):
    return record(
        EventKind.ROOM_ADDED, by=by, property_id=7, subject=("property", subject_id), **data
    )


def test_an_event_says_who_what_and_in_which_transaction():
    with transaction.atomic():
        event_id = one(by=Actor(3, 4, 5, 6, is_test=True), room_ids=[1, 2])
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text")
            (xid,) = cursor.fetchone()

    event = Event.objects.get(pk=event_id)
    assert (event.user_id, event.key_id, event.channel_id, event.proxied_by) == (3, 4, 5, 6)
    assert event.is_test
    assert event.data == {"room_ids": [1, 2]}
    assert str(event.xid) == xid


@pytest.mark.parametrize("actor", [SYSTEM, VISITOR, Actor(3)])
def test_an_event_tells_a_visitor_from_the_installation(actor):
    record_many([Happening(EventKind.ROOM_ADDED, property_id=7, subject=("property", 1))], by=actor)
    one(by=actor)

    assert set(Event.objects.values_list("actor_kind", flat=True)) == {actor.kind}


@pytest.mark.parametrize("change", [{"user_id": None}, {"actor_kind": "visitor"}])
def test_the_database_refuses_an_actor_that_there_cannot_be(change):
    one(by=Actor(3))

    with pytest.raises(IntegrityError, match="event_actor_possible"):
        Event.objects.update(**change)


def test_each_subject_counts_its_own():
    for subject in (1, 1, 2, 1):
        one(subject)

    found = Event.objects.order_by("id").values_list("subject_id", "subject_sequence")
    assert list(found) == [(1, 1), (1, 2), (2, 1), (1, 3)]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        one()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_numbers_without_gaps():
    def work(n):
        with transaction.atomic():
            return one()

    at_once(12, work)

    numbers = Event.objects.order_by("id").values_list("subject_sequence", flat=True)
    assert sorted(numbers) == list(range(1, 13))


def test_old_events_are_cleared():
    old, new = one(), one()
    Event.objects.filter(pk=old).update(at=timezone.now() - timedelta(days=91))

    assert events_clear(timestamp=0) == 1
    assert list(Event.objects.values_list("pk", flat=True)) == [new]

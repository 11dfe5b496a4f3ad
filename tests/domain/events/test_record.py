from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from bookyflow.core.acting import SYSTEM, VISITOR, Actor
from bookyflow.events import services
from bookyflow.events.models import Event, EventKind
from bookyflow.events.services import EventDraft, consequence_add, record, record_many
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
    record_many(
        [EventDraft(EventKind.ROOM_ADDED, property_id=7, subject=("property", 1))], by=actor
    )
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


@pytest.fixture
def no_consequences(monkeypatch):
    """Those that apps have named are not called, and those of the test are gone after it."""
    monkeypatch.setattr(services, "_consequences", defaultdict(list))


@pytest.mark.usefixtures("no_consequences")
def test_an_app_above_is_called_with_what_it_follows():
    seen = []
    consequence_add(seen.append, EventKind.ROOM_ADDED, EventKind.ROOM_DELETED)
    several = [
        EventDraft(kind, property_id=7, subject=("room", 2))
        for kind in (EventKind.ROOM_DELETED, EventKind.ROOM_UPDATED, EventKind.ROOM_ADDED)
    ]

    one(room_ids=[1])
    record_many(several, by=SYSTEM)

    first = EventDraft(EventKind.ROOM_ADDED, 7, ("property", 1), {"room_ids": [1]})
    assert seen == [first, several[0], several[2]]


@pytest.mark.usefixtures("no_consequences")
def test_a_change_whose_consequence_fails_has_not_happened():
    def fail(draft):
        raise LookupError

    consequence_add(fail, EventKind.ROOM_ADDED)

    with pytest.raises(LookupError), transaction.atomic():
        one()
    assert not Event.objects.exists()

from __future__ import annotations

import base64
import threading
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone

from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event, EventKind
from bookyflow.events.selectors import feed, recent_counts
from bookyflow.events.services import record
from tests.feeds import settled

pytestmark = pytest.mark.django_db(transaction=True)


def one(property_id=7):
    return record(
        EventKind.ROOM_ADDED, by=SYSTEM, property_id=property_id, subject=("property", property_id)
    )


def committed(property_id=7):
    with transaction.atomic():
        return one(property_id)


def read(*property_ids, cursor="", limit=100):
    return feed(
        property_ids=property_ids or [7],
        since=timezone.now() - timedelta(days=1),
        cursor=cursor,
        limit=limit,
    )


def ids(page):
    return [item.id for item in page.items]


def test_events_of_the_properties_in_the_order_of_the_log():
    first, _, third = committed(), committed(8), committed()
    settled()

    assert ids(read()) == [first, third]
    assert read().next_cursor is None


def test_pages_follow_each_other():
    made = [committed() for _ in range(5)]
    settled()

    found, cursor, pages = [], "", 0
    while cursor is not None:
        page = read(cursor=cursor, limit=2)
        found += ids(page)
        cursor, pages = page.next_cursor, pages + 1

    assert (found, pages) == (made, 3)


def test_several_events_of_one_transaction_are_told_apart():
    with transaction.atomic():
        made = [one(), one(), one()]
    settled()

    page = read(limit=1)

    assert ids(page) == made[:1]
    assert ids(read(cursor=page.next_cursor)) == made[1:]


def test_reading_goes_on_behind_any_event():
    committed()
    settled()
    last = read().items[-1].cursor
    later = committed()
    settled()

    assert ids(read(cursor=last)) == [later]


def test_no_event_is_lost_to_a_transaction_that_commits_late():
    """The late one has the smaller id: a reader that went by ids would never see it."""
    begun, finish = threading.Event(), threading.Event()
    late: list[int] = []

    def slow():
        try:
            with transaction.atomic():
                late.append(one())
                begun.set()
                finish.wait(timeout=30)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(timeout=30)
    quick = committed(8)  # another property, so that it does not wait for the first
    try:
        assert quick > late[0]
        assert Event.objects.filter(pk=quick).exists()
        while_it_runs = ids(read(7, 8))
    finally:
        finish.set()
        thread.join()
    settled()

    assert while_it_runs == []
    assert ids(read(7, 8)) == [late[0], quick]


def test_old_events_are_left_out():
    event = committed()
    Event.objects.filter(pk=event).update(at=timezone.now() - timedelta(days=2))
    settled()

    assert ids(read()) == []


@pytest.mark.parametrize(
    "cursor", ["!", "a", "AAAA", "é", base64.urlsafe_b64encode(b"1.2; DROP").decode(), "MS4"]
)
def test_a_foreign_cursor_is_refused(cursor):
    with pytest.raises(DomainError) as refused:
        read(cursor=cursor)
    assert (refused.value.key, list(refused.value.fields)) == ("validation_failed", ["cursor"])


def test_counts_by_property():
    committed()
    committed()
    Event.objects.filter(pk=committed(8)).update(at=timezone.now() - timedelta(days=15))
    committed(9)

    assert recent_counts(property_ids=[7, 8]) == {7: 2}

from __future__ import annotations

import base64
import random
import threading
import time
from datetime import timedelta
from functools import partial

import pytest
from django.db import connections, transaction
from django.utils import timezone

from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.events.selectors import FeedItem, recent_counts
from tests.domain.events.conftest import committed, ids, in_another_connection, one, read
from tests.feeds import settled

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_the_order_is_that_of_transactions_and_a_cursor_never_passes_one_that_runs():
    """The late one begins first and ends last: its events lie around those of the quick ones."""
    begun, go_on = threading.Event(), threading.Event()
    late: list[int] = []

    def slow():
        with transaction.atomic():
            late.append(one(9))
            begun.set()
            assert go_on.wait(timeout=30)
            late.append(one(9))

    before = committed()
    settled()
    cursor = read().items[-1].cursor
    thread = in_another_connection(slow)
    assert begun.wait(timeout=30)
    quick = [committed(7), committed(8)]
    while_it_runs = read(7, 8, 9, cursor=cursor)
    go_on.set()
    thread.join()
    settled()

    after = read(7, 8, 9, cursor=cursor)
    assert while_it_runs.items == []
    assert late[0] < quick[0] < quick[1] < late[1]
    assert ids(after) == [*late, *quick]
    assert ids(read(7, 8, 9)) == [before, *late, *quick]
    # Whoever had gone on from the largest id seen would have lost the first event of the late one.
    assert [event for event in ids(after) if event > quick[0]] == [late[1], quick[1]]


def test_a_reader_that_goes_on_by_cursor_sees_everything_once():
    """Several write at the same time, in long and in short transactions; one reads meanwhile."""
    made: list[int] = []
    chance = random.Random(5)
    pauses = [[chance.random() / 50 for _ in range(6)] for _ in range(4)]

    def write(place):
        for pause in pauses[place]:
            with transaction.atomic():
                mine = [one(place)]
                time.sleep(pause)
                mine.append(one(place))
            made.extend(mine)

    threads = [in_another_connection(partial(write, place)) for place in range(4)]
    seen: list[FeedItem] = []

    def go_on():
        cursor = seen[-1].cursor if seen else ""
        seen.extend(read(0, 1, 2, 3, cursor=cursor, limit=5).items)

    while any(thread.is_alive() for thread in threads):
        go_on()
    settled()
    for _ in range(len(made)):
        go_on()

    assert len(made) == 48
    assert sorted(item.id for item in seen) == sorted(made)
    assert [item.id for item in seen] == ids(read(0, 1, 2, 3))


def test_old_events_are_left_out():
    event = committed()
    Event.objects.filter(pk=event).update(at=timezone.now() - timedelta(days=2))
    settled()

    assert ids(read()) == []


@pytest.mark.parametrize(
    "cursor",
    [
        "!",
        "a",
        "AAAA",
        "é",
        base64.urlsafe_b64encode(b"1.2; DROP").decode(),
        "MS4",
        "NzQyLjUwMQ",  # 742.501: a transaction and a row, what cursors were made of before
        base64.urlsafe_b64encode("१२".encode()).decode(),
        base64.urlsafe_b64encode(b"9" * 19).decode().rstrip("="),
        base64.urlsafe_b64encode(b"-1").decode().rstrip("="),
    ],
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
    settled()

    assert recent_counts(property_ids=[7, 8]) == {7: 2}

"""When events get their positions, who gives them, and that none is given twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bookyflow.core.database import broken_connections_drop
from bookyflow.events import numbering, sql
from bookyflow.events.models import Event, LastPosition
from bookyflow.events.numbering import events_number, number_continually
from bookyflow.events.selectors import feed_lag
from bookyflow.events.tasks import events_clear
from tests.clusters import ROOT, own_database
from tests.domain.events.conftest import (
    committed,
    ids,
    in_another_connection,
    one,
    positions,
    read,
)
from tests.feeds import LONGEST, settled

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def running(work):
    """`work(begun, go_on)` in another connection, from where it has begun to the block's end."""
    begun, go_on = threading.Event(), threading.Event()
    thread = in_another_connection(lambda: work(begun, go_on))
    assert begun.wait(timeout=30)
    try:
        yield
    finally:
        go_on.set()
        thread.join()


def eventually(claim):
    """Wait until it is so."""
    until = time.monotonic() + LONGEST
    while not claim():
        assert time.monotonic() < until
        time.sleep(0.05)


def late_events(begun, go_on):
    with transaction.atomic():
        one(9)
        begun.set()
        assert go_on.wait(timeout=60)


def test_events_are_numbered_in_the_order_of_their_transactions():
    made = [committed(), committed(8)]
    with transaction.atomic():
        made += [one(), one(9)]
    settled()

    assert positions() == {event: place for place, event in enumerate(made, start=1)}
    assert LastPosition.objects.get().position == 4


def test_numbering_passes_no_transaction_that_runs():
    """The younger one has committed; it gets its position after the older one's."""
    before = committed()
    settled()
    with running(late_events):
        quick = committed()
        assert events_number() == 0
        assert positions()[quick] is None
        assert ids(read(7, 9)) == [before]
    settled()

    (late,) = set(positions()) - {before, quick}
    assert late < quick
    assert positions() == {before: 1, late: 2, quick: 3}


def test_a_reader_numbers_what_it_is_about_to_read():
    made = committed()
    settled_only()
    assert positions() == {made: None}

    assert ids(read()) == [made]
    assert positions() == {made: 1}


def settled_only():
    """Wait as `settled`, and number nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        (mine,) = cursor.fetchone()

    def is_over():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_snapshot_xmin(pg_current_snapshot()) > %s::text::xid8", [mine]
            )
            return cursor.fetchone() == (True,)

    eventually(is_over)


def test_a_reader_in_a_transaction_of_its_own_numbers_nothing():
    """It would keep everybody else from numbering until it ends."""
    old = committed()
    settled()
    new = committed()
    settled_only()

    with transaction.atomic():
        own = one()
        found = ids(read())
        with connection.cursor() as cursor:
            cursor.execute(  # of the whole server, whose other databases others test in
                "SELECT FROM pg_locks JOIN pg_database AS one ON one.oid = pg_locks.database "
                "WHERE locktype = 'advisory' AND granted AND datname = current_database()"
            )
            locks = cursor.fetchall()
    settled()

    assert (found, locks) == ([old], [])
    assert ids(read()) == [old, new, own]


def test_a_reader_of_a_server_that_only_reads_sees_what_is_numbered():
    old = committed()
    settled()
    new = committed()
    settled_only()

    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        try:
            assert events_number() == 0
            while_read_only = ids(read())
            lag = feed_lag()
        finally:
            cursor.execute("RESET default_transaction_read_only")

    assert while_read_only == [old]
    assert lag > 0
    assert ids(read()) == [old, new]


def test_reading_costs_one_statement_where_nothing_waits_and_three_where_something_does():
    def statements():
        with CaptureQueriesContext(connection) as captured:
            read()
        texts = [query["sql"] or "" for query in captured.captured_queries]
        return len([text for text in texts if not text.startswith(("BEGIN", "COMMIT"))])

    committed()
    settled_only()
    numbering_one = statements()
    for _ in range(20):
        committed()
    settled_only()

    assert (numbering_one, statements(), statements()) == (4, 4, 2)


def test_whoever_comes_while_another_numbers_waits_and_goes_on_where_that_one_ends(monkeypatch):
    """What the other has numbered is not numbered again."""
    monkeypatch.setattr(numbering, "TRIES", 1000)
    first = committed()
    settled_only()

    def number(begun, go_on):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.TRY_NUMBERING)
            assert cursor.fetchone() == (True,)
            cursor.execute(sql.NUMBER, {"limit": 10})
            assert cursor.rowcount == 1
            begun.set()
            assert go_on.wait(timeout=60)

    numbered: list[int] = []
    with running(number):
        waiting = in_another_connection(lambda: numbered.append(events_number()))
        time.sleep(0.2)
        assert not numbered
    waiting.join()
    second = committed()
    settled()

    assert numbered == [0]
    assert positions() == {first: 1, second: 2}


def test_who_waits_for_a_numberer_that_hangs_reads_what_is_numbered():
    old = committed()
    settled()
    committed()
    settled_only()

    def hold(begun, go_on):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.TRY_NUMBERING)
            begun.set()
            assert go_on.wait(timeout=60)

    with running(hold):
        assert ids(read()) == [old]


def test_many_who_number_while_many_write_leave_no_gap_and_give_none_twice():
    made: list[int] = []

    def write():
        for _ in range(25):
            with transaction.atomic():
                mine = [one(threading.get_ident() % 1000)]
                time.sleep(0.002)
                mine.append(one(threading.get_ident() % 1000))
            made.extend(mine)

    def number():
        while writing:
            events_number()

    writing = [in_another_connection(write) for _ in range(3)]
    numbering_threads = [in_another_connection(number) for _ in range(3)]
    for thread in list(writing):
        thread.join()
    writing.clear()
    for thread in numbering_threads:
        thread.join()
    settled()

    rows = Event.objects.order_by("position").values_list("position", "xid", "pk")
    assert [place for place, _, _ in rows] == list(range(1, len(made) + 1)) == [*range(1, 151)]
    assert [(xid, pk) for _, xid, pk in rows] == sorted(
        ((xid, pk) for _, xid, pk in rows), key=lambda row: (int(row[0]), row[1])
    )


def test_a_long_queue_is_numbered_in_batches(monkeypatch):
    """So that no reader waits for all of it; the worker goes on at once."""
    monkeypatch.setattr(numbering, "BATCH", 3)
    made = [committed() for _ in range(10)]
    settled_only()

    assert ids(read()) == made[:3]
    assert events_number() == 3

    monkeypatch.setattr(numbering, "EVERY", 0.5)
    stopping = threading.Event()
    thread = in_another_connection(lambda: number_continually(stopping))
    eventually(lambda: positions()[made[9]] is not None)
    stopping.set()
    thread.join()
    assert list(positions().items()) == [(event, i) for i, event in enumerate(made, start=1)]


def test_positions_go_on_when_all_events_are_gone():
    committed()
    committed()
    settled()
    cursor = read().items[-1].cursor
    Event.objects.update(at="2020-01-01T00:00:00Z")
    assert events_clear(timestamp=0) == 2
    later = committed()
    settled()

    assert positions() == {later: 3}
    assert ids(read(cursor=cursor)) == [later]


def test_positions_go_on_from_the_events_where_the_last_one_was_not_kept():
    committed()
    settled()
    LastPosition.objects.all().delete()
    later = committed()
    settled()

    assert positions()[later] == 2


def test_the_lag_is_the_age_of_what_waits():
    assert feed_lag() == 0
    with running(late_events):
        waits = committed()
        Event.objects.filter(pk=waits).update(at="2020-01-01T00:00:00Z")
        events_number()
        assert feed_lag() > 86_400
    settled()

    assert feed_lag() == 0


def test_readiness_tells_the_lag(client):
    assert client.get("/readyz").json() == {"status": "ok", "feed_lag_seconds": 0.0}

    with running(late_events):
        waits = committed()
        Event.objects.filter(pk=waits).update(at="2020-01-01T00:00:00Z")
        assert client.get("/readyz").json()["feed_lag_seconds"] > 86_400


def test_numbering_goes_on_after_the_database_has_broken_every_connection(monkeypatch, caplog):
    monkeypatch.setattr(numbering, "EVERY", 0.05)
    stopping = threading.Event()
    thread = in_another_connection(lambda: number_continually(stopping))
    try:
        first = committed()
        eventually(lambda: positions()[first] == 1)
        for _ in range(3):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            time.sleep(0.2)
        second = committed()
        eventually(lambda: positions()[second] == 2)
    finally:
        stopping.set()
        thread.join()
        broken_connections_drop()  # those that no round happened to use

    said = [record.getMessage() for record in caplog.records if "numbered" in record.getMessage()]
    assert said[0].startswith("Events are not numbered: ")
    assert said[-1] == "Events are numbered again."


def test_a_worker_numbers_within_a_second_or_two_what_nobody_reads():
    environment = {**os.environ, "DATABASE_URL": own_database()}
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        made = committed()
        eventually(lambda: positions()[made] == 1 or worker.poll() is not None)
    finally:
        worker.send_signal(signal.SIGTERM)
        said, _ = worker.communicate(timeout=60)

    assert worker.returncode == 0, said
    assert positions()[made] == 1

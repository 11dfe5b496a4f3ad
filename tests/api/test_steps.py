"""Actions that commit item by item, and their Idempotency-Key."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from psycopg import errors as pg

from bookyflow.api.calls import transactions
from bookyflow.api.models import IdempotencyRecord
from bookyflow.properties.models import PropertyType
from tests.api.probe import views
from tests.domain.conftest import lock_of

API = "/bookyflow/api/probe"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gate(monkeypatch):
    """Stop a call before a text, in a thread of its own; opening the gate lets it go on."""
    views.GATE.clear()
    views.ENTERED.clear()
    answers = []
    threads = []

    def stop(call, *, before):
        monkeypatch.setattr(views, "PAUSES", [before])

        def run():
            try:
                answers.append(call())
            finally:
                connection.close()

        threads.append(threading.Thread(target=run))
        threads[0].start()
        assert views.ENTERED.wait(10)

    def go_on():
        views.GATE.set()
        threads[0].join(10)
        return answers[0]

    yield stop, go_on
    views.GATE.set()
    for thread in threads:
        thread.join(10)


def write(client, *texts, key="key-1"):
    headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    return client.put(f"{API}/each", {"texts": texts}, **headers)


def names():
    return set(PropertyType.objects.values_list("name", flat=True)) & {"Barn", "Mill", "Refused"}


def test_an_item_is_there_for_good_before_the_next_begins(client, gate):
    stop, go_on = gate
    stop(lambda: write(client, "Barn", "Mill", key=None), before="Mill")

    assert names() == {"Barn"}
    assert go_on().status_code == 200
    assert names() == {"Barn", "Mill"}
    assert not IdempotencyRecord.objects.exists()


def test_an_item_that_fails_is_undone_and_stops_no_other(client):
    answer = write(client, "Barn", "Refused", "Mill")

    assert answer.json()["data"]["notes"][1] == "conflict"
    assert names() == {"Barn", "Mill"}


def test_a_repeated_call_is_answered_from_the_first_one(client):
    first, second = write(client, "Barn", "Mill"), write(client, "Barn", "Mill")
    other = write(client, "Barn")

    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert second.json() == first.json()
    assert (other.status_code, other.json()["key"]) == (422, "idempotency_key_reused")


def test_a_deadlock_costs_its_item_a_second_try_and_no_other(client, monkeypatch):
    monkeypatch.setattr(views, "FAILURES", [pg.DeadlockDetected])

    assert write(client, "Barn", "Mill").status_code == 200
    assert write(client, "Barn", "Mill")["Idempotency-Replayed"] == "true"
    assert names() == {"Barn", "Mill"}


@pytest.mark.parametrize(
    ("failures", "key"),
    [([pg.LockNotAvailable], "busy"), ([pg.DeadlockDetected] * 3, "unavailable")],
)
def test_what_was_put_off_is_done_by_the_same_call_again(client, monkeypatch, failures, key):
    monkeypatch.setattr(views, "FAILURES", list(failures))

    first, second = write(client, "Barn", "Mill"), write(client, "Barn", "Mill")

    assert first.json()["data"]["notes"][0] == key
    assert "Idempotency-Replayed" not in second
    assert key not in second.json()["data"]["notes"]
    assert write(client, "Barn", "Mill").json() == second.json()
    assert write(client, "Mill").status_code == 422


def test_a_fault_lets_go_of_a_key_under_which_nothing_was_done(client, monkeypatch):
    monkeypatch.setattr(views, "FAILURES", [pg.OutOfMemory])

    assert write(client, "Barn", "Mill").status_code == 500
    assert not IdempotencyRecord.objects.exists()
    assert write(client, "Mill").status_code == 200


def test_a_fault_after_the_first_item_keeps_the_key_for_the_same_call(client, monkeypatch):
    write_row = views._row_of

    def fail_late(text):
        if text == "Mill":
            views.FAILURES.append(pg.OutOfMemory)
        return write_row(text)

    with monkeypatch.context() as faulty:
        faulty.setattr(views, "_row_of", fail_late)
        assert write(client, "Barn", "Mill").status_code == 500

    assert write(client, "Mill").status_code == 422
    assert write(client, "Barn", "Mill").status_code == 200
    assert names() == {"Barn", "Mill"}


def test_the_same_call_while_an_item_is_worked_on_is_told_to_wait(client, gate):
    stop, go_on = gate
    stop(lambda: write(client, "Barn", "Mill"), before="Mill")
    (record,) = IdempotencyRecord.objects.all()
    with connection.cursor() as cursor:  # as the work on an item does
        cursor.execute("SELECT pg_advisory_lock(%s)", [int(record.namespace[:15], 16)])
    answers = []

    def rival():
        try:
            answers.append(write(client, "Barn", "Mill"))
        finally:
            connection.close()

    thread = threading.Thread(target=rival)
    thread.start()
    thread.join(10)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")

    assert (answers[0].status_code, answers[0].json()["key"]) == (409, "idempotency_in_progress")
    assert go_on().status_code == 200


def test_of_two_between_items_the_later_one_goes_on(client, gate):
    stop, go_on = gate
    stop(lambda: write(client, "Barn", "Mill"), before="Mill")

    later = write(client, "Barn", "Mill")
    first = go_on()

    assert later.status_code == 200
    assert (first.status_code, first.json()["key"]) == (409, "idempotency_in_progress")
    assert write(client, "Barn", "Mill").json() == later.json()
    assert PropertyType.objects.filter(name__in=["Barn", "Mill"]).count() == 2


def test_a_lock_is_waited_for_only_so_long(client, hotel, monkeypatch):
    monkeypatch.setattr(transactions, "LONGEST_WAIT", timedelta(milliseconds=200))

    with lock_of(hotel):
        path, headers = f"{API}/version/{hotel.pk}", {"HTTP_IF_MATCH": '"v1"'}
        response = client.put(path, {"text": "x"}, **headers)

    assert (response.status_code, response.json()["key"]) == (503, "busy")
    assert response["Retry-After"] == "2"
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)

"""The log of calls, and when keys and secrets were last used."""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import time_machine
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from bookyflow.accounts.models import KeyPair
from bookyflow.accounts.services import key_pair_create, key_secret_add
from bookyflow.api.http import request_log
from bookyflow.api.http.request_log import Group, Writer
from bookyflow.api.models import RequestCount, RequestLog
from bookyflow.api.schema import pages
from bookyflow.api.tasks import request_log_clear
from bookyflow.channels.models import Channel
from bookyflow.core.acting import SYSTEM
from tests.clusters import own_database

API = "/bookyflow/api/probe"


@pytest.fixture
def log(settings, monkeypatch):
    """The log switched on, written when the test says so."""
    settings.REQUEST_LOG = True
    writer = Writer()
    monkeypatch.setattr(writer, "_start", lambda: None)
    monkeypatch.setattr(request_log, "writer", writer)
    return writer


@pytest.fixture
def log_of_a_thread(transactional_db, settings, monkeypatch):
    """The log switched on, written by its thread, which ends with the test however that ends."""
    settings.REQUEST_LOG = True
    writer = Writer()
    monkeypatch.setattr(request_log, "writer", writer)
    monkeypatch.setattr(request_log, "EVERY", 0.05)
    yield writer
    writer.stop()


def test_an_entry_tells_who_what_and_how_it_ended(client, log, channel, hotel, manager):
    client.get(f"{API}/property/{hotel.pk}", HTTP_X_REQUEST_ID="request-1", REMOTE_ADDR="192.0.2.7")
    log.flush()

    entry = RequestLog.objects.get()
    assert timezone.now() - entry.at < timedelta(minutes=1)
    assert entry.duration_ms < 60_000
    assert {name: getattr(entry, name) for name in EXPECTED} == EXPECTED | {
        "key_id": client.key.pk,
        "user_id": manager.pk,
    }


EXPECTED = {
    "request_id": "request-1",
    "key_id": None,
    "user_id": None,
    "proxied_by": None,
    "channel_id": None,
    "method": "GET",
    "route": "bookyflow/api/probe/property/<uid:property_uid>",
    "operation": "probe.property_name",
    "status": 200,
    "address": "192.0.2.7",
    "body": {},
}


def test_names_and_sizes_of_fields_are_kept_and_no_values(client, log):
    sent = {"items": [{"count": 1}, {"count": 2}], "day": "2027-06-10", "Jane Doe": "private"}
    client.post(f"{API}/parse", sent)
    log.flush()

    assert RequestLog.objects.get().body == {"items": 2, "day": 10}


def test_of_values_in_the_path_the_sizes_are_kept_and_no_path(client, log):
    client.post(f"{API}/write/secret/x")
    log.flush()

    entry = RequestLog.objects.get()
    assert entry.body == {"text": 6}
    assert "secret" not in entry.route


def test_refusals_and_failures_are_logged_with_whom_they_met(client, client_for, log):
    other = client_for("probe_set")
    other.get(f"{API}/empty")
    client.get(f"{API}/fail")
    log.flush()

    found = RequestLog.objects.order_by("id").values_list("status", "key_id", "operation")
    assert list(found) == [
        (403, other.key.pk, "probe.empty"),
        (500, client.key.pk, "probe.fail"),
    ]


def counted():
    return {
        (one.method, one.route, one.status): one.calls
        for one in RequestCount.objects.order_by("route")
    }


def test_calls_that_anybody_can_make_are_counted_and_leave_no_row_each(client, anonymous, log):
    """Three hundred unknown paths were three hundred rows, kept for a month."""
    with time_machine.travel("2027-06-10T12:00:10Z", tick=False) as clock:
        for n in range(100):
            anonymous.get(f"/bookyflow/api/nowhere{n}")
            anonymous.generic(f"METHOD{n}", f"/bookyflow/api/nowhere{n}")
        anonymous.get(f"{API}/empty")
        client.delete(f"{API}/empty")
        anonymous.post("/bookyflow/api", {}, format="multipart")
        log.flush()
        anonymous.get("/bookyflow/api/nowhere")
        log.flush()
        clock.shift(60)
        anonymous.get("/bookyflow/api/nowhere")
        log.flush()

    assert not RequestLog.objects.exists()
    assert list(RequestCount.objects.values_list("minute", "calls").filter(route="")) == [
        (datetime(2027, 6, 10, 12, 1, tzinfo=UTC), 1),
        (datetime(2027, 6, 10, 12, tzinfo=UTC), 101),
        (datetime(2027, 6, 10, 12, tzinfo=UTC), 100),
    ]
    RequestCount.objects.filter(minute__minute=1).delete()
    assert counted() == {
        ("GET", "", 404): 101,
        ("OTHER", "", 404): 100,
        ("POST", "bookyflow/api", 400): 1,
        ("GET", "bookyflow/api/probe/empty", 401): 1,
        ("DELETE", "bookyflow/api/probe/empty", 405): 1,
    }


@pytest.mark.django_db(transaction=True)
def test_processes_count_together_and_none_waits_for_ever(probe, settings):
    settings.REQUEST_LOG = True
    at = datetime(2027, 6, 10, 12, tzinfo=UTC)

    def write(number):
        try:
            groups = [Group(at, "GET", f"route {n}", 404) for n in range(50)]
            ordered = groups if number % 2 else groups[::-1]
            for _ in range(5):
                request_log.write(deque(), dict.fromkeys(ordered, (2, 7)), {})
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))

    assert RequestCount.objects.count() == 50
    assert set(RequestCount.objects.values_list("calls", "duration_ms")) == {(40, 140)}


def test_both_identities_are_logged(probe, client_for, super_manager, manager, log):
    client = client_for("probe_get cmf_admin", user=super_manager, channel="ota")
    channel = Channel.objects.create(user=manager, name="ota", friendly_name="OTA")
    client.get(f"{API}/channel", HTTP_X_BOOKYFLOW_PROXY_ID=str(manager.pk))
    log.flush()

    entry = RequestLog.objects.get()
    assert (entry.user_id, entry.proxied_by, entry.channel_id) == (
        manager.pk,
        super_manager.pk,
        channel.pk,
    )


def test_pages_are_not_logged(client, log):
    client.get("/healthz")
    log.flush()

    assert not RequestLog.objects.exists()


def test_the_log_can_be_switched_off(client, log, settings):
    settings.REQUEST_LOG = False
    client.get(f"{API}/empty")
    log.flush()

    assert not RequestLog.objects.exists()


def test_a_request_pays_no_statement_for_it(client, log, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert client.get(f"{API}/empty").status_code == 200


def test_the_last_use_of_a_key_never_goes_back(client, client_for, log):
    unused = client_for("probe_get").key
    with time_machine.travel(datetime(2027, 6, 10, 12, tzinfo=UTC), tick=False):
        log.add(entry_at(client, timezone.now()))
        log.flush()
        log.add(entry_at(client, timezone.now() - timedelta(hours=1)))
        log.flush()
        expected = timezone.now()

    assert KeyPair.objects.get(pk=client.key.pk).last_used_at == expected
    assert KeyPair.objects.get(pk=unused.pk).last_used_at is None


def entry_at(client, moment):
    return request_log.Entry(
        at=moment,
        request_id="request-1",
        key_id=client.key.pk,
        user_id=None,
        proxied_by=None,
        channel_id=None,
        method="GET",
        route="",
        operation="",
        status=200,
        duration_ms=1,
        address="",
        body="{}",
        is_replay=False,
    )


def test_the_secret_that_was_used_is_known(anonymous, manager, probe, log):
    key, _ = key_pair_create(owner=manager, label="A", scopes=["email_get"], by=SYSTEM)
    second, text = key_secret_add(key=key, by=SYSTEM)
    body = {"grant_type": "client_credentials", "client_id": key.client_id, "client_secret": text}
    assert anonymous.post("/bookyflow/api", body, format="multipart").status_code == 200
    anonymous.post("/bookyflow/api", body | {"client_secret": "wrong"}, format="multipart")
    log.flush()

    used = dict(key.secrets.values_list("pk", "last_used_at"))
    assert used.pop(second.pk) is not None
    assert set(used.values()) == {None}


def test_a_full_buffer_drops_and_counts(client, log, monkeypatch, caplog):
    monkeypatch.setattr(request_log, "MOST", 2)
    for _ in range(5):
        client.get(f"{API}/empty")
    assert log.dropped == 3
    log.flush()

    assert RequestLog.objects.count() == 2
    assert "3 entries were dropped" in caplog.text


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_notes_outlive_a_database_that_is_away(client, log, monkeypatch, error):
    client.get(f"{API}/empty")
    client.get(f"{API}/plain")
    client.get("/bookyflow/api/nowhere")

    def away(*args):
        raise error("away")

    with monkeypatch.context() as patch:
        patch.setattr(request_log, "write", away)
        log.flush()
    client.get(f"{API}/tongue")
    client.get("/bookyflow/api/nowhere")
    log.flush()

    written = RequestLog.objects.order_by("id").values_list("operation", flat=True)
    assert list(written) == ["probe.empty", "probe.plain", "probe.tongue"]
    assert sum(RequestCount.objects.values_list("calls", flat=True)) == 2


def hung_up():
    """Have the server end the connection of this test, as when it stops."""
    with psycopg.connect(own_database(), autocommit=True) as another:
        another.execute("SELECT pg_terminate_backend(%s, 10000)", [backend()])


def backend():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return pid


def read_only(*, on):
    with connection.cursor() as cursor:
        cursor.execute(f"SET default_transaction_read_only = {'on' if on else 'off'}")


@pytest.mark.django_db(transaction=True)
def test_notes_outlive_a_server_that_hangs_up(client, log, caplog):
    client.get(f"{API}/empty")
    client.get(f"{API}/plain")
    hung_up()
    log.flush()
    log.flush()
    connection.close()
    client.get(f"{API}/tongue")
    log.flush()

    written = RequestLog.objects.order_by("id").values_list("operation", flat=True)
    assert list(written) == ["probe.empty", "probe.plain", "probe.tongue"]
    said = [one.getMessage() for one in caplog.records if "request log" in one.getMessage()]
    assert len(said) == 2
    assert said[0].startswith("The request log waits for the database: ")
    assert said[1] == "The request log is written again."


@pytest.mark.django_db(transaction=True)
def test_notes_outlive_a_server_that_only_reads(client, log):
    client.get(f"{API}/empty")
    read_only(on=True)
    log.flush()
    assert not RequestLog.objects.exists()

    read_only(on=False)
    log.flush()

    assert RequestLog.objects.count() == 1


def test_the_thread_outlives_a_server_that_hangs_up_and_faults_of_ours(
    client, log_of_a_thread, monkeypatch, caplog
):
    writer = log_of_a_thread
    writer.add(entry_at(client, timezone.now())._replace(address=object()))  # none can write this
    eventually(lambda: "1 entries were lost" in caplog.text)
    with monkeypatch.context() as patch:
        patch.setattr(request_log, "write", 7)
        writer.add(entry_at(client, timezone.now()))
        eventually(lambda: "The request log fails" in caplog.text)
    with psycopg.connect(own_database(), autocommit=True) as another:
        for _ in range(3):
            writer.add(entry_at(client, timezone.now()))
            another.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), %s)",
                [backend()],
            )
    eventually(lambda: RequestLog.objects.count() == 3)


def eventually(claim):
    until = time.monotonic() + 20
    while not claim():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_thread_writes_by_itself(client, log_of_a_thread):
    client.get(f"{API}/empty")
    until = time.monotonic() + 10
    while not RequestLog.objects.exists() and time.monotonic() < until:
        time.sleep(0.05)
    client.get(f"{API}/plain")
    log_of_a_thread.stop()

    assert RequestLog.objects.count() == 2
    assert KeyPair.objects.get(pk=client.key.pk).last_used_at is not None


def test_what_failed_is_logged_whoever_called(anonymous, db, log, monkeypatch):
    def fail(*args):
        raise ZeroDivisionError

    anonymous.raise_request_exception = False
    monkeypatch.setattr(pages, "document_here", fail)
    anonymous.get("/bookyflow/api/schema", HTTP_X_REQUEST_ID="request-1")
    log.flush()

    assert RequestLog.objects.values_list("request_id", "status").get() == ("request-1", 500)
    assert not RequestCount.objects.exists()


def test_old_entries_are_cleared(client, log):
    log.add(entry_at(client, timezone.now() - timedelta(days=31)))
    log.add(entry_at(client, timezone.now() - timedelta(days=29)))
    for days in (29, 31):
        log.add(entry_at(client, timezone.now() - timedelta(days=days))._replace(key_id=None))
    log.flush()

    assert request_log_clear(0) == 2
    assert (RequestLog.objects.count(), RequestCount.objects.count()) == (1, 1)

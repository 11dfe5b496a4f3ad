"""Reads on a real server that follows by streaming, also while it lags, is away or was promoted."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import InternalError, OperationalError, connections
from django.test import override_settings

from bookyflow.accounts.models import KeyPair
from bookyflow.core import replica as watched
from bookyflow.core.database import REPLICA, connection, reading_from
from bookyflow.core.postgresql.patience import patience
from bookyflow.core.replica import replica
from bookyflow.plugins.models import FeatureState
from bookyflow.properties import kept
from bookyflow.properties.models import Property
from bookyflow.settings import cache_at
from bookyflow.settings import replica as described_as
from tests.clusters import (
    FRESH,
    connected_to,
    new_cluster,
    new_database,
    own_database,
    program,
    standby_of,
)
from tests.conftest import make_hotel

API = "/bookyflow/api"
WAIT = 20  # seconds that a slow machine may take for what takes a fraction of one
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", REPLICA])


@pytest.fixture(scope="module")
def primary(tmp_path_factory, django_db_setup, django_db_blocker):
    """A cluster of its own with a migrated database, which this module's tests use."""
    folder = tmp_path_factory.mktemp("primary")
    with django_db_blocker.unblock(), new_cluster(folder / "postgres") as cluster:
        own = urlsplit(own_database())
        fresh = own._replace(path=f"{own.path}{FRESH}").geturl()
        url = new_database(cluster, "site")
        program("pg_dump", "--format=custom", f"--file={folder / 'dump'}", fresh)
        program("pg_restore", "--no-owner", f"--dbname={url}", folder / "dump")
        with connected_to(url), described("default", connections["default"].settings_dict):
            yield url


@pytest.fixture(scope="module")
def standby(primary, tmp_path_factory):
    """A server that follows it."""
    with standby_of(primary, tmp_path_factory.mktemp("standby") / "postgres") as server:
        yield server


@pytest.fixture(autouse=True, scope="module")
def alias(primary, standby):
    """The settings that REPLICA_DATABASE_URL makes."""
    with replica_at(standby):
        yield


@pytest.fixture(autouse=True)
def watching(alias, monkeypatch):
    """Looks at it more often than a site does, from the beginning of each test."""
    monkeypatch.setattr(watched, "EVERY", 0.1)
    monkeypatch.setattr(watched, "PAUSE", 0.5)
    replica.stop()
    yield
    replica.stop()


@pytest.fixture
def paused(standby):
    """Have the replica stay as it is now, from the call on."""

    def pause():
        eventually(has_everything(standby))
        eventually(replica.is_fit)
        there(standby, "SELECT pg_wal_replay_pause()")
        eventually(lambda: there(standby, "SELECT pg_get_wal_replay_pause_state()") == "paused")

    yield pause
    if standby.is_listening():
        there(standby, "SELECT pg_wal_replay_resume()")


@contextmanager
def described(alias, settings):
    """Have all threads know a database by these settings."""
    before = connections.settings.get(alias)
    connections.settings[alias] = settings
    try:
        yield
    finally:
        if before is None:
            del connections.settings[alias]
        else:
            connections.settings[alias] = before


@contextmanager
def replica_at(server):
    url = urlsplit(server.url)._replace(path="/site").geturl()
    made = described_as(url)
    own = connections["default"].settings_dict
    settings = own | made | {"TEST": own["TEST"] | {"MIRROR": "default"}}
    with (
        described(REPLICA, settings),
        override_settings(DATABASE_ROUTERS=["bookyflow.core.database.Router"]),
    ):
        nobody_connected()
        try:
            yield
        finally:
            nobody_connected()


def nobody_connected():
    """Have all threads connect anew, to the replica of now."""
    replica.stop()
    connections[REPLICA].close()
    connections[REPLICA].close_pool()
    del connections[REPLICA]


def eventually(claim):
    deadline = time.monotonic() + WAIT
    while not claim():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def there(server, statement):
    """What a statement finds at a server, past BookyFlow."""
    url = urlsplit(server.url)._replace(path="/site").geturl()
    with psycopg.connect(url, autocommit=True) as direct:
        return direct.execute(statement).fetchone()[0]


def has_everything(standby):
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()")
        (written,) = cursor.fetchone()
    return lambda: there(standby, f"SELECT pg_last_wal_replay_lsn() >= '{written}'")


def named(client, hotel):
    answer = client.get(f"{API}/properties/{hotel.pk}/details/name")
    connections[REPLICA].close()  # as at the end of a request
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]["property_name"]


def renamed(hotel, name):
    Property.objects.filter(pk=hotel.pk).update(name=name)


def favourites(client):
    return client.get(f"{API}/favourites").json()["data"]["ids"]


def test_only_reads_that_say_so_are_answered_by_the_replica(client_for, hotel, paused):
    client = client_for("content_get bookings_get channel_management", channel="ota")
    paused()
    renamed(hotel, "Tide House")
    seen = named(client, hotel)
    found = client.get(f"{API}/properties/all").json()["data"]

    assert seen == "Harbour House"
    assert found
    assert by_the_way("SELECT pg_is_in_recovery()")


def by_the_way(statement):
    """What a statement finds that somebody runs within a read of the replica."""
    with reading_from(REPLICA), connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def test_who_has_written_reads_what_they_wrote(client_for, hotel, paused, anonymous):
    scopes = "favourites_get favourites_set content_get"
    writer, other = client_for(scopes), client_for(scopes)
    paused()
    added = writer.post(f"{API}/favourites/{hotel.pk}", REMOTE_ADDR="192.0.2.1")
    renamed(hotel, "Tide House")

    assert added.status_code == 200
    assert favourites(writer) == [hotel.pk]
    assert favourites(other) == []
    assert named(other, hotel) == "Harbour House"
    assert named(writer, hotel) == "Tide House"
    assert named(other, hotel) == "Tide House"  # as the process keeps it by now


def test_who_shows_what_they_know_is_not_told_of_the_time_before(client_for, hotel, paused):
    client = client_for("content_get")
    path = f"{API}/properties/{hotel.pk}/details/name"
    paused()
    renamed(hotel, "Tide House")
    unconditional = client.get(path).json()["data"]["property_name"]
    known = client.get(path, HTTP_IF_NONE_MATCH='"v1"').json()["data"]["property_name"]

    assert (unconditional, known) == ("Harbour House", "Tide House")


def test_while_the_cache_is_away_nobody_knows_who_has_written(client_for, hotel, paused, settings):
    client = client_for("content_get")
    paused()
    renamed(hotel, "Tide House")
    settings.CACHES = {"default": cache_at("redis://127.0.0.1:1/0")}

    assert named(client, hotel) == "Tide House"


def test_rights_end_at_once(client_for, hotel, paused):
    client = client_for("content_get")
    path = f"{API}/properties/{hotel.pk}/details/name"
    paused()
    KeyPair.objects.filter(pk=client.key.pk).update(granted_scopes=[])
    cut = client.get(path)
    FeatureState.objects.filter(name="properties").update(enabled=False)
    off = client.get(path)

    assert cut.json()["key"] == "scope_missing"
    assert off.json()["key"] == "feature_disabled"


def test_what_it_does_not_have_yet_is_asked_of_the_primary(client_for, manager, hotel, paused):
    client = client_for("content_get")
    paused()
    new = make_hotel(manager, name="Quay House")

    assert named(client, new) == "Quay House"
    assert named(client, hotel) == "Harbour House"
    assert replica.is_fit()


def test_one_that_lags_is_left_out_until_it_has_caught_up(
    client_for, hotel, paused, standby, caplog
):
    client = client_for("content_get")
    paused()
    renamed(hotel, "Tide House")
    assert named(client, hotel) == "Harbour House"
    eventually(lambda: named(client, hotel) == "Tide House")
    eventually(lambda: "The replica is left out: It is more than" in caplog.text)
    there(standby, "SELECT pg_wal_replay_resume()")
    eventually(replica.is_fit)

    assert named(client, hotel) == "Tide House"
    assert "The replica is read from again." in caplog.text


def test_one_that_is_away_costs_nobody_an_answer(client_for, hotel, paused, standby, caplog):
    client = client_for("content_get")
    paused()
    renamed(hotel, "Tide House")
    assert named(client, hotel) == "Harbour House"
    standby._run("pg_ctl", "-D", str(standby.directory), "-w", "stop", "-m", "immediate")
    began = time.monotonic()
    answers = [named(client, hotel) for _ in range(3)]

    assert answers == ["Tide House"] * 3
    assert time.monotonic() - began < 2
    assert not replica.is_fit()
    standby.ensure()
    eventually(replica.is_fit)
    assert named(client, hotel) == "Tide House"
    told = [line for line in caplog.messages if line.startswith("The replica is left out")]
    assert len(told) == 1


@contextmanager
def stopped(server):
    """Have a server take connections and answer nothing: all of its processes stand still."""
    processes = server._processes()
    try:
        for pid in processes:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in processes:
            os.kill(pid, signal.SIGCONT)


def test_one_that_hangs_holds_no_call_for_long(client_for, hotel, standby, caplog):
    client = client_for("content_get")
    eventually(has_everything(standby))
    eventually(replica.is_fit)

    def timed(_):
        began = time.monotonic()
        try:
            return named(client, hotel), time.monotonic() - began
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        names = {named(client, hotel)}  # makes the document that answers are compared with
        names |= {name for name, _ in threads.map(timed, range(4))}  # and connections
        with stopped(standby):
            held = list(threads.map(timed, range(12)))
            then = list(threads.map(timed, range(4)))
            assert not replica.is_fit()
    eventually(replica.is_fit)

    assert names | {name for name, _ in held + then} == {"Harbour House"}
    longest = watched.EVERY + watched.PATIENCE + 1  # a slow machine
    assert max(seconds for _, seconds in held) < longest
    assert max(seconds for _, seconds in then) < 1
    assert "The replica is left out" in caplog.text
    eventually(lambda: "The replica is read from again." in caplog.text)


def test_nor_does_a_statement_that_is_asked_outside_of_calls(paused, standby):
    paused()
    assert by_the_way("SHOW statement_timeout") == "10s"
    with stopped(standby), patience(0.3), pytest.raises(OperationalError, match="not answer"):
        by_the_way("SELECT 1")


def test_what_takes_too_long_there_is_asked_of_the_primary(client_for, hotel, paused):
    client = client_for("content_get")
    paused()
    renamed(hotel, "Tide House")

    def slow(execute, sql, params, many, context):
        execute("SET statement_timeout = 200; SELECT pg_sleep(5)", None, False, context)
        return execute(sql, params, many, context)

    with connections[REPLICA].execute_wrapper(slow):
        assert named(client, hotel) == "Tide House"
    assert replica.is_fit()
    kept._kept.clear()  # as in another process, which has not read it from the primary
    assert named(client, hotel) == "Harbour House"


def test_one_that_was_promoted_is_left_out_and_not_written_to(
    client_for, hotel, primary, tmp_path, caplog
):
    client = client_for("content_get")
    with standby_of(primary, tmp_path / "postgres") as other, replica_at(other):
        eventually(replica.is_fit)
        there(other, "SELECT pg_promote()")
        there(other, "UPDATE properties_property SET name = 'Rival House' RETURNING 1")
        eventually(lambda: named(client, hotel) == "Harbour House")
        eventually(lambda: "follows no primary" in caplog.text)
        with pytest.raises(InternalError, match="read-only"):
            by_the_way("UPDATE properties_property SET name = 'Nobody'")
        assert not replica.is_fit()
        replica.stop()


def test_the_orm_writes_to_the_primary_wherever_it_reads(hotel, paused):
    paused()
    with reading_from(REPLICA):
        read = Property.objects.get(pk=hotel.pk)
        read.name = "Tide House"
        read.save(update_fields=["name"])
        again = Property.objects.get(pk=hotel.pk)

    assert (again.name, again._state.db) == ("Harbour House", REPLICA)
    assert Property.objects.get(pk=hotel.pk).name == "Tide House"

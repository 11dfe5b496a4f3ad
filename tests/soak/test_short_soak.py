"""A few seconds of what script/soak does for minutes, without killing anything."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from benchmarks import clerks, invariants, mischief
from benchmarks.client import Client
from benchmarks.hotel import HOTEL
from bookyflow.accounts.services import key_pair_create
from bookyflow.auditing.sql import INVARIANTS
from bookyflow.core.acting import SYSTEM
from bookyflow.properties.models import Property, PropertySettings, PropertyType
from bookyflow.rooms.models import RoomType

SEED, CLIENTS, STEPS = 20, 6, 150


def database_url() -> str:
    """The test's own database, in the form that psycopg takes."""
    facts = connection.settings_dict
    names = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    return " ".join(f"{key}='{facts[name]}'" for key, name in names.items() if facts[name])


@pytest.fixture
def types(transactional_db):
    """What a migration seeds, and an earlier test of this kind may have flushed."""
    hotel, _ = PropertyType.objects.get_or_create(pk=HOTEL, defaults={"name": "Hotel"})
    for pk in mischief.ROOMS:
        room_type, _ = RoomType.objects.get_or_create(pk=pk, defaults={"name": f"Type {pk}"})
        room_type.property_types.add(hotel)


@pytest.mark.django_db(transaction=True)
def test_many_clients_on_few_rooms_leave_everything_whole(live_server, manager, types):
    live_server.thread.httpd.socket.listen(128)  # the default of ten turns clients away
    key, secret = key_pair_create(
        owner=manager, label="soak", scopes=["channel_management"], by=SYSTEM
    )
    steps = itertools.count()

    def client() -> Client:
        return Client(live_server.url, key.client_id, secret, mischief.CHANNEL)

    uid = mischief.open_hotel(client, seed=SEED)
    Property.objects.filter(pk=uid).update(is_published=True)
    PropertySettings.objects.filter(property=uid).update(cancellation_threshold=0)
    staff = ThreadPoolExecutor(1)
    at_work = itertools.count()
    diary = staff.submit(
        clerks.work, uid, seed=SEED, threads=2, go_on=lambda: next(at_work) < STEPS, pause=0.02
    )
    ledger = mischief.run(
        client, uid, seed=SEED, clients=CLIENTS, go_on=lambda: next(steps) < STEPS
    )
    written = diary.result(timeout=120)
    staff.shutdown()

    assert ledger.problems == []
    assert written.problems == []
    assert ledger.counts["confirmed"] > 0
    assert ledger.counts["booked"] > 10
    assert ledger.counts["refused"] > 0
    with client() as reader:
        assert mischief.missing(reader, ledger, uid) == []
    assert invariants.broken(database_url()) == {}


def test_an_empty_database_breaks_no_invariant(db):
    with connection.cursor() as cursor:
        for query in INVARIANTS.values():
            cursor.execute(query)
            assert cursor.fetchall() == []

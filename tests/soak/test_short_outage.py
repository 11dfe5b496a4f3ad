"""A few seconds of what script/soak --outage does for a minute."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from benchmarks import mischief, outage
from benchmarks.client import Client
from benchmarks.serving import HOST, ROOT, granian
from bookyflow.accounts.services import key_pair_create
from bookyflow.core.acting import SYSTEM
from bookyflow.properties.models import Property, PropertySettings
from tests.clusters import own_database
from tests.gateway import Gateway
from tests.soak.test_short_soak import types  # noqa: F401  # the same hotel

SEED, CLIENTS = 30, 4
AWAY, BEFORE, AFTER = 6.0, 3.0, 3.0  # seconds


@pytest.fixture
def gateway(transactional_db):
    """The only way to the database that web and jobs have."""
    with Gateway() as opened:
        yield opened


@pytest.fixture
def jobs(gateway):
    """The worker of jobs, as operators start it."""
    environment = {**os.environ, "DATABASE_URL": gateway.url, "LOG_LEVEL": "ERROR"}
    started = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=environment)
    yield started
    started.terminate()
    assert started.wait(30) == 0


@pytest.mark.django_db(transaction=True)
def test_an_outage_loses_nothing_and_all_is_back_by_itself(gateway, jobs, manager, types):  # noqa: F811
    key, secret = key_pair_create(
        owner=manager, label="soak", scopes=["channel_management"], by=SYSTEM
    )
    with granian(
        workers=1, application="bookyflow.wsgi:application", DATABASE_URL=gateway.url
    ) as web:
        url = f"http://{HOST}:{web.port}"
        uid = mischief.open_hotel(
            lambda: Client(url, key.client_id, secret, mischief.CHANNEL), seed=SEED
        )
        Property.objects.filter(pk=uid).update(is_published=True)
        PropertySettings.objects.filter(property=uid).update(cancellation_threshold=0)
        scene = outage.Scene(
            url=url,
            credentials=(key.client_id, secret),
            uid=uid,
            database=own_database(),
            go=gateway.away,
            come_back=gateway.back,
            processes=lambda: living(web.process, jobs),
        )
        seen = outage.suffer(
            scene, away=AWAY, clients=CLIENTS, seed=SEED, before=BEFORE, after=AFTER
        )

    assert seen.faults() == []
    assert seen.ledger.counts["confirmed"] > 0
    assert seen.ledger.counts["booked"] > 0
    assert len(seen.refused) > CLIENTS
    assert seen.success_after < 5
    assert seen.first_job_after < 10


def living(*started):
    """The ids of those that live, with their children."""
    alive = [psutil.Process(one.pid) for one in started if one.poll() is None]
    return {each.pid for one in alive for each in (one, *one.children())}

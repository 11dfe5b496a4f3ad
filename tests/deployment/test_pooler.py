"""Behind Debian's PgBouncer, which gives connections away with each transaction."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.serving import ROOT, granian
from bookyflow.channels.models import ChannelProperty
from bookyflow.reservations.models import Booking
from tests.deployment.calls import ask
from tests.deployment.pooler import PGBOUNCER, pgbouncer
from tests.domain.reservations.conftest import price, settle
from tests.features.cmf.conftest import reservation, sent, stay_info

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(PGBOUNCER is None, reason="pgbouncer is not installed"),
]
BASE = "/bookyflow/api/cmf/"
READS = ("properties/ids", "property/rooms/{}", "property/settings/{}")
CALLS = 40  # more than any statement is run before it is prepared


@pytest.fixture
def channel_client(client_for, hotel, channel):
    """Headers of a channel that has the hotel, with rooms and prices."""
    price(settle(hotel, deposit_kind="none"), hotel.rooms.first().room_type, 120)
    ChannelProperty.objects.create(channel=channel, property=hotel)
    token = client_for("channel_management").token
    return {
        "Authorization": f"Bearer {token}",
        "X-BOOKYFLOW-channel-name": channel.name,
        "Content-Type": "application/json",
    }


@pytest.mark.parametrize("mode", ["transaction", "session"])
def test_calls_get_their_own_answers(mode, hotel, channel_client):
    """Many calls of several kinds at once over two connections of two processes."""
    reads = [path.format(hotel.pk) for path in READS]
    ignored = "options" if mode == "session" else "extra_float_digits"
    with pgbouncer(mode, size=2 if mode == "transaction" else 30, ignored=ignored) as url:
        environment = {"DATABASE_URL": url, "DATABASE_POOLER": mode, "REQUEST_LOG": "no"}
        with granian(workers=2, application="bookyflow.wsgi:application", **environment) as web:

            def call(number):
                if number % 4 == 0:
                    first = 3 + number
                    stays = stay_info(hotel, first, first + 1)
                    body = json.dumps(sent(reservation(f"r{number}", stays)))
                    path = "reservations/add"
                    return path, *ask(web.port, "PUT", BASE + path, body, **channel_client)
                path = READS[number % 4 - 1].format(hotel.pk)
                return path, *ask(web.port, "GET", BASE + path, None, **channel_client)

            with ThreadPoolExecutor(8) as pool:
                answers = list(pool.map(call, range(CALLS)))

    assert Counter(status for _, status, _ in answers) == {200: CALLS}
    told = {(path, json.dumps(answer["data"])) for path, _, answer in answers if path in reads}
    assert len(told) == len(reads)  # each its own answer, always the same
    assert Booking.objects.count() == CALLS // 4


def test_no_worker_starts_where_it_would_hear_of_no_job():
    environment = os.environ | {"DATABASE_POOLER": "transaction"}
    environment.pop("WORKER_DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "manage.py", "worker"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "WORKER_DATABASE_URL" in done.stderr

"""What the web server answers while the database is away, and how soon it is back."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
import time

import pytest
from django.db import connection

from benchmarks.serving import HOST, ROOT, granian
from bookyflow.api.models import RequestCount, RequestLog
from tests.gateway import Gateway

API = "/bookyflow/api"
CALLERS = 40  # ten times as many as threads


@pytest.fixture
def gateway(transactional_db):
    """The only way to the database that the server has."""
    with Gateway() as opened:
        yield opened


@pytest.fixture
def server(gateway):
    """Granian with one process of four threads."""
    with granian(
        workers=1, application="bookyflow.wsgi:application", DATABASE_URL=gateway.url
    ) as running:
        yield running


def call(port, path):
    """Status, Retry-After, JSON if any, and the seconds that it took."""
    began = time.monotonic()
    one = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        one.request("GET", path)
        answer = one.getresponse()
        body = answer.read()
    finally:
        one.close()
    found = json.loads(body) if "json" in answer.headers["Content-Type"] else body.decode()
    return answer.status, answer.headers["Retry-After"], found, time.monotonic() - began


class Crowd:
    """Callers that ask for something of the database again and again."""

    def __init__(self, port):
        self.port, self.over, self.answers = port, threading.Event(), []
        self.threads = [threading.Thread(target=self.work) for _ in range(CALLERS)]

    def work(self):
        while not self.over.is_set():
            self.answers.append(call(self.port, f"{API}/core/endpoints"))
            time.sleep(0.3)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


def longest_health(port, seconds):
    """The longest that /healthz took in so many seconds; it must always be well."""
    longest, until = 0.0, time.monotonic() + seconds
    while time.monotonic() < until:
        status, _, _, took = call(port, "/healthz")
        assert status == 200
        longest = max(longest, took)
        time.sleep(0.05)
    return longest


def until_answered(port, path, seconds):
    """The seconds until the path is answered with 200; fails after so many."""
    began = time.monotonic()
    while call(port, path)[0] != 200:
        assert time.monotonic() - began < seconds
        time.sleep(0.05)
    return time.monotonic() - began


def test_every_thread_is_free_again_at_once_and_all_is_back_in_a_second(server, gateway):
    until_answered(server.port, "/readyz", 30)
    with Crowd(server.port) as crowd:
        time.sleep(1)
        crowd.answers.clear()
        gateway.away()
        health = longest_health(server.port, 6)
        ready = call(server.port, "/readyz")
        document = call(server.port, f"{API}/schema")
        gateway.back()
        back = until_answered(server.port, "/readyz", 30)
        health = max(health, longest_health(server.port, 1))
    refused = [answer for answer in crowd.answers if answer[0] != 200]
    longest = max(took for *_, took in refused)

    assert health < 1
    assert back < 2
    assert len(refused) > CALLERS
    assert longest < 2
    assert {(status, after, body["key"]) for status, after, body, _ in refused} == {
        (503, "2", "unavailable")
    }
    for status, after, body, took in (ready, document):
        assert (status, after, body["key"]) == (503, "2", "unavailable")
        assert took < 1


def test_calls_in_an_outage_are_counted_after_it(server, gateway):
    """They have no key pair, since nobody could ask whose the token is."""
    until_answered(server.port, "/readyz", 30)
    gateway.away()
    for _ in range(3):
        assert call(server.port, f"{API}/core/endpoints")[0] == 503
    time.sleep(2)
    gateway.back()
    until = time.monotonic() + 20
    while (found := counted(503)) < 3 and time.monotonic() < until:
        time.sleep(0.1)

    assert found == 3
    assert not RequestLog.objects.exists()


def counted(status):
    try:
        return sum(RequestCount.objects.filter(status=status).values_list("calls", flat=True))
    finally:
        connection.close()


def test_health_is_quick_again_after_one_wait_where_the_database_hangs(server, gateway):
    until_answered(server.port, "/readyz", 30)
    gateway.away()
    assert call(server.port, "/readyz")[0] == 503  # no connection is left
    gateway.back()
    gateway.hang()
    with Crowd(server.port):
        time.sleep(5)

        assert longest_health(server.port, 5) < 1.5
        gateway.flow()
        assert until_answered(server.port, "/readyz", 30) < 3


def test_web_starts_without_the_database(gateway):
    """The comparison of clocks at the start waits no longer than any caller."""
    code = (
        "import time; began = time.monotonic(); import bookyflow.settings, django; django.setup();"
        "from bookyflow.core.server_checks import warn_of_other_clocks;"
        "began = time.monotonic(); warn_of_other_clocks(); print(time.monotonic() - began)"
    )
    environment = {
        **os.environ,
        "DATABASE_URL": gateway.url,
        "DJANGO_SETTINGS_MODULE": "bookyflow.settings",
    }
    took = []
    for state in (gateway.away, lambda: (gateway.back(), gateway.hang())):
        state()
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        took.append(float(done.stdout))

    assert took[0] < 1
    assert took[1] < 5

"""What goes on while the cache, where calls are counted, is killed or hangs."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from bookyflow.accounts.services import key_pair_create
from bookyflow.api.calls import counters as module
from bookyflow.api.calls import limits
from bookyflow.api.calls.counters import counters
from bookyflow.core.acting import SYSTEM
from bookyflow.settings import cache_at

API = "/bookyflow/api/probe"


@pytest.fixture
def shared(redis, settings):
    """Calls are limited, and counted in a Redis."""
    settings.CACHES = {"default": cache_at(redis.url)}
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, 1000)
    return redis


def told(caplog):
    return [record for record in caplog.records if "no rate limits" in record.getMessage()]


def test_the_api_answers_and_the_log_says_once_that_there_are_no_limits(client, shared, caplog):
    """It was said with each call, with a traceback: 3,305 lines for 150 calls."""
    assert "RateLimit" in client.get(f"{API}/empty")
    shared.kill()
    answers = [client.get(f"{API}/empty") for _ in range(30)]

    assert {answer.status_code for answer in answers} == {200}
    assert not any("RateLimit" in answer for answer in answers)
    assert len(told(caplog)) == 1
    assert "Traceback" not in caplog.text


def test_the_log_says_it_again_after_a_minute(shared, caplog):
    shared.kill()
    for _ in range(2):
        limits.count("reads", "1")
        counters._told -= module.TOLD_EVERY
        counters._asked_again -= module.PAUSE

    assert len(told(caplog)) == 2


def test_tokens_are_given_while_the_cache_is_away(anonymous, manager, probe, shared):
    key, secret = key_pair_create(owner=manager, label="A", scopes=["email_get"], by=SYSTEM)
    body = {"grant_type": "client_credentials", "client_id": key.client_id, "client_secret": secret}
    shared.kill()
    right = anonymous.post("/bookyflow/api", body, format="multipart")
    wrong = anonymous.post("/bookyflow/api", body | {"client_secret": "x"}, format="multipart")

    assert (right.status_code, wrong.status_code) == (200, 401)


def test_a_cache_that_hangs_costs_one_call_a_moment_and_the_others_nothing(
    client, shared, monkeypatch, caplog
):
    """Each call took five seconds."""
    monkeypatch.setattr(module, "PAUSE", 60)
    client.get(f"{API}/empty")
    shared.freeze()
    took = []
    for _ in range(20):
        began = time.monotonic()
        assert client.get(f"{API}/empty").status_code == 200
        took.append(time.monotonic() - began)
    shared.thaw()

    assert took[0] < 3
    assert sum(took[1:]) < 3
    assert len(told(caplog)) == 1


def test_limits_are_back_when_the_cache_is(client, shared, monkeypatch):
    client.get(f"{API}/empty")
    shared.freeze()
    without = client.get(f"{API}/empty")
    shared.thaw()
    monkeypatch.setattr(module, "PAUSE", 0)
    again = [client.get(f"{API}/empty") for _ in range(2)]

    assert "RateLimit" not in without
    assert all("RateLimit" in answer for answer in again)


def test_threads_do_not_all_wait_for_a_cache_that_hangs(shared, monkeypatch, caplog):
    monkeypatch.setattr(module, "PAUSE", 0.7)  # so that it is asked again meanwhile
    limits.count("reads", "1")
    shared.freeze()

    def call(_):
        began = time.monotonic()
        try:
            assert [limits.count("reads", "1") for _ in range(50)] == [None] * 50
            time.sleep(0.8)
            assert [limits.count("reads", "1") for _ in range(50)] == [None] * 50
            return time.monotonic() - began - 0.8
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        took = sorted(pool.map(call, range(8)))
    shared.thaw()

    assert took[-1] < 4  # one time-out each at first, later one of one of them
    assert sum(took) < 8 * 1.5
    assert len(told(caplog)) == 1

"""How many calls a minute a key pair or an address may make."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import time_machine
from django.core.cache import cache

from bookyflow.accounts.services import key_pair_create
from bookyflow.api.calls import limits
from bookyflow.core.acting import SYSTEM
from bookyflow.plugins import registry
from bookyflow.settings import cache_at

API = "/bookyflow/api/probe"


@pytest.fixture
def limited(settings):
    """Set limits; the others are off."""

    def to(**changes):
        settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, 0) | changes

    return to


@pytest.fixture
def clock():
    with time_machine.travel("2027-06-10T12:00:10Z", tick=False) as traveller:
        yield traveller


def test_without_limits_there_are_no_headers(client):
    response = client.get(f"{API}/empty")

    assert response.status_code == 200
    assert not {"RateLimit", "RateLimit-Policy"} & set(response.headers)


def test_headers_tell_what_is_left(clock, client, limited):
    limited(reads=2)
    first, second = (client.get(f"{API}/empty") for _ in range(2))

    assert first["RateLimit-Policy"] == '"reads";q=2;w=60'
    assert first["RateLimit"] == '"reads";r=1;t=50'
    assert second["RateLimit"] == '"reads";r=0;t=50'


def test_one_call_too_many_waits_for_the_next_minute(clock, client, limited):
    limited(reads=1)
    client.get(f"{API}/empty")
    refused = client.get(f"{API}/empty")
    clock.shift(50)
    later = client.get(f"{API}/empty")

    assert (refused.status_code, refused.json()["key"]) == (429, "rate_limited")
    assert refused["Retry-After"] == "50"
    assert refused["RateLimit"] == '"reads";r=0;t=50'
    assert later.status_code == 200


def test_reads_and_writes_are_counted_apart(clock, client, limited):
    limited(reads=1, writes=1)
    client.get(f"{API}/empty")
    written = client.post(f"{API}/write", {"text": "Hut"})

    assert written["RateLimit"] == '"writes";r=0;t=50'
    assert client.post(f"{API}/write", {"text": "Barn"}).status_code == 429


def test_each_key_pair_has_its_own(clock, client, client_for, limited):
    limited(reads=1)
    client.get(f"{API}/empty")

    assert client_for("probe_get").get(f"{API}/empty").status_code == 200
    assert client.get(f"{API}/empty").status_code == 429


def test_refusals_and_unchanged_reads_carry_the_headers(clock, client, limited):
    limited(reads=9)
    tag = client.get(f"{API}/empty")["ETag"]
    unchanged = client.get(f"{API}/empty", HTTP_IF_NONE_MATCH=tag)
    refused = client.get(f"{API}/limited?limit=x")

    assert (unchanged.status_code, unchanged["RateLimit"]) == (304, '"reads";r=7;t=50')
    assert (refused.status_code, refused["RateLimit"]) == (400, '"reads";r=6;t=50')


def test_what_anybody_may_call_is_counted_by_address(clock, anonymous, db, limited):
    limited(public=1)
    path = "/bookyflow/api/core/report"

    assert anonymous.get(path)["RateLimit"] == '"public";r=0;t=50'
    assert anonymous.get(path).status_code == 429
    assert anonymous.get(path, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_all_addresses_of_one_line_count_together(clock, anonymous, db, limited):
    limited(public=2)
    path = "/bookyflow/api/core/report"
    addresses = ["2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:ffff::3", "2001:db8:1:3::1"]

    answers = [anonymous.get(path, REMOTE_ADDR=address).status_code for address in addresses]

    assert answers == [200, 200, 429, 200]


@pytest.mark.parametrize("token", ["", "Bearer guessed"])
def test_failed_authentication_is_counted_by_address(clock, client, anonymous, limited, token):
    limited(failures=1)
    anonymous.credentials(HTTP_AUTHORIZATION=token)
    first, second = (anonymous.get(f"{API}/empty") for _ in range(2))

    assert (first.status_code, first["RateLimit"]) == (401, '"failures";r=0;t=50')
    assert (second.status_code, second["Retry-After"]) == (429, "50")
    assert client.get(f"{API}/empty").status_code == 200


def test_refusals_use_up_the_limit_of_their_key(clock, client, client_for, limited):
    """Seven hundred unknown properties with one key, whose limit was 600, were 700 times 404."""
    limited(reads=3, failures=1)
    answers = [client.get(f"{API}/property/{n}") for n in range(1_000_000, 1_000_005)]
    other = client_for("probe_set")
    forbidden = [other.get(f"{API}/empty").status_code for _ in range(5)]

    assert [answer.status_code for answer in answers] == [404] * 3 + [429] * 2
    assert [answer["RateLimit"] for answer in answers[:3]] == [
        f'"reads";r={left};t=50' for left in (2, 1, 0)
    ]
    assert forbidden == [403] * 3 + [429] * 2


def test_a_property_that_the_body_names_is_counted_before_it_is_looked_for(clock, client, limited):
    limited(writes=2)
    answers = [client.put(f"{API}/property", {"property_uid": 1_000_000 + n}) for n in range(3)]

    assert [answer.status_code for answer in answers] == [404, 404, 429]


def test_refusals_of_what_anybody_may_call_use_up_the_limit(clock, anonymous, db, limited):
    limited(public=2, failures=1)
    registry.set_enabled("core", on=False)
    answers = [anonymous.get("/bookyflow/api/core/report") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [404, 404, 429, 429]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/bookyflow/api/nowhere", 404),
        ("get", f"{API}/nowhere", 404),
        ("get", f"{API}/empty?text=%00", 400),
        ("delete", f"{API}/empty", 405),
        ("options", f"{API}/empty", 405),
        ("delete", "/bookyflow/api/oauth/token", 405),
        ("post", "/bookyflow/api/oauth/token", 400),
        ("post", "/bookyflow/api/oauth/revoke", 400),
    ],
)
def test_what_is_refused_to_anybody_is_counted(
    clock, probe, anonymous, client, limited, method, path, status
):
    limited(failures=2)
    answers = [getattr(anonymous, method)(path, format="multipart") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [status, status, 429]
    assert answers[-1]["Retry-After"] == "50"
    assert client.get(f"{API}/empty").status_code == 200
    assert getattr(anonymous, method)(path, REMOTE_ADDR="192.0.2.7").status_code == status


def test_a_token_from_a_network_that_it_is_not_for_is_counted_by_address(
    clock, client_for, probe, limited
):
    limited(reads=9, failures=1)
    client = client_for("probe_get", allowed_networks=["192.0.2.0/24"])
    elsewhere = [client.get(f"{API}/empty").status_code for _ in range(2)]

    assert elsewhere == [403, 429]
    assert client.get(f"{API}/empty", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_call_is_counted_once(clock, client, anonymous, limited):
    limited(reads=9, public=9, failures=1)
    for _ in range(3):
        assert client.get(f"{API}/property/1000000").status_code == 404
        assert anonymous.get("/bookyflow/api/core/report").status_code == 200
        assert anonymous.get("/healthz").status_code == 200

    assert anonymous.get(f"{API}/empty").status_code == 401


def test_web_pages_of_others_can_read_that_they_call_too_often(clock, anonymous, db, limited):
    limited(failures=1)
    path = "/bookyflow/api/core/nowhere"
    answers = [anonymous.get(path, HTTP_ORIGIN="https://app.example") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [404, 429]
    assert {answer["Access-Control-Allow-Origin"] for answer in answers} == {"*"}
    assert answers[1].json()["key"] == "rate_limited"


@pytest.mark.parametrize("path", ["api/schema", "api/schema?format=yaml", "docs/browser.json"])
def test_the_document_is_counted_by_address(clock, anonymous, db, limited, path):
    limited(public=1)
    first, second = (anonymous.get(f"/bookyflow/{path}") for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 429)
    assert second["Retry-After"] == "50"
    assert second.json()["key"] == "rate_limited"


def test_tokens_of_a_working_key_pair_are_limited(clock, anonymous, manager, probe, limited):
    limited(tokens=2, failures=1)
    key, secret = key_pair_create(owner=manager, label="A", scopes=["email_get"], by=SYSTEM)
    body = {"grant_type": "client_credentials", "client_id": key.client_id, "client_secret": secret}
    path = "/bookyflow/api/oauth/token"
    answers = [anonymous.post(path, body, format="multipart") for _ in range(4)]
    elsewhere = anonymous.post(path, body, format="multipart", REMOTE_ADDR="192.0.2.7")
    clock.shift(50)

    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert (answers[2].json()["error"], answers[2]["Retry-After"]) == ("rate_limited", "50")
    assert elsewhere.status_code == 429
    assert anonymous.post(path, body, format="multipart").status_code == 200


COUNTING = """
import sys
from django.conf import settings
settings.configure(
    CACHES={"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache",
                        "LOCATION": sys.argv[1]}},
    RATE_LIMITS={"reads": 1000},
)
from bookyflow.api.calls import limits
limits.time.time = lambda: 1_000_000_000.0
print(*[limits.count("reads", "1").used for _ in range(200)])
"""


def test_processes_that_share_a_redis_count_together(redis):
    command = [sys.executable, "-c", COUNTING, redis.url]
    counters = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [counter.communicate(timeout=60)[0] for counter in counters]
    used = [int(number) for text in told for number in re.findall(r"\d+", text)]

    assert sorted(used) == list(range(1, 401))


def test_a_minute_in_redis_is_forgotten(redis, settings, limited):
    limited(reads=5)
    settings.CACHES = {"default": cache_at(redis.url)}
    limits.count("reads", "1")
    client = cache._cache.get_client(None)
    (key,) = client.keys("*limit*")

    assert 0 < client.ttl(key) <= 2 * limits.WINDOW

"""Key pairs at the edges of their networks, their lives and the lives of their secrets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from bookyflow.accounts.models import KeyPair
from bookyflow.accounts.services import (
    key_pair_change,
    key_pair_create,
    key_secret_add,
    key_secret_retire,
)
from bookyflow.core.acting import SYSTEM

API = "/bookyflow/api/probe"
TOKEN = "/bookyflow/api/oauth/token"
NOON = datetime(2027, 6, 10, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def clock():
    """Five minutes to noon."""
    with time_machine.travel(NOON - timedelta(minutes=5), tick=False) as traveller:
        yield traveller


@pytest.fixture
def pair(probe, manager):
    """A key pair and its first secret."""
    return key_pair_create(owner=manager, label="App", scopes=["echo_get"], by=SYSTEM)


def ask(key, secret, **extra):
    body = {
        "grant_type": "client_credentials",
        "client_id": key.client_id,
        "client_secret": secret,
    }
    return Client().post(TOKEN, body, **extra)


def echo(token, **extra):
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    return Client().get("/bookyflow/api/echo", **headers, **extra).status_code


@pytest.mark.parametrize(
    ("networks", "address", "status"),
    [
        (["192.0.2.0/24"], "192.0.2.0", 200),
        (["192.0.2.0/24"], "192.0.2.255", 200),
        (["192.0.2.0/24"], "192.0.3.0", 403),
        (["192.0.2.0/24"], "192.0.1.255", 403),
        (["192.0.2.7/32"], "192.0.2.7", 200),
        (["192.0.2.7/32"], "192.0.2.8", 403),
        (["0.0.0.0/0"], "192.0.2.7", 200),
        (["0.0.0.0/0"], "2001:db8::1", 403),
        (["2001:db8::/32"], "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", 200),
        (["2001:db8::/32"], "2001:db9::", 403),
        (["192.0.2.0/24"], "::ffff:192.0.2.7", 200),
        (["192.0.2.0/24"], "::ffff:192.0.3.7", 403),
        (["192.0.2.0/24", "2001:db8::/32"], "2001:db8::1", 200),
        (["192.0.2.0/24"], "", 403),
        (["192.0.2.0/24"], "not an address", 403),
    ],
)
def test_the_edges_of_a_network(client_for, probe, networks, address, status):
    client = client_for("probe_get", allowed_networks=networks)

    assert client.get(f"{API}/empty", REMOTE_ADDR=address).status_code == status


def test_networks_count_for_tokens_that_were_made_before(pair):
    key, secret = pair
    token = ask(key, secret).json()["access_token"]
    assert echo(token) == 200
    key_pair_change(key=key, by=SYSTEM, allowed_networks=["198.51.100.0/24"])

    assert echo(token) == 403
    assert echo(token, REMOTE_ADDR="198.51.100.1") == 200
    assert ask(key, secret).status_code == 401
    assert ask(key, secret, REMOTE_ADDR="198.51.100.1").status_code == 200


def test_a_key_works_to_its_last_moment_and_not_at_its_end(clock, pair):
    key, secret = pair
    KeyPair.objects.filter(pk=key.pk).update(expires_at=NOON)
    clock.move_to(NOON - MOMENT)
    token = ask(key, secret).json()["access_token"]
    assert echo(token) == 200
    clock.move_to(NOON)

    assert echo(token) == 401
    assert ask(key, secret).status_code == 401


def test_a_token_works_to_its_last_moment_and_not_at_its_end(clock, pair, settings):
    token = ask(*pair).json()
    ends = NOON - timedelta(minutes=5) + timedelta(seconds=token["expires_in"])
    clock.move_to(ends - MOMENT)
    assert echo(token["access_token"]) == 200
    clock.move_to(ends)

    assert echo(token["access_token"]) == 401


def test_a_secret_is_replaced_without_a_gap(clock, pair):
    key, old = pair
    first = key.secrets.get()
    before = ask(key, old).json()["access_token"]
    _, new = key_secret_add(key=key, by=SYSTEM)
    assert [ask(key, secret).status_code for secret in (old, new)] == [200, 200]
    key_secret_retire(secret=first, by=SYSTEM, at=NOON)
    clock.move_to(NOON - MOMENT)
    assert [ask(key, secret).status_code for secret in (old, new)] == [200, 200]
    clock.move_to(NOON)

    assert [ask(key, secret).status_code for secret in (old, new)] == [401, 200]
    assert echo(before) == 200


def test_a_leaked_secret_ends_with_its_tokens(pair):
    key, leaked = pair
    first = key.secrets.get()
    stolen = ask(key, leaked).json()["access_token"]
    _, new = key_secret_add(key=key, by=SYSTEM)
    key_secret_retire(secret=first, by=SYSTEM, end_tokens=True)

    assert echo(stolen) == 401
    assert [ask(key, secret).status_code for secret in (leaked, new)] == [401, 200]
    assert echo(ask(key, new).json()["access_token"]) == 200

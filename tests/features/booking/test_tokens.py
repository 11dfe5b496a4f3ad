"""Who books with a token is known by its key pair; who sends one that has ended is told so."""

from __future__ import annotations

import pytest

from bookyflow.core.ids import booking_number
from tests.features.booking.conftest import API, GUEST, data, secret, told

pytestmark = pytest.mark.django_db

DEAD = {"HTTP_AUTHORIZATION": "Bearer ended"}


def test_a_token_that_does_not_work_is_refused_and_not_overlooked(
    anonymous, asked, held, hold, confirm, read, cancel
):
    answers = [anonymous.post(f"{API}/quote", asked, **DEAD), hold(**DEAD), confirm(**DEAD)]
    answers += [call(held, **DEAD) for call in (read, cancel)]

    assert {told(one) for one in answers} == {(401, "invalid_token")}
    assert 'error="invalid_token"' in answers[0]["WWW-Authenticate"]
    assert data(read(held))["status"] == "held"


def test_failures_with_a_token_are_counted(anonymous, asked, settings):
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, 0) | {"failures": 1}

    first, second = (anonymous.post(f"{API}/quote", asked, **DEAD) for _ in range(2))

    assert (first.status_code, second.status_code) == (401, 429)


def test_a_key_pair_of_whatever_scope_may_book(client_for, asked):
    assert client_for("echo_get").post(f"{API}/quote", asked).status_code == 200


def test_a_key_must_not_be_used_from_elsewhere(client_for, asked):
    client = client_for("echo_get", allowed_networks=["192.0.2.0/24"])

    assert client.post(f"{API}/quote", asked, REMOTE_ADDR="192.0.2.1").status_code == 200
    assert client.post(f"{API}/quote", asked, REMOTE_ADDR="203.0.113.1").status_code == 403


def test_calls_with_a_token_are_counted_by_its_key_pair(anonymous, client_for, asked, settings):
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, 0) | {"public": 1, "writes": 2}
    client = client_for("echo_get")

    with_token = [client.post(f"{API}/quote", asked).status_code for _ in range(3)]
    without = [anonymous.post(f"{API}/quote", asked).status_code for _ in range(2)]

    assert (with_token, without) == ([200, 200, 429], [200, 429])


def test_a_key_pair_opens_no_booking(client_for, held):
    client = client_for("properties_get properties_set")
    path = f"{API}/{held['reference']}"

    assert client.get(path).status_code == 400
    wrong = {"HTTP_X_BOOKYFLOW_BOOKING_TOKEN": "x" * 43}
    assert client.get(path, **wrong).status_code == 404
    assert client.get(f"{API}/{booking_number(10**6)}", **secret(held)).status_code == 404
    assert client.get(path, **secret(held)).status_code == 200


def test_a_call_repeated_with_another_token_is_the_same_call(anonymous, client_for, quoted):
    body = {"quote": quoted()["quote"], "guest": GUEST}
    once = {"HTTP_IDEMPOTENCY_KEY": "one-tap"}

    first = client_for("echo_get").post(f"{API}/confirm", body, **once)
    again = anonymous.post(f"{API}/confirm", body, **once)

    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()

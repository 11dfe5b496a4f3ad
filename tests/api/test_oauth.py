from __future__ import annotations

import base64
from datetime import timedelta

import psycopg
import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client, RequestFactory
from django.utils import timezone
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from oauth2_provider.models import AccessToken
from rest_framework.request import Request

from bookyflow.accounts.models import KeyPair, KeySecret
from bookyflow.accounts.services import key_pair_create
from bookyflow.api.auth.oauth import live_key
from bookyflow.core import ids
from bookyflow.core.acting import Actor
from bookyflow.plugins import registry

pytestmark = pytest.mark.django_db
BASE = "/bookyflow/api"
TOKEN = f"{BASE}/oauth/token"


@pytest.fixture
def pair(manager) -> tuple[KeyPair, str]:
    return key_pair_create(
        owner=manager, label="App", scopes=["echo_get", "email_get"], by=Actor(user_id=manager.pk)
    )


@pytest.fixture
def http() -> Client:
    return Client(enforce_csrf_checks=True)


def fields(pair, **changes):
    key, secret = pair
    body = {
        "grant_type": "client_credentials",
        "client_id": key.client_id,
        "client_secret": secret,
    } | changes
    return {name: value for name, value in body.items() if value is not None}


def basic(client_id, secret):
    value = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return {"HTTP_AUTHORIZATION": f"Basic {value}"}


@pytest.mark.parametrize("path", [BASE, f"{BASE}/", TOKEN, f"{TOKEN}/"])
def test_gives_a_token(http, pair, path):
    response = http.post(path, fields(pair))

    assert response.status_code == 200, response.content
    body = response.json()
    assert body.keys() == {"access_token", "expires_in", "token_type", "scope"}
    assert (body["expires_in"], body["token_type"]) == (3600, "Bearer")
    assert body["scope"] == "echo_get email_get"
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Type"] == "application/json"
    headers = {"HTTP_AUTHORIZATION": f"Bearer {body['access_token']}"}
    assert http.get(f"{BASE}/echo", **headers).status_code == 200


def test_takes_http_basic(http, pair):
    key, secret = pair
    body = {"grant_type": "client_credentials"}

    assert http.post(TOKEN, body, **basic(key.client_id, secret)).status_code == 200


def test_the_toolkits_own_class_knows_the_token(http, pair):
    """A package of its own may have views with it."""
    token = http.post(TOKEN, fields(pair)).json()["access_token"]
    call = RequestFactory().get("/own", HTTP_AUTHORIZATION=f"Bearer {token}")

    found = OAuth2Authentication().authenticate(Request(call))

    assert found is not None
    assert found[1].application_id == pair[0].pk
    assert OAuth2Authentication().authenticate(Request(RequestFactory().get("/own"))) is None


def test_the_token_is_stored_as_a_checksum(http, pair):
    raw = http.post(TOKEN, fields(pair)).json()["access_token"]
    stored = AccessToken.objects.get()

    assert stored.application_id == pair[0].pk
    assert stored.token == ""
    assert raw not in str(vars(stored))


@pytest.mark.parametrize("scope", ["email_get", "email_get,echo_get", "email_get echo_get"])
def test_scopes_may_be_asked_for(http, pair, scope):
    response = http.post(TOKEN, fields(pair, scope=scope))

    assert set(response.json()["scope"].split()) == set(scope.replace(",", " ").split())


@pytest.mark.parametrize("scope", ["", " ", ","])
def test_a_scope_without_a_value_counts_as_omitted(http, pair, scope):
    response = http.post(TOKEN, fields(pair, scope=scope))

    assert response.json()["scope"] == http.post(TOKEN, fields(pair)).json()["scope"]


@pytest.mark.parametrize(
    "scope", ["content_get", "nonsense", "content_get nonsense", "*", "__all__"]
)
def test_none_of_the_scopes_was_granted(http, pair, scope):
    response = http.post(TOKEN, fields(pair, scope=scope))

    assert (response.status_code, response.json()["error"]) == (400, "invalid_scope")
    assert response.json()["error_description"] == "The key pair has none of the scopes asked for."


@pytest.mark.parametrize("scope", ["echo_get content_get", "content_get,echo_get,nonsense"])
def test_scopes_are_cut_to_those_of_the_key(http, pair, scope):
    response = http.post(TOKEN, fields(pair, scope=scope))

    assert (response.status_code, response.json()["scope"]) == (200, "echo_get")


def test_a_token_works_again_with_its_feature(http, pair):
    def read():
        return http.get("/bookyflow/api/email", HTTP_AUTHORIZATION=f"Bearer {token}").status_code

    registry.set_enabled("email", on=False)
    given = http.post(TOKEN, fields(pair)).json()
    token = given["access_token"]
    off = read()
    registry.set_enabled("email", on=True)

    assert given["scope"] == "echo_get email_get"
    assert (off, read()) == (404, 200)


def test_a_token_beside_the_key_pair_is_nothing(http, pair):
    old = {"HTTP_AUTHORIZATION": "Bearer an-old-token"}
    renewed = http.post(TOKEN, fields(pair), **old)
    revoked = http.post(
        f"{BASE}/oauth/revoke", fields(pair, token=renewed.json()["access_token"]), **old
    )

    assert (renewed.status_code, revoked.status_code) == (200, 200)
    assert http.post(TOKEN, {"grant_type": "client_credentials"}, **old).status_code == 401


@pytest.mark.parametrize("column", ["", "known-to-somebody"])
def test_the_client_secret_column_is_no_credential(http, pair, column):
    """The stock validator takes an empty column for "no secret needed"."""
    key, _ = pair
    KeyPair.objects.filter(pk=key.pk).update(client_secret=column)
    body = {"grant_type": "client_credentials"}
    attempts = [
        http.post(TOKEN, fields(pair, client_secret=secret)) for secret in (None, "", column)
    ] + [http.post(TOKEN, body, **basic(key.client_id, secret)) for secret in ("", column)]
    attempts.append(http.post(TOKEN, body | {"client_id": key.client_id}))

    assert [(r.status_code, r.json()["error"]) for r in attempts] == [(401, "invalid_client")] * 6
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize(
    "header", ["Basic", "Basic %%%", "Basic YQ==", "Basic /////w==", "Digest a=b"]
)
def test_a_bad_header_is_not_mended_by_fields(http, pair, header):
    response = http.post(TOKEN, fields(pair), HTTP_AUTHORIZATION=header)

    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
    assert response["WWW-Authenticate"] == 'Basic realm="BookyFlow"'


def refused(http, pair):
    response = http.post(TOKEN, fields(pair))
    assert "access_token" not in response.json()
    return (response.status_code, response.json()["error"]) == (401, "invalid_client")


def test_what_has_ended_gets_no_token(http, pair, manager):
    past = timezone.now() - timedelta(seconds=1)
    for model, changes, undo in (
        (KeyPair, {"revoked_at": past}, {"revoked_at": None}),
        (KeyPair, {"expires_at": past}, {"expires_at": None}),
        (KeyPair, {"allowed_networks": ["10.0.0.0/8"]}, {"allowed_networks": []}),
        (KeySecret, {"expires_at": past}, {"expires_at": None}),
    ):
        model.objects.update(**changes)
        assert refused(http, pair), changes
        model.objects.update(**undo)
    for change in ({"is_suspended": True}, {"is_active": False}):
        type(manager).objects.update(**change)
        assert refused(http, pair), change
        type(manager).objects.update(is_suspended=False, is_active=True)
    assert http.post(TOKEN, fields(pair)).status_code == 200


def test_a_secret_of_another_pair(http, pair, manager):
    _, other = key_pair_create(
        owner=manager, label="Other", scopes=["echo_get"], by=Actor(user_id=manager.pk)
    )

    assert refused(http, (pair[0], other))


def test_two_secrets_live_at_once(http, pair):
    second = ids.client_secret()
    KeySecret.objects.create(key=pair[0], digest=ids.digest(second), hint=second[-4:])

    assert http.post(TOKEN, fields(pair)).status_code == 200
    assert http.post(TOKEN, fields((pair[0], second))).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "password", "username": "manager"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "unsupported_grant_type"),
        (
            {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x"},
            "unsupported_grant_type",
        ),
    ],
)
def test_nothing_else_is_offered(http, pair, changes, error):
    response = http.post(TOKEN, fields(pair, **changes))

    assert (response.status_code, response.json()["error"]) == (400, error)


def test_only_posts_with_forms(http, pair):
    get = http.get(TOKEN, fields(pair))
    query = http.post(
        f"{TOKEN}?client_id={pair[0].client_id}", {"grant_type": "client_credentials"}
    )
    json = http.post(TOKEN, fields(pair), content_type="application/json")

    assert (get.status_code, get["Allow"]) == (405, "POST")
    assert (query.status_code, query.json()["error"]) == (400, "invalid_request")
    assert (json.status_code, json.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("name", ["client_id", "client_secret", "grant_type", "scope", "other"])
def test_refuses_a_parameter_that_is_there_twice(http, pair, name):
    body = fields(pair, scope="echo_get", other="x")
    response = http.post(TOKEN, body | {name: [body[name], body[name]]})

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize("path", [TOKEN, f"{BASE}/oauth/revoke"])
def test_refuses_a_secret_in_header_and_body(http, pair, path):
    key, secret = pair
    response = http.post(path, fields(pair, token="x"), **basic(key.client_id, secret))
    named = fields(pair, client_secret=None, token="x")

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    assert http.post(path, named, **basic(key.client_id, secret)).status_code == 200


def test_odd_client_ids(http, pair):
    for client_id in ("", "\0", "x" * 5000, "ü", "' OR 1=1 --"):
        response = http.post(TOKEN, fields(pair, client_id=client_id))

        assert response.status_code in {400, 401}
        assert "error" in response.json()


def test_attempts_are_limited_by_name_and_address(http, pair):
    wrong = (pair[0], "bfsk_wrong")
    for _ in range(10):
        assert refused(http, wrong)
    response = http.post(TOKEN, fields(pair))

    assert (response.status_code, response.json()["error"]) == (429, "rate_limited")
    assert int(response["Retry-After"]) > 0
    elsewhere = http.post(TOKEN, fields(pair), REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 200


def test_one_address_tries_no_number_of_client_ids(http, pair):
    statuses = [
        http.post(TOKEN, fields(pair, client_id=f"bfid_{n}", client_secret="x")).status_code
        for n in range(60)
    ]
    limited = http.post(TOKEN, fields(pair))
    elsewhere = http.post(TOKEN, fields(pair), REMOTE_ADDR="192.0.2.7")

    assert statuses == [401] * 50 + [429] * 10
    assert (limited.status_code, limited.json()["error"]) == (429, "rate_limited")
    assert 0 < int(limited["Retry-After"]) <= 15 * 60
    assert elsewhere.status_code == 200


def test_all_addresses_of_one_line_try_together(http, pair):
    wrong = fields((pair[0], "bfsk_wrong"))
    for n in range(10):
        assert http.post(TOKEN, wrong, REMOTE_ADDR=f"2001:db8:1:2::{n}").status_code == 401

    assert http.post(TOKEN, wrong, REMOTE_ADDR="2001:db8:1:2:ffff::1").status_code == 429
    assert http.post(TOKEN, wrong, REMOTE_ADDR="2001:db8:1:3::1").status_code == 401


def test_failures_are_remembered_however_many_follow(http, pair):
    """Fourteen hundred other names pushed the count out of the cache, and tries went on."""
    for _ in range(10):
        assert refused(http, (pair[0], "bfsk_wrong"))
    for n in range(30):  # of a cache that keeps less than what comes
        address = f"198.51.100.{n}"
        http.post(TOKEN, fields(pair, client_id=f"bfid_{n}"), REMOTE_ADDR=address)
    cache.clear()

    assert http.post(TOKEN, fields(pair)).status_code == 429


def test_nobody_is_let_in_uncounted_while_the_database_is_away(http, pair, monkeypatch):
    def refuse(*args):
        raise OperationalError("connection refused") from psycopg.OperationalError("refused")

    with monkeypatch.context() as away:
        away.setattr(BaseDatabaseWrapper, "ensure_connection", refuse)
        response = http.post(TOKEN, fields(pair))

    assert (response.status_code, response.json()["error"]) == (503, "temporarily_unavailable")
    assert int(response["Retry-After"]) > 0
    assert http.post(TOKEN, fields(pair)).status_code == 200


def test_success_starts_the_count_anew(http, pair):
    for _ in range(9):
        assert refused(http, (pair[0], "bfsk_wrong"))
    assert http.post(TOKEN, fields(pair)).status_code == 200
    for _ in range(9):
        assert refused(http, (pair[0], "bfsk_wrong"))
    assert http.post(TOKEN, fields(pair)).status_code == 200


def test_revokes_a_token(http, pair):
    raw = http.post(TOKEN, fields(pair)).json()["access_token"]
    response = http.post(f"{BASE}/oauth/revoke", fields(pair, grant_type=None, token=raw))

    assert response.status_code == 200
    headers = {"HTTP_AUTHORIZATION": f"Bearer {raw}"}
    assert http.get(f"{BASE}/echo", **headers).status_code == 401


def test_another_pairs_token_stays(http, pair, client_for):
    client = client_for("echo_get")
    response = http.post(f"{BASE}/oauth/revoke", fields(pair, grant_type=None, token=client.token))

    assert response.status_code == 200
    assert client.get(f"{BASE}/echo").status_code == 200


def test_revoking_needs_the_secret(http, pair, client_for):
    client = client_for("echo_get")
    body = {"token": client.token, "client_id": client.key.client_id}
    response = http.post(f"{BASE}/oauth/revoke", body)

    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
    assert client.get(f"{BASE}/echo").status_code == 200


def test_authenticating_the_client_is_one_statement(pair, django_assert_num_queries):
    key, secret = pair
    with django_assert_num_queries(1):
        found = live_key(key.client_id, secret, "127.0.0.1")
        assert found.user.access_level == 70

    assert found == key


def test_a_token_takes_two_statements(http, pair, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert http.post(TOKEN, fields(pair)).status_code == 200


def test_a_token_is_a_row_of_the_toolkit_without_its_text(http, pair):
    key, _ = pair
    before = timezone.now()
    given = http.post(TOKEN, fields(pair, resource="https://rooms.example/api")).json()
    (row,) = AccessToken.objects.all()

    assert (row.token, row.token_checksum) == ("", ids.digest(given["access_token"]))
    assert (row.application, row.user, row.scope) == (key, None, given["scope"])
    assert (row.source_refresh_token, row.id_token) == (None, None)
    assert row.resource == ["https://rooms.example/api"]
    assert before <= row.created == row.updated <= timezone.now()
    assert row.expires - row.created == timedelta(seconds=given["expires_in"])


@pytest.mark.parametrize(
    ("path", "changes", "status"),
    [
        (TOKEN, {"scope": "nonsense"}, 400),
        (TOKEN, {"resource": "no-address"}, 400),
        (f"{BASE}/oauth/revoke", {"token": "x", "grant_type": None}, 200),
    ],
)
def test_whoever_has_the_secret_fails_no_attempt_whatever_else_is_wrong(
    http, pair, path, changes, status
):
    for _ in range(9):
        assert refused(http, (pair[0], "bfsk_wrong"))
    assert http.post(path, fields(pair, **changes)).status_code == status

    for _ in range(9):
        assert refused(http, (pair[0], "bfsk_wrong"))
    assert http.post(TOKEN, fields(pair)).status_code == 200


def test_no_client_id_goes_with_the_secret_of_another(http, pair, manager):
    other, _ = key_pair_create(
        owner=manager, label="Other", scopes=["echo_get"], by=Actor(user_id=manager.pk)
    )

    for client_id in ("", other.client_id, f"{pair[0].client_id}\0"):
        response = http.post(TOKEN, fields(pair, client_id=client_id))
        assert (response.status_code, response.json()["error"]) == (401, "invalid_client")

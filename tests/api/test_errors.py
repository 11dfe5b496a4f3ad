"""Every refusal has one shape, whatever layer it comes from. CheckedClient checks the shape."""

from __future__ import annotations

import json

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import errors as pg

from bookyflow.core.errors import ERRORS
from bookyflow.plugins import registry
from bookyflow.properties.models import PropertyType
from tests.api.probe import views

API = "/bookyflow/api/probe"


def test_problem_has_every_member(client):
    response = client.post(f"{API}/refuse", {"text": "Barn"}, HTTP_X_REQUEST_ID="caller-0001")

    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "/bookyflow/docs/errors#room_taken",
        "title": "Room not available",
        "status": 409,
        "detail": "Room 12 is not free.",
        "instance": f"{API}/refuse",
        "key": "room_taken",
        "request_id": "caller-0001",
        "fields": {},
        "error_message": "Room 12 is not free.",
        "meta": {"code": 409},
        "results": {
            "1": {"success": False, "key": "room_taken", "message": "Room 12 is not free."}
        },
    }


def test_a_refusal_undoes_what_was_written(client):
    client.post(f"{API}/refuse", {"text": "Barn"})

    assert not PropertyType.objects.filter(name="Barn").exists()


@pytest.mark.parametrize("accept", ["application/problem+json", "text/html", "image/png"])
def test_any_accept_gets_json(client, accept):
    assert client.get(f"{API}/empty", HTTP_ACCEPT=accept).status_code == 200
    assert client.get(f"{API}/nowhere", HTTP_ACCEPT=accept).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "key"),
    [
        (b"{", 400, "malformed_request"),
        (b"", 400, "validation_failed"),
        (b'{"text": "a\\u0000b"}', 400, "malformed_request"),
        (b'{"text": "\\ud800"}', 400, "malformed_request"),
        (b'{"text": NaN}', 400, "malformed_request"),
        (b'{"text": 1e999}', 400, "malformed_request"),
        (b'{"text": "\xff"}', 400, "malformed_request"),
        (b"[1]", 400, "malformed_request"),
        (b'"text"', 400, "malformed_request"),
        (b"[" * 100_000, 400, "malformed_request"),
        (b'{"text":' + b"[" * 40 + b"]" * 40 + b"}", 400, "malformed_request"),
        (b'{"text": ' + b"9" * 5000 + b"}", 400, "malformed_request"),
        (b'{"text": "' + b"a" * 11_000_000 + b'"}', 413, "payload_too_large"),
        (b'{"text": ["a"]}', 400, "validation_failed"),
    ],
    ids=range(14),
)
def test_bad_json(client, body, status, key):
    response = client.generic("POST", f"{API}/write", body, "application/json")

    assert (response.status_code, response.json()["key"]) == (status, key)


def test_an_escaped_backslash_is_no_nul(client):
    body = json.dumps({"text": "a\\u0000b"})
    response = client.generic("POST", f"{API}/write", body, "application/json")

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("body", "media", "status", "key"),
    [
        (b"text=%00", "application/x-www-form-urlencoded", 400, "malformed_request"),
        (b"text=%ff", "application/x-www-form-urlencoded", 400, "malformed_request"),
        (b"text=a&text[b]=c", "application/x-www-form-urlencoded", 400, "malformed_request"),
        (b"a=&" * 25_000, "application/x-www-form-urlencoded", 413, "payload_too_large"),
        (b"a" * 11_000_000, "application/x-www-form-urlencoded", 413, "payload_too_large"),
        (b"no parts", "multipart/form-data; boundary=x", 400, "validation_failed"),
        (b"no boundary", "multipart/form-data", 400, "malformed_request"),
        (b"<text/>", "application/xml", 415, "unsupported_media_type"),
        (b"text", "text/plain", 415, "unsupported_media_type"),
    ],
)
def test_bad_forms(client, body, media, status, key):
    response = client.generic("POST", f"{API}/write", body, media)

    assert (response.status_code, response.json()["key"]) == (status, key)


def test_fields_are_named(client):
    response = client.post(f"{API}/write", {"text": "\x07"})

    assert response.status_code == 400
    assert response.json()["fields"] == {"text": ["Control characters are not allowed."]}
    assert response.json()["detail"] == "Invalid: text."


def test_query_is_checked(client):
    response = client.get(f"{API}/limited?limit=0")

    assert response.status_code == 400
    assert list(response.json()["fields"]) == ["limit"]


def test_a_broken_constraint_is_its_own_error(client):
    PropertyType.objects.get_or_create(name="Hotel")
    response = client.post(f"{API}/constraint", {})

    assert response.status_code == 400
    assert list(response.json()["fields"]) == ["property_name"]


def test_what_a_model_refuses_has_the_names_of_the_body(client):
    response = client.post(f"{API}/checked", {"title": "x" * 101})

    body = response.json()
    assert (response.status_code, body["key"], list(body["fields"])) == (
        400,
        "validation_failed",
        ["title"],
    )
    assert body["detail"] == "Invalid: title."


def test_an_unknown_constraint_is_a_fault(client):
    response = client.post(f"{API}/constraint", {"flag": 1})

    assert (response.status_code, response.json()["key"]) == (500, "server_error")


def test_a_fault_reaches_the_log_and_says_nothing(client, caplog):
    response = client.get(f"{API}/fail")

    assert response.status_code == 500
    assert response.json()["key"] == "server_error"
    assert "fault of ours" not in response.text
    assert "a fault of ours" in caplog.text


def test_unknown_paths(client, anonymous):
    for path in ("/bookyflow/api/nope", "/bookyflow/api/probe/empty/nope", "/bookyflow/api/echo/x"):
        response = anonymous.get(path)

        assert (response.status_code, response.json()["key"]) == (404, "not_found")
        assert response.json()["instance"] == path


def test_unknown_pages_are_html(anonymous, db):
    response = anonymous.get("/nope")

    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


def test_nul_in_the_path_or_query(anonymous, db):
    for path in ("/bookyflow/api/echo%00", "/bookyflow/api/echo?a=%00"):
        response = anonymous.get(path)

        assert (response.status_code, response.json()["key"]) == (400, "malformed_request")


def test_a_feature_that_is_off(client):
    registry.set_enabled("probe", on=False)
    response = client.get(f"{API}/empty")

    assert (response.status_code, response.json()["key"]) == (404, "feature_disabled")


def test_impossible_dates_are_named(client):
    response = client.get(f"{API}/days/2027-02-28/2027-02-30")

    assert response.status_code == 400
    assert list(response.json()["fields"]) == ["end"]
    assert client.get(f"{API}/days/2027-02-28/2027-03-01").status_code == 200
    assert client.get(f"{API}/days/0001-01-01/2027-03-01").status_code == 400
    assert client.get(f"{API}/days/tomorrow/2027-03-01").status_code == 404


def test_methods_without_an_action(client, anonymous):
    for method in ("delete", "options", "patch"):
        response = getattr(anonymous, method)(f"{API}/write")

        assert (response.status_code, response.json()["key"]) == (405, "method_not_allowed")
        assert response["Allow"] == "POST, PUT"
    assert client.delete(f"{API}/empty")["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("kind", [pg.DeadlockDetected, pg.SerializationFailure])
def test_a_lost_race_is_run_again(client, kind, monkeypatch):
    monkeypatch.setattr(views, "FAILURES", [kind, kind])
    response = client.post(f"{API}/rivals", {"text": "Barn"})

    assert response.status_code == 200
    assert PropertyType.objects.filter(name="Barn").count() == 1


def test_a_race_lost_three_times_is_no_fault(client, monkeypatch):
    monkeypatch.setattr(views, "FAILURES", [pg.DeadlockDetected] * 3)
    response = client.post(f"{API}/rivals", {"text": "Barn"})

    assert (response.status_code, response.json()["key"]) == (503, "unavailable")
    assert not PropertyType.objects.filter(name="Barn").exists()


def test_other_database_errors_are_faults(client, monkeypatch):
    monkeypatch.setattr(views, "FAILURES", [pg.OutOfMemory])

    assert client.post(f"{API}/rivals", {"text": "Barn"}).status_code == 500


def test_database_that_is_away(client, monkeypatch):
    def refuse(*args):
        raise OperationalError("connection refused") from pg.OperationalError("refused")

    with monkeypatch.context() as away:
        away.setattr(BaseDatabaseWrapper, "ensure_connection", refuse)
        response = client.get(f"{API}/empty")
        ready, alive = client.get("/readyz"), client.get("/healthz")

    assert (response.status_code, response.json()["key"]) == (503, "unavailable")
    assert response["Retry-After"]
    assert (ready.status_code, ready.json()["key"]) == (503, "unavailable")
    assert alive.status_code == 200
    assert client.get("/readyz").status_code == 200


def test_the_catalogue_explains_every_key(anonymous, db):
    page = anonymous.get("/bookyflow/docs/errors").text

    for key in ERRORS:
        assert f'id="{key}"' in page


def test_the_catalogue_can_be_read(anonymous):
    page = anonymous.get("/bookyflow/docs/errors").text

    assert page.index("<h2>400 Bad Request</h2>") < page.index("<h2>429 Too Many Requests</h2>")
    assert "<dd>Wait as long as <code>Retry-After</code> says.</dd>" in page
    assert "`" not in page
    assert "&quot;key&quot;: &quot;room_taken&quot;" in page
    for key in ERRORS:
        assert page.count(f'href="#{key}"') == 1

"""How large a body may be, when it is read, and bodies of which nobody tells the length."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from rest_framework import serializers

from bookyflow.api.contract import PUBLIC
from bookyflow.api.endpoint import endpoint
from bookyflow.api.wire.bodies import PUBLIC_LIMIT

API = "/bookyflow/api"
PARSE = f"{API}/probe/parse"
QUOTE = f"{API}/booking/quote"
FORM = "application/x-www-form-urlencoded"


class Wire(BytesIO):
    """What a server hands on of a body; knows how much of it has been read."""

    @property
    def taken(self) -> int:
        return self.tell()


def unmeasured(client, method, path, body, *, content_type="application/json", **headers):
    """A call as servers hand it on when nothing tells the length: the stream ends by itself."""
    wire = Wire(body)
    sent = {"CONTENT_TYPE": content_type, "wsgi.input": wire, "wsgi.input_terminated": True}
    answer = client.generic(method, path, b"", content_type, **sent, **headers)
    return answer, wire


CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked"}
HTTP_2 = {"SERVER_PROTOCOL": "HTTP/2.0"}


@pytest.mark.parametrize("headers", [CHUNKED, HTTP_2], ids=["chunks", "HTTP/2"])
def test_a_body_of_unknown_length_is_taken(client, headers):
    answer, _ = unmeasured(client, "POST", PARSE, b'{"flag": 1}', **headers)

    assert answer.json()["data"]["value"] == {"flag": True}


@pytest.mark.parametrize("headers", [CHUNKED, HTTP_2], ids=["chunks", "HTTP/2"])
def test_a_token_is_given_for_a_form_of_unknown_length(anonymous, db, headers):
    form = b"grant_type=client_credentials&client_id=nobody&client_secret=x"
    answer, _ = unmeasured(
        anonymous, "POST", f"{API}/oauth/token", form, content_type=FORM, **headers
    )

    assert answer.json()["error"] == "invalid_client"  # and not: the grant type is missing


def test_a_stream_that_does_not_end_by_itself_is_left_alone(client):
    answer = client.generic("POST", PARSE, b"", **{"wsgi.input": Wire(b'{"flag": 1}')})

    assert answer.json()["data"]["value"] == {}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/probe/parse", 401),
        ("POST", "/probe/property/1", 405),
        ("GET", "/probe/empty", 401),
        ("GET", "/core/nothing", 404),
        ("POST", "/nothing/at/all", 404),
        ("DELETE", "/booking/5174092837", 400),  # its token is missing
    ],
)
@pytest.mark.parametrize("headers", [CHUNKED, HTTP_2], ids=["chunks", "HTTP/2"])
def test_nothing_is_read_of_a_body_that_nobody_waits_for(
    probe, anonymous, method, path, status, headers
):
    answer, wire = unmeasured(anonymous, method, API + path, b'{"flag": 1}', **headers)

    assert answer.status_code == status, answer.content
    assert wire.taken == 0


def test_nothing_is_read_for_a_token_without_the_scope(probe, client_for):
    answer, wire = unmeasured(client_for("echo_get"), "POST", PARSE, b"{}", **CHUNKED)

    assert answer.status_code == 403
    assert wire.taken == 0


def test_an_endpoint_without_a_body_reads_none_for_its_idempotency_key(client, hotel):
    path = f"{API}/probe/version/{hotel.pk}/1"
    answer, wire = unmeasured(client, "PUT", path, b"{}", HTTP_IDEMPOTENCY_KEY="k1", **CHUNKED)

    assert answer.status_code == 200
    assert wire.taken == 0


def refused(answer):
    return answer.status_code, answer.json()["key"]


def test_a_body_of_anybody_may_be_64_kilobytes(anonymous, db):
    padded = json.dumps({"property_uid": 1}).ljust(PUBLIC_LIMIT).encode()
    taken = anonymous.generic("POST", QUOTE, padded, "application/json")
    answer = anonymous.generic("POST", QUOTE, padded + b" ", "application/json")

    assert refused(taken) == (404, "property_not_found")
    assert refused(answer) == (413, "payload_too_large")
    assert "65,536 bytes" in answer.json()["detail"]


@pytest.mark.parametrize("field", ["rooms", "child_ages"])
def test_a_million_items_are_refused_unparsed(anonymous, db, field):
    body = json.dumps({field: [{}] * 1_000_000}).encode()
    form = f"{field}=".encode() + json.dumps([{}] * 1_000_000).encode()

    for content, kind in ((body, "application/json"), (form, FORM)):
        assert refused(anonymous.generic("POST", QUOTE, content, kind)) == (
            413,
            "payload_too_large",
        )


def test_no_more_is_read_of_an_endless_body_than_the_limit(anonymous, db, monkeypatch):
    monkeypatch.setattr("bookyflow.api.http.middleware.drain", lambda request: None)
    answer, wire = unmeasured(anonymous, "POST", QUOTE, b" " * 1_000_000, **CHUNKED)

    assert refused(answer) == (413, "payload_too_large")
    assert wire.taken == PUBLIC_LIMIT + 1


def test_the_rest_of_a_body_that_is_refused_is_read_away(anonymous, db):
    answer, wire = unmeasured(anonymous, "POST", QUOTE, b" " * 1_000_000, **CHUNKED)

    assert refused(answer) == (413, "payload_too_large")
    assert wire.taken == 1_000_000  # else the client sees a broken connection


def test_a_body_with_a_token_may_be_ten_megabytes(client):
    for size in (11_000_000, 21_000_000):
        body = b'{"flag": 1' + b" " * size + b"}"

        assert refused(client.generic("POST", PARSE, body, "application/json")) == (
            413,
            "payload_too_large",
        )
        assert refused(unmeasured(client, "POST", PARSE, body)[0]) == (413, "payload_too_large")


def test_the_token_endpoint_takes_no_large_form(anonymous, db):
    form = b"grant_type=client_credentials&x=" + b"x" * PUBLIC_LIMIT
    answer = anonymous.generic("POST", f"{API}/oauth/token", form, FORM)

    assert answer.status_code == 413
    assert answer.json()["error"] == "payload_too_large"
    assert "Retry-After" not in answer


@pytest.mark.parametrize("bracket", ["[", '{"a":'])
def test_deep_nesting_is_refused(anonymous, db, bracket):
    depth = (PUBLIC_LIMIT - 100) // len(bracket)
    answer = anonymous.generic("POST", QUOTE, bracket * depth, "application/json")

    assert refused(answer) == (400, "malformed_request")


def test_an_endpoint_may_say_its_own_limit():
    def act(view, request):
        """Act."""

    returns = serializers.CharField()
    made = endpoint(scope=PUBLIC, key="x", returns=returns, body_limit=10)(act)

    assert made.endpoint.body_limit == 10
    assert endpoint(scope=PUBLIC, key="x", returns=returns)(act).endpoint.body_limit == PUBLIC_LIMIT

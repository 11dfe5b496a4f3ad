"""Which web pages of other origins may call the API from a browser."""

from __future__ import annotations

import pytest
from django.test import Client

GUARDED = "/bookyflow/api/echo"
PUBLIC = "/bookyflow/api/core/report"
APP = "https://app.example.org"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def allowed(settings):
    settings.CORS_ALLOWED_ORIGINS = [APP]


@pytest.fixture
def browser():
    """A client that may send what the document does not name: preflights."""
    return Client()


def preflight(browser, path, origin=APP):
    return browser.options(path, HTTP_ORIGIN=origin, HTTP_ACCESS_CONTROL_REQUEST_METHOD="PUT")


def of_cors(response):
    return {name for name in response.headers if name.startswith("Access-Control-")}


def test_features_for_everybody_may_be_called_from_anywhere(browser):
    for origin in ("https://anywhere.example", "null"):
        response = browser.get(PUBLIC, HTTP_ORIGIN=origin)

        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response
        assert "Origin" not in response["Vary"]


def test_the_others_may_be_called_from_the_list(browser):
    response = browser.get(GUARDED, HTTP_ORIGIN=APP)

    assert response.status_code == 401
    assert response["Access-Control-Allow-Origin"] == APP
    assert "Access-Control-Allow-Credentials" not in response
    assert {"ETag", "Link", "RateLimit", "Retry-After", "X-Request-ID", "X-Total-Count"} <= set(
        response["Access-Control-Expose-Headers"].split(", ")
    )
    assert "Origin" in response["Vary"]


@pytest.mark.parametrize(
    "origin", ["https://app.example.org.evil.example", "http://app.example.org", "null", "", "*"]
)
def test_and_from_nowhere_else(browser, origin):
    called, asked = browser.get(GUARDED, HTTP_ORIGIN=origin), preflight(browser, GUARDED, origin)

    assert of_cors(called) == of_cors(asked) == set()
    assert "Origin" in called["Vary"]


@pytest.mark.parametrize(("path", "told"), [(GUARDED, APP), (PUBLIC, "*"), ("/bookyflow/api", APP)])
def test_preflights_are_answered(browser, path, told):
    response = preflight(browser, path)

    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Origin"] == told
    assert "PUT" in response["Access-Control-Allow-Methods"]
    assert {"Authorization", "Idempotency-Key", "X-BOOKYFLOW-channel-name"} <= set(
        response["Access-Control-Allow-Headers"].split(", ")
    )
    assert response["X-Request-ID"]


def test_options_that_is_no_preflight_is_refused(anonymous):
    assert anonymous.options(GUARDED, HTTP_ORIGIN=APP).status_code == 405


def test_an_unchanged_read_keeps_its_headers(anonymous):
    tag = anonymous.get(PUBLIC)["ETag"]
    response = anonymous.get(PUBLIC, HTTP_IF_NONE_MATCH=tag, HTTP_ORIGIN=APP)

    assert response.status_code == 304
    assert response["Access-Control-Allow-Origin"] == "*"


def test_pages_are_left_alone(browser):
    assert of_cors(browser.get("/healthz", HTTP_ORIGIN=APP)) == set()


def test_without_a_list_nobody_varies_by_origin(browser, settings):
    settings.CORS_ALLOWED_ORIGINS = []

    assert "Origin" not in browser.get(GUARDED)["Vary"]

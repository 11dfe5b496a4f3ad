"""Reads that tell caches what they may do, and that are not sent twice."""

from __future__ import annotations

import pytest

from bookyflow.properties.models import Property

API = "/bookyflow/api/probe"


@pytest.mark.parametrize("method", ["get", "head"])
def test_an_unchanged_read_is_not_sent_again(client, method):
    first = client.get(f"{API}/empty")
    again = getattr(client, method)(f"{API}/empty", HTTP_IF_NONE_MATCH=first["ETag"])

    assert first["ETag"].startswith('"')
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert again["Cache-Control"] == first["Cache-Control"] == "private, no-cache"
    assert again["Vary"] == first["Vary"]
    assert "Content-Type" not in again
    assert "Content-Length" not in again
    assert again["X-Request-ID"]


@pytest.mark.parametrize("form", ["W/{}", '"other", {}', "*"])
def test_if_none_match_has_several_forms(client, form):
    tag = client.get(f"{API}/empty")["ETag"]

    assert client.get(f"{API}/empty", HTTP_IF_NONE_MATCH=form.format(tag)).status_code == 304


@pytest.mark.parametrize("header", ['"other"', "nonsense", ""])
def test_another_tag_gets_the_body(client, header):
    assert client.get(f"{API}/empty", HTTP_IF_NONE_MATCH=header).json()["data"] == {"value": {}}


def test_the_tag_follows_the_bytes(client, hotel):
    path = f"{API}/property/{hotel.pk}"
    before = client.get(path)["ETag"]
    bare = client.get(path, HTTP_X_BOOKYFLOW_NO_ENVELOPE="1")["ETag"]
    Property.objects.filter(pk=hotel.pk).update(name="Renamed")
    after = client.get(path, HTTP_IF_NONE_MATCH=before)

    assert bare != before
    assert after.status_code == 200
    assert after["ETag"] not in {before, bare}


def test_vary_names_what_the_answer_depends_on(client, client_for, channel, hotel):
    plain = set(client.get(f"{API}/plain")["Vary"].split(", "))
    acting = set(client_for("probe_get", channel="ota").get(f"{API}/channel")["Vary"].split(", "))

    assert plain == {"Authorization", "Accept-Language", "X-BOOKYFLOW-NO-ENVELOPE"}
    assert acting - plain == {"X-BOOKYFLOW-channel-name", "X-BOOKYFLOW-proxy-id"}


def test_what_anybody_may_read_any_cache_may_keep(anonymous, db):
    response = anonymous.get("/bookyflow/api/core/report")

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-cache"
    assert "Authorization" not in response["Vary"]
    assert response["ETag"]


def test_writes_refusals_and_sessions_are_not_kept(client, anonymous):
    written = client.post(f"{API}/write", {"text": "Hut"})
    refused = client.get(f"{API}/limited?limit=x")
    unknown = anonymous.get(f"{API}/empty")
    session = client.get(f"{API}/empty", HTTP_X_BOOKYFLOW_BOOKING_SESSION_ID="abc")
    no_method = client.delete(f"{API}/empty")

    for response in (written, refused, unknown, session, no_method):
        assert response["Cache-Control"] == "no-store"
        assert "ETag" not in response
    assert "Authorization" in unknown["Vary"]

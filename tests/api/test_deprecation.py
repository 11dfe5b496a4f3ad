"""Old forms of calls say so."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from rest_framework import serializers

from bookyflow.api.endpoint import endpoint
from bookyflow.api.schema.document import document
from bookyflow.properties.models import PropertyType

API = "/bookyflow/api/probe"
DOCS = '</bookyflow/api/docs>; rel="deprecation"; type="text/html"'


def test_an_old_form_names_its_successor(client, hotel):
    response = client.get(f"{API}/old/{hotel.pk}/b&b <1>, é")

    assert response.status_code == 200
    since = re.fullmatch(r"@([0-9]+)", response["Deprecation"])
    assert datetime.fromtimestamp(int(since[1]), UTC) == datetime(2026, 11, 22, tzinfo=UTC)
    successor = f"<{API}/new/{hotel.pk}/b%26b%20%3C1%3E%2C%20%C3%A9>"
    assert response["Link"] == f'{successor}; rel="successor-version", {DOCS}'


def test_refusals_say_so_too(client):
    response = client.get(f"{API}/old/999999/word")

    assert response.status_code == 404
    assert response["Deprecation"]


def test_other_links_stay(client):
    for name in ("A", "B"):
        PropertyType.objects.create(name=name)
    response = client.get(f"{API}/older?limit=1")

    assert re.fullmatch(rf'<{API}/older\?[^>]+>; rel="next", {re.escape(DOCS)}', response["Link"])


def test_other_calls_do_not(client):
    assert "Deprecation" not in client.get(f"{API}/empty")


def test_the_document_marks_it(probe):
    paths = document(frozenset({"probe"}))["paths"]

    old = paths[f"{API}/old/{{property_uid}}/{{word}}"]["get"]
    assert old["deprecated"]
    assert {"Deprecation", "Link"} <= old["responses"]["200"]["headers"].keys()
    assert "deprecated" not in paths[f"{API}/empty"]["get"]


def test_an_old_form_has_in_its_path_what_the_body_has_otherwise(client):
    repeated = {"HTTP_IDEMPOTENCY_KEY": "same"}
    new = client.post(f"{API}/write", {"text": "b&b"})
    old = client.post(f"{API}/write/a/x/de", **repeated)
    again = client.post(f"{API}/write/a/x/de", **repeated)

    kinds = PropertyType.objects.filter(pk__in=[one.json()["data"]["note"] for one in (new, old)])
    assert list(kinds.order_by("pk").values_list("name", flat=True)) == ["b&b", "a"]
    assert old["Link"].startswith(f'<{API}/write>; rel="successor-version"')
    assert "Link" not in new
    assert again["Idempotency-Replayed"] == "true"


def test_what_is_in_the_path_is_checked_as_the_body_is(client):
    answer = client.post(f"{API}/write/{'x' * 101}/x")

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["text"])
    assert answer["Deprecation"]


def test_the_document_says_what_to_use_instead_and_of_the_same_answer(probe):
    found = document(frozenset({"probe"}))
    paths, written = found["paths"], found["paths"][f"{API}/write"]["post"]
    old = paths[f"{API}/write/{{text}}/{{other}}"]["post"]

    assert (old["operationId"], old["deprecated"]) == ("probe.old_write", True)
    assert (old["summary"], "requestBody" in old) == (written["summary"], False)
    assert "Use probe/write with a body instead" in old["description"]
    answers = [one["responses"]["200"]["content"] for one in (old, written)]
    assert answers[0] == answers[1]


def test_a_successor_takes_parameters_of_the_path_only():
    declare = endpoint(
        scope="x", key="x", returns=serializers.CharField(), deprecated=True, successor="a/{other}"
    )
    with pytest.raises(ImproperlyConfigured, match="other"):
        declare(lambda self, request, property_uid: None)

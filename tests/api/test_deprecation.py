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


def test_a_successor_takes_parameters_of_the_path_only():
    declare = endpoint(
        scope="x", key="x", returns=serializers.CharField(), deprecated=True, successor="a/{other}"
    )
    with pytest.raises(ImproperlyConfigured, match="other"):
        declare(lambda self, request, property_uid: None)

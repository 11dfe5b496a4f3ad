"""The document is one that clients can be made from."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from bookyflow.api.schema.document import BundledGenerator, document

DOCUMENT = document(BundledGenerator.features)
SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS = [
    (path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for operation in methods.values()
]
PROBLEM_NAME = r"[A-Z][A-Za-z0-9]*[a-z][45][0-9]{2}"  # a feature may have digits: Beds24
SCALARS = {"string", "number", "integer", "boolean"}


def inside(schema: Any, path: str) -> list[tuple[str, dict[str, Any]]]:
    """All schemas of a schema, with where they stand."""
    found = [(path, schema)]
    for where, part in found:
        named = part.get("properties", {})
        inner = [*named.items(), ("[]", part.get("items")), ("*", part.get("additionalProperties"))]
        for word in ("oneOf", "anyOf", "allOf"):
            inner += [(word, one) for one in part.get(word, [])]
        found += [(f"{where}.{name}", one) for name, one in inner if isinstance(one, dict)]
    return found


EVERYWHERE = [part for name, schema in SCHEMAS.items() for part in inside(schema, name)]


@pytest.mark.parametrize(
    ("path", "operation"), OPERATIONS, ids=[o["operationId"] for _, o in OPERATIONS]
)
def test_arguments_are_explained_and_in_the_order_of_the_path(path, operation):
    parameters = operation.get("parameters", [])
    places = [one["in"] for one in parameters]

    assert [p["name"] for p in parameters if p["in"] == "path"] == re.findall(r"{(\w+)}", path)
    assert places == sorted(places, key=("path", "query", "header").index)
    assert [p["name"] for p in parameters if not (p.get("description") and "example" in p)] == []
    assert operation["description"].startswith(operation["summary"])


def test_no_value_is_a_union_of_scalars():
    unions = [
        where
        for where, part in EVERYWHERE
        for word in ("oneOf", "anyOf")
        if part.get(word) and all(one.get("type") in SCALARS for one in part[word])
    ]

    assert unions == []


def test_ids_are_wide_in_requests_and_answers():
    narrow = [
        where
        for where, part in EVERYWHERE
        if part.get("type") == "integer"
        and re.search(r"(^|[._])u?ids?(\.\[\])?$", where)
        and part.get("format") != "int64"
    ]

    assert narrow == []


def test_nothing_in_a_body_has_a_default_and_nothing_in_an_answer_is_read_only():
    assert [where for where, part in EVERYWHERE if "default" in part] == []
    assert [where for where, part in EVERYWHERE if "readOnly" in part] == []


def test_no_time_of_day_claims_to_have_an_offset():
    """RFC 3339 wants one in a `time`, and strict clients would refuse our own answers."""
    assert [where for where, part in EVERYWHERE if part.get("format") == "time"] == []


def test_bodies_are_json_or_an_upload_or_the_form_of_a_token():
    kinds = {
        operation["operationId"]: list(operation["requestBody"]["content"])
        for _, operation in OPERATIONS
        if "requestBody" in operation
    }
    others = {name: media for name, media in kinds.items() if media != ["application/json"]}

    uploads = {"cmf.put_property_image", "messaging.add_attachment"}
    assert others.keys() == {"oauth.token", "oauth.revoke", *uploads}
    assert all(others[name] == ["multipart/form-data"] for name in uploads)


def test_names_of_refusals_are_short_and_say_nothing_of_their_keys():
    names = DOCUMENT["components"]["responses"]
    odd = [name for name in names if not re.fullmatch(PROBLEM_NAME, name)]

    assert odd == []
    assert max(map(len, names)) < 60


@pytest.mark.django_db
def test_a_site_serves_its_own_address():
    found = Client().get("/bookyflow/api/schema", HTTP_HOST="stay.example").json()
    flow = found["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]

    assert found["servers"] == [{"url": "http://stay.example"}]
    assert flow["tokenUrl"] == "http://stay.example/bookyflow/api/oauth/token"
    assert DOCUMENT["servers"] == [{"url": "http://127.0.0.1:8000"}]

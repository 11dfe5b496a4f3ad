from __future__ import annotations

import inspect
from unittest.mock import Mock

import pytest
import yaml
from django.conf import settings
from drf_spectacular.drainage import GENERATOR_STATS

from bookyflow.api.schema.document import BundledGenerator, document
from bookyflow.plugins import registry

pytestmark = pytest.mark.django_db
BASE = "/bookyflow/api"


@pytest.fixture
def written() -> dict:
    return document(BundledGenerator.features)


def test_an_operation_follows_from_its_declaration(written):
    operation = written["paths"][f"{BASE}/echo"]["get"]

    assert operation["operationId"] == "echo.get"
    assert operation["summary"] == "Answer with a fixed word."
    assert operation["security"] == [{"oauth2": ["echo_get"]}]
    assert operation["tags"] == ["echo"]
    answer = operation["responses"]["200"]["content"]["application/json"]
    assert answer["examples"]["Answer"]["value"] == {
        "data": {"echo": "ECHO"},
        "meta": {"code": 200},
    }


def test_the_scheme_lists_every_scope(written):
    scheme = written["components"]["securitySchemes"]["oauth2"]

    flow = scheme["flows"]["clientCredentials"]
    assert flow["tokenUrl"] == f"http://127.0.0.1:8000{BASE}/oauth/token"
    assert {"echo_get", "email_get", "properties_get"} <= flow["scopes"].keys()


def test_open_endpoints_need_no_token(written):
    operation = written["paths"][f"{BASE}/core/report"]["get"]

    assert operation["security"] == [{}]
    assert not {"401", "403"} & operation["responses"].keys()


def test_refusals_are_shared(written):
    answers = [
        answer
        for methods in written["paths"].values()
        for operation in methods.values()
        for status, answer in operation["responses"].items()
        if status >= "400" and operation["tags"] != ["oauth"]
    ]

    assert answers
    for answer in answers:
        name = answer["$ref"].removeprefix("#/components/responses/")
        shared = written["components"]["responses"][name]
        assert shared["content"].keys() == {"application/problem+json"}


def test_operation_ids_are_unique_and_named_after_features(written):
    ids = [o["operationId"] for methods in written["paths"].values() for o in methods.values()]
    features = {feature.name for feature in settings.FEATURES} | {"oauth"}

    assert len(ids) == len(set(ids))
    assert {identifier.partition(".")[0] for identifier in ids} <= features


def test_everything_is_explained(written):
    for path, methods in written["paths"].items():
        for operation in methods.values():
            assert operation["summary"].endswith("."), path


def test_hidden_forms_are_left_out(probe):
    found = document(frozenset({"probe"}))["paths"]

    assert f"{BASE}/probe/tongue" in found
    assert f"{BASE}/probe/empty" in found
    assert not [path for path in found if "language}" in path or "once" in path]


def test_parameters_and_bodies(probe):
    found = document(frozenset({"probe"}))["paths"]
    write = found[f"{BASE}/probe/write"]["post"]
    upload = found[f"{BASE}/probe/parse"]["post"]
    channel = found[f"{BASE}/probe/channel/{{property_uid}}"]["get"]

    assert list(write["requestBody"]["content"]) == ["application/json"]
    assert list(upload["requestBody"]["content"]) == ["multipart/form-data"]
    assert [p["name"] for p in write["parameters"]] == ["Idempotency-Key", "X-BOOKYFLOW-dry-run"]
    parameters = {p["name"]: p for p in channel["parameters"]}
    assert parameters.keys() == {
        "X-BOOKYFLOW-channel-name",
        "X-BOOKYFLOW-proxy-id",
        "If-None-Match",
        "property_uid",
    }
    assert parameters["X-BOOKYFLOW-channel-name"]["required"]
    assert parameters["property_uid"]["schema"] == {
        "type": "integer",
        "format": "int64",
        "minimum": 1,
    }
    days = found[f"{BASE}/probe/days/{{start}}/{{end}}"]["get"]["parameters"]
    assert {p["name"]: p["schema"] for p in days}["start"] == {"type": "string", "format": "date"}


def test_the_served_document_shows_what_is_on(anonymous):
    assert f"{BASE}/email" in anonymous.get(f"{BASE}/schema").json()["paths"]
    registry.set_enabled("email", on=False)

    assert f"{BASE}/email" not in anonymous.get(f"{BASE}/schema/").json()["paths"]
    text = anonymous.get(f"{BASE}/schema?format=yaml").text
    assert f"{BASE}/echo" in yaml.load(text, Loader=yaml.CSafeLoader)["paths"]


def test_the_browser_needs_nothing_from_elsewhere(anonymous):
    page = anonymous.get(f"{BASE}/docs")

    assert page.status_code == 200
    assert f"{BASE}/schema" in page.text
    assert "https://" not in page.text


def test_the_document_is_made_without_reading_source(monkeypatch):
    """As the command asks for it, for the lines of classes in its warnings."""
    monkeypatch.setattr(GENERATOR_STATS, "_trace_lineno", True)
    looked_up = Mock()
    monkeypatch.setattr(inspect, "getsourcelines", looked_up)

    BundledGenerator(features=["echo"]).get_schema(public=True)

    looked_up.assert_not_called()

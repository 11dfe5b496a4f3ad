"""The document that the API browser shows: its examples succeed as they stand."""

from __future__ import annotations

import json

import pytest

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.demo.services import demo_make
from bookyflow.plugins import registry
from bookyflow.web.docs.samples import values_for

pytestmark = pytest.mark.django_db
PAGE = "/bookyflow/docs/browser.json"
ON = ("booking", "cmf", "core", "echo", "properties", "email")


@pytest.fixture
def demo():
    for name in ON:
        registry.install(name)
        registry.set_enabled(name, on=True)
    return demo_make(known={})


@pytest.fixture
def shown(demo, visitor):
    return visitor.get(PAGE).json()


@pytest.fixture
def token(demo, visitor, shown):
    """A token for all scopes that the browser offers, as `select all` asks for it."""
    flow = shown["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    form = {"grant_type": "client_credentials", "scope": " ".join(flow["scopes"])}
    pair = {"client_id": demo.client_id, "client_secret": demo.client_secret}
    answer = visitor.post("/bookyflow/api/oauth/token", form | pair)
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]


def call(client, document, operation_id, token):
    """Execute an operation with its examples, as the browser fills them in."""
    path, method, operation = next(
        (path, method, one)
        for path, methods in document["paths"].items()
        for method, one in methods.items()
        if one["operationId"] == operation_id
    )
    headers = {"Authorization": f"Bearer {token}"}
    for one in operation.get("parameters", []):
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", str(one["example"]))
        elif "example" in one:
            headers[one["name"]] = str(one["example"])
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    sent = next(iter(body["examples"].values()))["value"] if body else None
    return client.generic(
        method.upper(), path, json.dumps(sent) if sent else "", "application/json", headers=headers
    )


FIRST_CLICKS = [
    "booking.quote",
    "cmf.put_reservations_add",
    "cmf.property_price",
    "cmf.property_booking",
    "cmf.property_list_bookings",
    "cmf.properties_ids",
    "cmf.property_rooms",
    "cmf.property_settings",
    "echo.get",
    "email.get",
    "properties.list_ids",
]


def test_examples_succeed_on_the_first_click(visitor, shown, token):
    """One after the other, in one demonstration: to make it takes longer than all calls."""
    answers = {one: call(visitor, shown, one, token) for one in FIRST_CLICKS}

    assert {one: answer.text for one, answer in answers.items() if answer.status_code > 201} == {}


def test_a_reader_gets_the_own_property(demo, client):
    manager = User.objects.get(username="manager")
    receptionist = User.objects.get(username="receptionist")
    stranger = User.objects.create_user("stranger", access_level=AccessLevel.MANAGER)

    assert values_for(manager)["property_uid"] == min(demo.properties.values())
    assert values_for(manager)["X-BOOKYFLOW-channel-name"] == "demo"
    assert "X-BOOKYFLOW-channel-name" not in values_for(receptionist)
    assert "property_uid" not in values_for(stranger)


def test_a_visitor_of_a_production_site_gets_nobodys_values(demo, settings):
    settings.PRODUCTION = True

    assert values_for(None) == {}


def test_what_only_super_managers_may_is_offered_to_them_alone(demo, visitor, client):
    client.force_login(User.objects.get(username="super"))
    to_visitor, to_super = visitor.get(PAGE).json(), client.get(PAGE).json()

    assert "cmf_admin" not in offered(to_visitor)
    assert "cmf_admin" in offered(to_super)
    assert "X-BOOKYFLOW-proxy-id" not in headers_of(to_visitor)
    assert "X-BOOKYFLOW-proxy-id" in headers_of(to_super)


def offered(document):
    flows = document["components"]["securitySchemes"]["oauth2"]["flows"]
    return flows["clientCredentials"]["scopes"]


def headers_of(document):
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    return {one["name"] for operation in operations for one in operation.get("parameters", [])}


def test_refusals_are_one_line_and_optional_headers_are_not_filled_in(shown):
    for methods in shown["paths"].values():
        for one in methods.values():
            for parameter in one.get("parameters", []):
                assert parameter.get("required") or "example" not in parameter
    for answer in shown["components"]["responses"].values():
        assert answer.keys() == {"description"}


def test_one_feature_can_be_downloaded_alone(demo, visitor):
    found = visitor.get("/bookyflow/api/schema?feature=echo").json()

    assert {path.split("/")[3] for path in found["paths"]} == {"echo", "oauth"}
    assert visitor.get("/bookyflow/api/schema?feature=nothing").status_code == 404

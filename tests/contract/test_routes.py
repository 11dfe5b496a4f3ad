"""What every endpoint does without a line of its own: generated from the URL table."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from rest_framework import serializers

from bookyflow.accounts.models import AccessLevel
from bookyflow.api.auth.access import declared_scopes
from bookyflow.api.checks import FeatureRoute, feature_routes
from bookyflow.api.contract import PUBLIC
from bookyflow.api.wire.bounded import unbounded
from bookyflow.api.wire.paging import PageQuery
from bookyflow.calendars.models import CalendarSource
from bookyflow.channels.models import Channel, ChannelProperty
from bookyflow.messaging.models import Conversation
from bookyflow.plugins.models import FeatureState
from bookyflow.webhooks.models import Webhook
from tests.conftest import make_hotel

pytestmark = pytest.mark.django_db

ROUTES = [route for route in feature_routes() if not route.hidden]
GUARDED = [route for route in ROUTES if route.contract and route.contract.scope != PUBLIC]
PROPERTY = [route for route in GUARDED if route.contract.prop]
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
SAMPLES = {
    "uid": "1",
    "int": "1",
    "date": "2027-06-10",
    "lang": "en",
    "flag": "0",
    "str": "x",
    "slug": "x",
    "reference": "5174092837",
}
BY_PATH: dict[str, set[str]] = defaultdict(set)
for _route in ROUTES:
    BY_PATH[_route.route].add(_route.method)


def name(route: FeatureRoute) -> str:
    return f"{route.method} {route.route.removeprefix('bookyflow/api/')}"


def url(route: str, property_uid: int = 1) -> str:
    def sample(match: re.Match[str]) -> str:
        converter, _, parameter = match[1].rpartition(":")
        return str(property_uid) if parameter == "property_uid" else SAMPLES[converter or "str"]

    return "/" + re.sub(r"<([^<>]+)>", sample, route)


def call(client: Any, route: FeatureRoute, property_uid: int) -> Any:
    body = {"property_uid": property_uid} if route.method != "GET" else None
    return getattr(client, route.method.lower())(url(route.route, property_uid), body)


@pytest.fixture
def holder(client_for, manager, super_manager):
    """A client with the scopes and the channel that an endpoint needs, held by a fitting user."""

    def make(route: FeatureRoute, *scopes: str) -> Any:
        level, _ = declared_scopes()[route.contract.scope]
        user = super_manager if level > AccessLevel.MANAGER else manager
        Channel.objects.get_or_create(user=user, name="ota", defaults={"friendly_name": "OTA"})
        return client_for(scopes, user=user, channel="ota")

    return make


def linked_hotel(*staff):
    hotel = make_hotel(*staff)
    for channel in Channel.objects.all():
        ChannelProperty.objects.create(channel=channel, property=hotel)
    return hotel


@pytest.mark.parametrize("route", GUARDED, ids=name)
def test_the_scope_is_needed_and_enough(route, holder, anonymous, manager):
    scope = route.contract.scope
    other = "email_get" if scope != "email_get" else "echo_get"
    without, wrong, right = anonymous, holder(route, other), holder(route, scope)
    hotel = linked_hotel(manager)

    unknown = call(without, route, hotel.pk)
    assert (unknown.status_code, unknown.json()["key"]) == (401, "not_authenticated")
    assert unknown["WWW-Authenticate"].startswith("Bearer")
    refused = call(wrong, route, hotel.pk)
    assert (refused.status_code, refused.json()["key"]) == (403, "scope_missing")
    answer = call(right, route, hotel.pk)
    assert answer.status_code not in {401, 403, 405}, answer.content
    assert answer.status_code < 500, answer.content


@pytest.mark.parametrize("route", PROPERTY, ids=name)
def test_another_owners_property_is_not_found(route, holder, stranger):
    if declared_scopes()[route.contract.scope][0] > AccessLevel.MANAGER:
        return  # a super manager reaches every property
    client = holder(route, route.contract.scope)
    hotel = linked_hotel(stranger)

    response = call(client, route, hotel.pk)
    assert (response.status_code, response.json()["key"]) == (404, "property_not_found")


@pytest.mark.parametrize("route", [r for r in GUARDED if r.contract.channel], ids=name)
def test_a_channel_is_needed(route, holder, hotel):
    client = holder(route, route.contract.scope)
    for channel, key in (("", "channel_header_missing"), ("unannounced", "channel_unknown")):
        client._credentials["HTTP_X_BOOKYFLOW_CHANNEL_NAME"] = channel

        assert call(client, route, hotel.pk).json()["key"] == key


@pytest.mark.parametrize("route", [r for r in GUARDED if r.contract.paged], ids=name)
def test_a_list_comes_in_pages(route, holder, manager):
    client = holder(route, route.contract.scope)
    hotel = linked_hotel(manager)
    Conversation.objects.create(pk=1, property=hotel, user=manager)
    path = url(route.route, hotel.pk)
    if ":webhook_id>" in route.route:
        owner, pk = client.key.user, int(SAMPLES["uid"])
        Webhook.objects.create(pk=pk, owner=owner, url="https://hooks.example.com/")
    if ":calendar_uid>" in route.route:
        room, pk = hotel.rooms.first(), int(SAMPLES["uid"])
        CalendarSource.objects.create(
            pk=pk, property=hotel, room=room, name="Other", next_poll_at=timezone.now()
        )

    whole, page = client.get(path), client.get(path, {"limit": 1})
    assert whole["X-Total-Count"] == page["X-Total-Count"]
    assert client.get(path, {"cursor": "none of ours"}).status_code == 400


@pytest.mark.parametrize("path", sorted(BY_PATH))
def test_other_methods_are_refused(path, anonymous):
    for method in sorted(METHODS - BY_PATH[path]):
        response = getattr(anonymous, method.lower())(url(path))

        assert (response.status_code, response.json()["key"]) == (405, "method_not_allowed")
        assert set(response["Allow"].split(", ")) - {"HEAD"} == BY_PATH[path]
    assert anonymous.options(url(path)).status_code == 405


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_a_feature_that_is_off_is_not_there(route, holder, anonymous, hotel):
    client = anonymous if route.contract.scope == PUBLIC else holder(route, route.contract.scope)
    FeatureState.objects.filter(name=route.feature).update(enabled=False)

    response = call(client, route, hotel.pk)
    assert (response.status_code, response.json()["key"]) == (404, "feature_disabled")


def test_no_list_or_map_is_taken_of_any_size():
    taken = {PageQuery}
    for route in ROUTES:
        taken |= {one for one in (route.contract.body, route.contract.query) if one}

    assert len(taken) > 100
    assert {one: found for one in taken if (found := unbounded(one))} == {}


def texts(field: Any, name: str) -> Iterator[tuple[str, Any]]:
    says_itself = hasattr(field, "_spectacular_annotation")  # as ids of channels, what it takes
    if isinstance(field, serializers.CharField) and not says_itself:
        yield name, field
    for inner, child in getattr(field, "fields", {}).items():
        yield from texts(child, f"{name}.{inner}")
    if isinstance(child := getattr(field, "child", None), serializers.Field):
        yield from texts(child, name)


def takes(field: Any, value: Any) -> bool:
    try:
        field.run_validation(value)
    except serializers.ValidationError:
        return False
    return True


def test_a_number_is_no_text():
    numbers = (0, 1.5, 5174092837)
    fields = [
        found
        for body in {route.contract.body for route in ROUTES if route.contract.body}
        for found in texts(body(), body.__name__)
    ]

    assert len(fields) > 100
    assert [name for name, field in fields if any(takes(field, n) for n in numbers)] == []


def test_there_are_routes():
    assert len(GUARDED) > 1
    assert {"core", "echo", "email"} <= {route.feature for route in ROUTES}

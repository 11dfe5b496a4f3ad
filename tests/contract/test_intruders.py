"""Who must not reach a property through the channel interface, at every endpoint that names one.

Generated from the URL table. The summary of the run says how many calls were refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from rest_framework.fields import Field

from bookyflow.accounts.models import KeyPair, User
from bookyflow.accounts.services import key_pair_delete
from bookyflow.api.checks import FeatureRoute, feature_routes
from bookyflow.ari.jobs import ari_part_run
from bookyflow.channels.models import Channel, ChannelProperty
from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.properties.models import KeyProperty, ManagerAccess, Property
from tests.conftest import make_hotel
from tests.contract.test_routes import SAMPLES, call, name, url
from tests.examples import example
from tests.features.cmf.conftest import BASE, reservation, sent, stay_info

pytestmark = pytest.mark.django_db

PROPERTY = [
    route
    for route in feature_routes()
    if route.feature == "cmf" and route.contract and route.contract.prop
]
CHANNELS = [route for route in PROPERTY if route.contract.channel]
ADMINS = [route for route in PROPERTY if not route.contract.channel]
NOT_FOUND = (404, "property_not_found")
ENDED = (401, "invalid_token")
NO_CHANNEL = (403, "channel_unknown")


@dataclass
class World:
    """A hotel that the manager's channel works with, and a client that works as the channel."""

    hotel: Property
    manager: User
    other: User
    channel: Channel
    client: Any
    client_for: Any

    @property
    def key(self) -> Any:
        """The key of the client, of which fields are changed."""
        return KeyPair.objects.filter(pk=self.client.key.pk)

    def sends(self, name: str, value: str) -> None:
        """Have the client send another header."""
        self.client._credentials[name] = value


@pytest.fixture(params=["channel", "admin"])
def world(request, client_for, hotel, manager, super_manager, stranger, channel):
    """The world of endpoints for channels, and that of endpoints for administrators."""
    user = manager if request.param == "channel" else super_manager
    scope = "channel_management" if request.param == "channel" else "cmf_admin"
    ChannelProperty.objects.create(channel=channel, property=hotel)
    client = client_for(scope, user=user, channel=channel.name)
    return World(hotel, user, stranger, channel, client, client_for)


def calls(world: World, routes: list[FeatureRoute]) -> dict[str, tuple[int, str]]:
    """Call every endpoint, undoing what it does; what each has refused with, and 0 for nothing."""
    found = {}
    for route in routes:
        undone = transaction.savepoint()
        answer = call(world.client, route, world.hotel.pk)
        transaction.savepoint_rollback(undone)
        is_refusal = answer.status_code >= 400
        found[name(route)] = (answer.status_code, answer.json()["key"]) if is_refusal else (0, "")
    return found


def events_of(prop: Property) -> int:
    """How much has happened at a property."""
    return Event.objects.filter(property_id=prop.pk).count()


def words_of(become: Any) -> str:
    """What an intruder is called."""
    return str(become.__name__).replace("_", " ")


# What makes an intruder of who is let in.


def another_channel(world):
    Channel.objects.create(user=world.manager, name="second", friendly_name="Second")
    world.sends("HTTP_X_BOOKYFLOW_CHANNEL_NAME", "second")


def a_channel_of_another_user(world):
    theirs = Channel.objects.create(user=world.other, name="theirs", friendly_name="Theirs")
    ChannelProperty.objects.create(channel=theirs, property=world.hotel)
    world.sends("HTTP_X_BOOKYFLOW_CHANNEL_NAME", "theirs")


def another_manager(world):
    theirs = Channel.objects.create(user=world.other, name="ota", friendly_name="Theirs")
    ChannelProperty.objects.create(channel=theirs, property=world.hotel)
    world.client = world.client_for("channel_management", user=world.other, channel="ota")


def a_manager_who_was_removed(world):
    ManagerAccess.objects.filter(user=world.manager).delete()


def another_user_by_proxy(world):
    world.sends("HTTP_X_BOOKYFLOW_PROXY_ID", str(world.other.pk))


def a_suspended_owner(world):
    User.objects.filter(pk=world.manager.pk).update(is_suspended=True)


def an_owner_of_a_lower_level(world):
    User.objects.filter(pk=world.manager.pk).update(access_level=50)


def an_inactive_owner(world):
    User.objects.filter(pk=world.manager.pk).update(is_active=False)


def a_revoked_key(world):
    world.key.update(revoked_at=timezone.now())


def a_deleted_key(world):
    key_pair_delete(client_id=world.client.key.client_id, by=SYSTEM)


def an_expired_key(world):
    world.key.update(expires_at=timezone.now() - timedelta(seconds=1))


def a_test_key_on_a_live_property(world):
    world.key.update(is_test=True)


def a_live_key_on_a_test_property(world):
    Property.objects.filter(pk=world.hotel.pk).update(is_test=True)


def a_key_for_other_properties(world):
    world.key.update(all_properties=False)
    KeyProperty.objects.create(key=world.client.key, property=make_hotel(world.manager))


def a_key_without_the_scope(world):
    world.key.update(granted_scopes=["properties_get", "properties_set", "guests_get"])


def nobody(world):
    world.client.credentials()


def a_property_that_is_gone(world):
    Property.objects.filter(pk=world.hotel.pk).update(deleted_at=timezone.now())


# Of endpoints for channels, and of those for administrators, who reach every property.
INTRUDERS = {
    "channel": {
        another_channel: NOT_FOUND,
        a_channel_of_another_user: NO_CHANNEL,
        another_manager: NOT_FOUND,
        a_manager_who_was_removed: NOT_FOUND,
        another_user_by_proxy: (403, "proxy_not_allowed"),
        a_suspended_owner: ENDED,
    },
    "admin": {},
}
OF_BOTH = {
    an_inactive_owner: ENDED,
    an_owner_of_a_lower_level: (403, "scope_missing"),
    a_revoked_key: ENDED,
    a_deleted_key: ENDED,
    an_expired_key: ENDED,
    a_test_key_on_a_live_property: NOT_FOUND,
    a_live_key_on_a_test_property: NOT_FOUND,
    a_key_for_other_properties: NOT_FOUND,
    a_key_without_the_scope: (403, "scope_missing"),
    nobody: (401, "not_authenticated"),
    a_property_that_is_gone: NOT_FOUND,
}
CASES = [
    pytest.param(kind, become, expected, id=f"{kind}-{become.__name__}")
    for kind, own in INTRUDERS.items()
    for become, expected in {**own, **OF_BOTH}.items()
]


@pytest.mark.parametrize(("world", "become", "expected"), CASES, indirect=["world"])
def test_an_intruder_is_refused_everywhere(request, world, become, expected, record_property):
    kind = request.node.callspec.params["world"]
    routes = CHANNELS if kind == "channel" else ADMINS
    become(world)
    before = Event.objects.count()

    found = calls(world, routes)

    assert found == dict.fromkeys(found, expected)
    assert len(found) == len(routes) > 0
    assert Event.objects.count() == before
    refused = f"{len(found)} refused, {expected[0]}"
    record_property("counted", f"{kind} endpoints with a property, {words_of(become)}: {refused}")


def names_properties(field: Any) -> bool:
    """Whether a part of a body is the id of a property, at any depth."""
    inside = dict(getattr(field, "fields", {}))
    if isinstance(child := getattr(field, "child", None), Field):
        inside["child"] = child
    return not IDS.isdisjoint(inside) or any(map(names_properties, inside.values()))


def naming(part: Any, property_id: int) -> Any:
    """A body with every id of a property in it replaced."""
    if isinstance(part, list):
        return [naming(one, property_id) for one in part]
    if isinstance(part, dict):
        return {
            key: property_id if key in IDS else naming(one, property_id)
            for key, one in part.items()
        }
    return part


IDS = {"property_uid", "property_id"}
WITHOUT = [
    route
    for route in feature_routes()
    if route.feature == "cmf"
    and route.contract
    and route.contract.channel
    and not route.contract.prop
]
ON_MANY = [
    route for route in WITHOUT if route.contract.body and names_properties(route.contract.body())
]
OUT_OF_REACH = [
    become for become, why in {**INTRUDERS["channel"], **OF_BOTH}.items() if why == NOT_FOUND
]


@pytest.mark.parametrize("world", ["channel"], indirect=True)
@pytest.mark.parametrize("become", OUT_OF_REACH, ids=lambda become: become.__name__)
def test_calls_on_many_properties_find_none_out_of_reach(world, become, record_property):
    become(world)
    before = Event.objects.count()

    for route in ON_MANY:
        send = getattr(world.client, route.method.lower())
        answer = send(url(route.route), naming(route.contract.example.request, world.hotel.pk))
        if answer.status_code == 202:
            while ari_part_run(job_id=answer.json()["data"]["response"]["job_uid"]):
                pass
            answer = world.client.get(answer["Location"])
        assert '_not_found"' in answer.content.decode(), name(route)

    assert Event.objects.count() == before
    record_property(
        "counted", f"calls on many properties, {words_of(become)}: {len(ON_MANY)} refused, 404"
    )


@pytest.mark.parametrize("world", ["channel"], indirect=True)
@pytest.mark.parametrize("become", OUT_OF_REACH, ids=lambda become: become.__name__)
def test_other_calls_touch_none_out_of_reach(world, become, record_property):
    """Such as those that publish or list all, or name what is there by the channel's own ids."""
    ChannelProperty.objects.filter(property=world.hotel).update(remote_id=SAMPLES["str"])
    (remote_id, *_) = example("cmf.put_reservations_cancel").request["reservation_ids"]
    booked = sent(reservation(remote_id, stay_info(world.hotel)))
    assert world.client.put(BASE + "reservations/add", booked).status_code == 200
    become(world)
    at_first = events_of(world.hotel)

    for route in WITHOUT:
        undone = transaction.savepoint()
        send = getattr(world.client, route.method.lower())
        body = route.contract.example.request
        answer = send(url(route.route), body and naming(body, world.hotel.pk))
        assert world.hotel.name not in answer.content.decode(), name(route)
        assert events_of(world.hotel) == at_first, name(route)
        transaction.savepoint_rollback(undone)

    record_property("counted", f"other calls, {words_of(become)}: {len(WITHOUT)} touched nothing")


def test_there_are_calls_on_many_properties():
    assert "cmf.put_reservations_add" in {route.contract.name for route in ON_MANY}


def test_the_channel_itself_is_let_in_everywhere(request, world, record_property):
    kind = request.node.callspec.params["world"]
    found = calls(world, CHANNELS if kind == "channel" else ADMINS)

    kept_out = [one for one in found.values() if one[0] in {401, 403} or one == NOT_FOUND]
    assert kept_out == []
    record_property("counted", f"{kind} endpoints with a property, who may: {len(found)} reached")

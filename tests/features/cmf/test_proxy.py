"""Acting for another user, and channels that several people share."""

from __future__ import annotations

import pytest

from bookyflow.accounts.models import AccessLevel
from bookyflow.api.checks import feature_routes
from bookyflow.api.http import request_log
from bookyflow.api.http.request_log import Writer
from bookyflow.api.models import RequestLog
from bookyflow.channels.models import Channel, ChannelProperty
from bookyflow.events.models import Event
from bookyflow.properties.models import ManagerAccess
from tests.conftest import make_hotel
from tests.features.cmf.conftest import BASE, day, refusal, value

pytestmark = pytest.mark.django_db

PROXY = "HTTP_X_BOOKYFLOW_PROXY_ID"
CALLS = [route for route in feature_routes() if route.feature == "cmf" and route.contract]


@pytest.fixture
def boss(client_for, super_manager):
    """A client of the site's own, which names a channel that the super manager has not."""
    return client_for("channel_management cmf_admin", user=super_manager, channel="ota")


@pytest.fixture
def log(settings, monkeypatch):
    """The log of requests, written when the test says so."""
    settings.REQUEST_LOG = True
    writer = Writer()
    monkeypatch.setattr(writer, "_start", lambda: None)
    monkeypatch.setattr(request_log, "writer", writer)
    return writer


def acting_for(user):
    return {PROXY: str(user.pk)}


def test_every_endpoint_of_channels_can_be_called_for_another_user():
    ignoring = {
        route.contract.name
        for route in CALLS
        if not (route.contract.channel or route.contract.proxy)
    }
    of_admins = {
        route.contract.name
        for route in CALLS
        if route.contract.scope == "cmf_admin" and not route.contract.channel
    }

    assert ignoring == of_admins


def test_a_channel_is_announced_and_found_for_another_user(boss, manager, super_manager):
    path = BASE + "channel/announce/alpine"
    announced = value(boss.post(f"{path}/Alpine", {}, **acting_for(manager)))

    assert Channel.objects.get().user == manager
    assert value(boss.get(path, **acting_for(manager))) == announced
    assert value(boss.get(path)) == 0


def test_the_channel_and_the_reach_are_the_users(boss, linked, hotel, stranger, manager):
    other = make_hotel(stranger, name="Of somebody else")
    ChannelProperty.objects.create(channel=linked, property=other)
    own = f"{BASE}property/{hotel.pk}"

    assert refusal(boss.get(own)) == (403, "channel_unknown", [])
    assert value(boss.get(own, **acting_for(manager)))["propertys_uid"] == hotel.pk
    assert list(value(boss.get(BASE + "properties/ids", **acting_for(manager)))) == [str(hotel.pk)]
    found = refusal(boss.get(f"{BASE}property/{other.pk}", **acting_for(manager)))
    assert found == (404, "property_not_found", [])
    assert refusal(boss.get(own, **acting_for(stranger))) == (403, "channel_unknown", [])


def test_both_identities_are_recorded(boss, linked, hotel, manager, super_manager, log):
    body = {
        "property_uid": hotel.pk,
        "availability": {"date_from": day(3), "date_to": day(4)},
    }
    value(boss.put(BASE + "property/blackbooking", body, **acting_for(manager)))
    log.flush()

    event, entry = Event.objects.get(), RequestLog.objects.get()
    for found in (event, entry):
        assert (found.user_id, found.proxied_by, found.key_id, found.channel_id) == (
            manager.pk,
            super_manager.pk,
            boss.key.pk,
            linked.pk,
        )


@pytest.mark.parametrize("who", ["no admin", "manager", "limited token"])
def test_it_needs_a_super_manager_and_the_scope(
    client_for, super_manager, stranger, manager, linked, hotel, who
):
    user = manager if who == "manager" else super_manager
    scopes = "channel_management" if who == "no admin" else "channel_management cmf_admin"
    token = "channel_management" if who == "limited token" else None
    client = client_for(scopes, user=user, channel="ota", token_scopes=token)

    for path in ("channel/announce/ota", f"property/{hotel.pk}", "list/countries", "url"):
        found = refusal(client.get(BASE + path, **acting_for(stranger)))
        assert found == (403, "proxy_not_allowed", [])
    found = refusal(client.post(BASE + "echo", {"data": 1}, **acting_for(stranger)))
    assert found == (403, "proxy_not_allowed", [])


@pytest.mark.parametrize("who", ["suspended", "inactive", "0", "-1", "x", "9" * 30])
def test_it_needs_somebody_to_act_for(boss, linked, manager, who):
    manager.is_suspended, manager.is_active = who == "suspended", who != "inactive"
    manager.save()
    proxied = str(manager.pk) if who in {"suspended", "inactive"} else who

    for call in (boss.get, boss.post):
        path = BASE + ("url" if call == boss.get else "echo")
        found = refusal(call(path, {} if call == boss.get else {"data": 1}, **{PROXY: proxied}))
        assert found == (400, "proxy_user_unknown", [])


def test_for_somebody_below_staff_there_is_no_property(boss, user_with_level, hotel):
    user = user_with_level(AccessLevel.REGISTERED)
    ManagerAccess.objects.create(user=user, property=hotel)
    channel = Channel.objects.create(user=user, name="ota", friendly_name="OTA")
    ChannelProperty.objects.create(channel=channel, property=hotel)

    found = refusal(boss.get(f"{BASE}property/{hotel.pk}", **acting_for(user)))

    assert found == (404, "property_not_found", [])


def test_a_manager_has_several_channels_and_a_property_several_managers(
    client_for, linked, hotel, manager, stranger
):
    second = Channel.objects.create(user=manager, name="second", friendly_name="Second")
    theirs = Channel.objects.create(user=stranger, name="ota", friendly_name="Theirs")
    ManagerAccess.objects.create(user=stranger, property=hotel)
    for number, channel in enumerate((second, theirs)):
        ChannelProperty.objects.create(channel=channel, property=hotel, remote_id=str(number))
    only_second = make_hotel(manager, name="On the second only")
    ChannelProperty.objects.create(channel=second, property=only_second)

    def ids(user, name):
        client = client_for("channel_management", user=user, channel=name)
        found = value(client.get(BASE + "properties/ids"))
        return {int(key): one["remote_property_uid"] for key, one in found.items()}

    assert ids(manager, "ota") == {hotel.pk: "26"}
    assert ids(manager, "second") == {hotel.pk: "0", only_second.pk: None}
    assert ids(stranger, "ota") == {hotel.pk: "1"}

"""Who may call what: computed for each request, never remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.utils import timezone

from bookyflow.channels.models import Channel, ChannelProperty
from bookyflow.properties.models import KeyProperty, ManagerAccess
from tests.conftest import make_hotel, make_token

API = "/bookyflow/api/probe"


def refusal(response):
    return response.status_code, response.json().get("key")


@pytest.mark.parametrize(
    ("header", "key"),
    [
        (None, "not_authenticated"),
        ("", "not_authenticated"),
        ("Basic YTpi", "not_authenticated"),
        ("Bearer", "invalid_token"),
        ("Bearer a b", "invalid_token"),
        ("Bearer unknown", "invalid_token"),
        ("bearer unknown", "invalid_token"),
    ],
)
def test_bad_headers(probe, anonymous, header, key):
    headers = {} if header is None else {"HTTP_AUTHORIZATION": header}
    response = anonymous.get(f"{API}/empty", **headers)

    assert refusal(response) == (401, key)
    assert response["WWW-Authenticate"].startswith('Bearer realm="BookyFlow"')
    assert ('error="invalid_token"' in response["WWW-Authenticate"]) == (key == "invalid_token")


def test_tokens_come_from_the_header_only(client, anonymous):
    assert anonymous.get(f"{API}/empty?access_token={client.token}").status_code == 401
    body = {"access_token": client.token, "text": "Barn"}
    assert anonymous.post(f"{API}/write", body).status_code == 401


def ended(client, **changes):
    type(client.key).objects.filter(pk=client.key.pk).update(**changes)
    return client.get(f"{API}/empty")


def test_a_revoked_key_ends_at_once(client):
    assert client.get(f"{API}/empty").status_code == 200
    assert refusal(ended(client, revoked_at=timezone.now())) == (401, "invalid_token")


def test_an_expired_key_ends_at_once(client):
    soon = timezone.now() + timedelta(minutes=1)

    assert ended(client, expires_at=soon).status_code == 200
    assert refusal(ended(client, expires_at=timezone.now())) == (401, "invalid_token")


def test_an_expired_token_ends(client, time_machine):
    time_machine.move_to(timezone.now() + timedelta(hours=2))

    assert refusal(client.get(f"{API}/empty")) == (401, "invalid_token")


@pytest.mark.parametrize("changes", [{"is_suspended": True}, {"is_active": False}])
def test_a_suspended_owner_ends_at_once(client, manager, changes):
    type(manager).objects.filter(pk=manager.pk).update(**changes)

    assert refusal(client.get(f"{API}/empty")) == (401, "invalid_token")


def test_reduced_scopes_end_at_once(client):
    response = ended(client, granted_scopes=["probe_set"])

    assert refusal(response) == (403, "scope_missing")
    assert "probe_get" in response.json()["detail"]
    assert 'error="insufficient_scope", scope="probe_get"' in response["WWW-Authenticate"]


def test_the_token_bounds_the_key(client_for, probe):
    client = client_for("probe_get probe_set", token_scopes="probe_set")

    assert refusal(client.get(f"{API}/empty")) == (403, "scope_missing")


def test_the_owners_level_bounds_the_key(client_for, probe, user_with_level):
    assert refusal(client_for("fine_get", user=user_with_level(50)).get(f"{API}/fine")) == (
        403,
        "scope_missing",
    )
    assert client_for("fine_get", user=user_with_level(70)).get(f"{API}/fine").status_code == 200


def test_allowed_networks(client_for, probe):
    client = client_for("probe_get", allowed_networks=["10.0.0.0/8", "192.0.2.1"])

    assert refusal(client.get(f"{API}/empty")) == (403, "forbidden")
    assert client.get(f"{API}/empty", REMOTE_ADDR="10.1.2.3").status_code == 200


def test_forwarded_addresses_count_behind_trusted_proxies_only(client_for, probe, settings):
    client = client_for("probe_get", allowed_networks=["203.0.113.0/24"])
    forwarded = {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}

    assert client.get(f"{API}/empty", **forwarded).status_code == 403
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]
    assert client.get(f"{API}/empty", **forwarded).status_code == 200


def reached(client, prop):
    """By path, and by body: they must agree."""
    by_path = client.get(f"{API}/property/{prop.pk}")
    by_body = client.put(f"{API}/property", {"property_uid": prop.pk})
    assert by_path.status_code == by_body.status_code
    if by_path.status_code == 404:
        assert by_path.json()["key"] == by_body.json()["key"] == "property_not_found"
        return False
    assert (
        by_path.json()
        == by_body.json()
        == {
            "data": {"property": prop.name},
            "meta": {"code": 200},
        }
    )
    return True


@pytest.fixture
def as_user(client_for, probe):
    return lambda user, **key: client_for("probe_get probe_set", user=user, **key)


def test_staff_reach_their_property(as_user, hotel, manager, receptionist, super_manager, stranger):
    assert reached(as_user(manager), hotel)
    assert reached(as_user(receptionist), hotel)
    assert reached(as_user(super_manager), hotel)
    assert not reached(as_user(stranger), hotel)


def test_an_account_that_is_no_staff_reaches_none(as_user, hotel, user_with_level):
    guest = user_with_level(1)
    ManagerAccess.objects.create(user=guest, property=hotel)

    assert not reached(as_user(guest), hotel)


def test_withdrawn_access_ends_at_once(as_user, hotel, manager):
    client = as_user(manager)
    assert reached(client, hotel)
    ManagerAccess.objects.all().delete()

    assert not reached(client, hotel)


def test_deleted_properties_are_gone(as_user, hotel, manager, super_manager):
    hotel.deleted_at = timezone.now()
    hotel.save()

    assert not reached(as_user(manager), hotel)
    assert not reached(as_user(super_manager), hotel)


def test_test_keys_and_live_keys_live_apart(as_user, hotel, manager, super_manager):
    trial = make_hotel(manager, name="Trial", is_test=True)
    for user in (manager, super_manager):
        live, test = as_user(user), as_user(user, is_test=True)
        assert (reached(live, hotel), reached(live, trial)) == (True, False)
        assert (reached(test, hotel), reached(test, trial)) == (False, True)


def test_a_key_for_some_properties(as_user, hotel, manager):
    other = make_hotel(manager, name="Other")
    client = as_user(manager, all_properties=False)
    KeyProperty.objects.create(key=client.key, property=other)

    assert (reached(client, hotel), reached(client, other)) == (False, True)


@pytest.mark.parametrize("bad", [None, "", "x", 0, -1, 1.5, True, 2**63, [], {"a": 1}])
def test_a_property_in_the_body_must_be_an_id(client, bad):
    response = client.put(f"{API}/property", {} if bad is None else {"property_uid": bad})

    assert refusal(response) == (400, "validation_failed")
    assert list(response.json()["fields"]) == ["property_uid"]


def test_unknown_properties(client):
    assert refusal(client.get(f"{API}/property/999999999999999999")) == (404, "property_not_found")
    assert refusal(client.get(f"{API}/property/0")) == (404, "not_found")
    assert refusal(client.get(f"{API}/property/9999999999999999999")) == (404, "not_found")


@pytest.fixture
def ota(client_for, probe, channel):
    return client_for("probe_get", channel="ota")


def test_a_channel_must_be_named(client, hotel):
    assert refusal(client.get(f"{API}/channel")) == (400, "channel_header_missing")


def test_a_channel_must_be_announced(client, hotel, stranger):
    Channel.objects.create(user=stranger, name="theirs", friendly_name="Theirs")
    for name in ("ota", "theirs"):
        response = client.get(f"{API}/channel", HTTP_X_BOOKYFLOW_CHANNEL_NAME=name)

        assert refusal(response) == (403, "channel_unknown")


def test_a_channel_reaches_linked_properties_only(ota, hotel, channel):
    path = f"{API}/channel/{hotel.pk}"
    assert refusal(ota.get(path)) == (404, "property_not_found")
    ChannelProperty.objects.create(channel=channel, property=hotel)

    assert ota.get(path).status_code == 200


def test_without_privacy_any_channel_of_the_manager_reaches_it(ota, hotel, stranger, client_for):
    hotel.settings.api_privacy_off = True
    hotel.settings.save()
    Channel.objects.create(user=stranger, name="ota", friendly_name="Theirs")
    other = client_for("probe_get", user=stranger, channel="ota")

    assert ota.get(f"{API}/channel/{hotel.pk}").status_code == 200
    assert other.get(f"{API}/channel/{hotel.pk}").status_code == 404


def test_who_acts(ota, channel, manager):
    actor = ota.get(f"{API}/channel").json()["data"]["actor"]

    assert actor == {
        "user_id": manager.pk,
        "key_id": ota.key.pk,
        "channel_id": channel.pk,
        "proxied_by": None,
        "is_test": False,
        "kind": "user",
    }


def test_acting_for_another_user(client_for, probe, super_manager, manager, channel):
    client = client_for("probe_get cmf_admin", user=super_manager, channel="ota")
    for path in ("channel", "proxied"):
        response = client.get(f"{API}/{path}", HTTP_X_BOOKYFLOW_PROXY_ID=str(manager.pk))
        actor = response.json()["data"]["actor"]

        assert (actor["user_id"], actor["proxied_by"]) == (manager.pk, super_manager.pk)


def test_the_proxied_users_reach_counts(client_for, probe, super_manager, manager, stranger, hotel):
    hotel.settings.api_privacy_off = True
    hotel.settings.save()
    for user in (manager, stranger):
        Channel.objects.create(user=user, name="ota", friendly_name="OTA")
    client = client_for("probe_get cmf_admin", user=super_manager, channel="ota")
    path = f"{API}/channel/{hotel.pk}"

    assert client.get(path, HTTP_X_BOOKYFLOW_PROXY_ID=str(manager.pk)).status_code == 200
    assert client.get(path, HTTP_X_BOOKYFLOW_PROXY_ID=str(stranger.pk)).status_code == 404


def test_acting_for_others_needs_its_scope(client_for, probe, super_manager, manager, channel):
    proxy = {"HTTP_X_BOOKYFLOW_PROXY_ID": str(manager.pk)}
    plain = client_for("probe_get", user=super_manager)
    lower = client_for("probe_get cmf_admin", user=manager)

    assert refusal(plain.get(f"{API}/proxied", **proxy)) == (403, "proxy_not_allowed")
    assert refusal(lower.get(f"{API}/proxied", **proxy)) == (403, "proxy_not_allowed")


def test_acting_for_others_needs_a_super_manager_whatever_a_feature_declares(
    client_for, probe, settings, manager, stranger
):
    *others, found = settings.FEATURES
    scopes = tuple(replace(scope, level=1) for scope in found.scopes)
    settings.FEATURES = (*others, replace(found, scopes=scopes))
    lower = client_for("probe_get cmf_admin", user=manager)
    answer = lower.get(f"{API}/proxied", HTTP_X_BOOKYFLOW_PROXY_ID=str(stranger.pk))

    assert lower.get(f"{API}/plain").status_code == 200
    assert refusal(answer) == (403, "proxy_not_allowed")


@pytest.mark.parametrize("bad", ["x", "-1", "999999999", "9" * 30, "1 OR 1=1"])
def test_acting_for_nobody(client_for, probe, super_manager, bad):
    client = client_for("probe_get cmf_admin", user=super_manager)
    response = client.get(f"{API}/proxied", HTTP_X_BOOKYFLOW_PROXY_ID=bad)

    assert refusal(response) == (400, "proxy_user_unknown")


def test_acting_for_a_suspended_user(client_for, probe, super_manager, manager):
    client = client_for("probe_get cmf_admin", user=super_manager)
    manager.is_suspended = True
    manager.save()
    response = client.get(f"{API}/proxied", HTTP_X_BOOKYFLOW_PROXY_ID=str(manager.pk))

    assert refusal(response) == (400, "proxy_user_unknown")


def test_elsewhere_the_proxy_header_means_nothing(client, manager):
    response = client.get(f"{API}/plain", HTTP_X_BOOKYFLOW_PROXY_ID="nonsense")

    assert response.json()["data"]["actor"]["user_id"] == manager.pk


def test_statements_per_request(client, ota, hotel, channel, django_assert_num_queries):
    ChannelProperty.objects.create(channel=channel, property=hotel)
    # * rights, with channel and property; then the property itself
    with django_assert_num_queries(2):
        assert ota.get(f"{API}/channel/{hotel.pk}").status_code == 200
    # * rights; reach of the body's property, which is read behind the change; and a savepoint's two
    # ends
    with django_assert_num_queries(5):
        assert client.put(f"{API}/property", {"property_uid": hotel.pk}).status_code == 200


def test_two_tokens_of_a_key_are_apart(client, anonymous):
    token = make_token(client.key, "probe_set")
    response = anonymous.get(f"{API}/empty", HTTP_AUTHORIZATION=f"Bearer {token}")

    assert refusal(response) == (403, "scope_missing")

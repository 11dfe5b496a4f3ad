"""What every endpoint of a channel refuses before it looks at anything else."""

from __future__ import annotations

import pytest
from django.utils import timezone

from bookyflow.channels.models import ChannelProperty
from bookyflow.properties.models import KeyProperty
from tests.conftest import make_hotel
from tests.features.cmf.conftest import BASE, day, refusal

pytestmark = pytest.mark.django_db

OF_THE_CHANNEL = [
    ("get", "versions"),
    ("get", "list/property/types"),
    ("get", "list/room/types"),
    ("get", "list/countries"),
    ("get", "list/regions"),
    ("get", "properties/ids"),
    ("post", "property"),
    ("put", "reservations/add"),
    ("put", "reservations/cancel"),
]
IN_THE_PATH = [
    ("get", "property/{uid}"),
    ("get", "property/rooms/{uid}"),
    ("get", "property/base/price/{uid}"),
    ("get", "property/price/{uid}/{day}/{day}/2"),
    ("get", "property/available/rooms/{uid}/{day}/{day}"),
    ("get", "property/calendar/{uid}/{day}/{day}"),
    ("delete", "property/blackbooking/{uid}/1"),
    ("get", "property/list/blackbookings/{uid}"),
    ("get", "property/list/bookings/{uid}"),
    ("get", "property/booking/{uid}/1"),
]
IN_THE_BODY = [
    ("put", "property/rooms"),
    ("put", "property/prices"),
    ("put", "property/base/price"),
    ("put", "property/blackbooking"),
]
EVERY = [*OF_THE_CHANNEL, *IN_THE_PATH, *IN_THE_BODY]


@pytest.fixture
def ask(hotel):
    """Make a call that names a property, as (method, path), and tell its refusal."""

    def ask(client, method, path, prop=hotel, **headers):
        text = BASE + path.format(uid=prop.pk, day=day(1))
        if method == "get":
            return refusal(client.get(text, **headers))
        return refusal(getattr(client, method)(text, {"property_uid": prop.pk}, **headers))

    return ask


def test_each_needs_a_channels_name(client_for, linked, ask):
    client = client_for("channel_management")

    found = {(method, path): ask(client, method, path) for method, path in EVERY}

    assert found == dict.fromkeys(EVERY, (400, "channel_header_missing", []))


def test_each_needs_a_channel_of_ones_own(client_for, linked, stranger, ask):
    for client in (
        client_for("channel_management", channel="other"),
        client_for("channel_management", channel="OTA"),
        client_for("channel_management", channel="ota", user=stranger),
    ):
        found = {(method, path): ask(client, method, path) for method, path in EVERY}

        assert found == dict.fromkeys(EVERY, (403, "channel_unknown", []))


def test_each_needs_the_scope_and_a_token(client_for, linked, anonymous, ask):
    client = client_for("properties_set", channel="ota")
    without = {(method, path): ask(client, method, path) for method, path in EVERY}
    nobody = {(method, path): ask(anonymous, method, path) for method, path in EVERY}

    assert without == dict.fromkeys(EVERY, (403, "scope_missing", []))
    assert nobody == dict.fromkeys(EVERY, (401, "not_authenticated", []))


def test_acting_for_others_needs_its_scope(ota, stranger, ask):
    for proxied in (stranger.pk, 10**15):
        headers = {"HTTP_X_BOOKYFLOW_PROXY_ID": str(proxied)}
        found = {(method, path): ask(ota, method, path, **headers) for method, path in EVERY}

        assert found == dict.fromkeys(EVERY, (403, "proxy_not_allowed", []))


@pytest.mark.parametrize("who", ["foreign", "unlinked", "deleted", "test", "unlisted", "unknown"])
def test_a_property_out_of_reach_is_not_found(ota, manager, stranger, linked, hotel, ask, who):
    changes = {
        "deleted": {"deleted_at": timezone.now()},
        "test": {"is_test": True},
    }
    prop = make_hotel(stranger if who == "foreign" else manager, name=who, **changes.get(who, {}))
    if who not in {"unlinked", "unknown"}:
        ChannelProperty.objects.create(channel=linked, property=prop)
    if who == "unlisted":
        ota.key.all_properties = False
        ota.key.save()
        KeyProperty.objects.create(key=ota.key, property=hotel)
    if who == "unknown":
        prop.pk = 10**17
    naming = [*IN_THE_PATH, *IN_THE_BODY]

    found = {(method, path): ask(ota, method, path, prop) for method, path in naming}

    assert found == dict.fromkeys(naming, (404, "property_not_found", []))


def test_each_that_names_its_property_in_the_body_needs_the_id(ota, hotel):
    for _, path in IN_THE_BODY:
        for body in ({}, {"property_uid": None}, {"property_uid": [hotel.pk]}):
            found = refusal(ota.put(BASE + path, body))

            assert found == (400, "validation_failed", ["property_uid"])


@pytest.mark.parametrize(
    "uid", ["0", "-1", "007", "1.0", "1.5", "x", "%F0%9F%8F%A8", "9" * 19, "9" * 40]
)
def test_what_is_no_id_is_no_path(ota, hotel, uid):
    paths = [(method, path.format(uid=uid, day=day(1))) for method, path in IN_THE_PATH]
    of_the_hotel = [
        ("delete", f"property/blackbooking/{hotel.pk}/{uid}"),
        ("get", f"property/booking/{hotel.pk}/{uid}"),
    ]
    for method, path in paths + of_the_hotel:
        assert refusal(getattr(ota, method)(BASE + path)) == (404, "not_found", [])

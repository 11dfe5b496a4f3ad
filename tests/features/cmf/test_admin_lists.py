from __future__ import annotations

import logging

import pytest

from bookyflow.accounts.models import AccessLevel, KeyPair
from bookyflow.channels.models import Channel, ChannelProperty, CrossReference
from bookyflow.core.acting import SYSTEM
from bookyflow.guests.profiles import GuestProfile, guest_add
from bookyflow.plugins import registry
from bookyflow.properties.models import ManagerAccess, Property, PropertyText
from tests.conftest import make_hotel
from tests.examples import example
from tests.features.cmf.conftest import BASE, refusal, shown, value

pytestmark = pytest.mark.django_db

LIST = BASE + "admin/list/"
PERSONAL = {
    "firstname",
    "surname",
    "house",
    "street",
    "town",
    "postcode",
    "tel_landline",
    "tel_mobile",
    "email",
    "VAT_NUMBER",
}


@pytest.fixture
def boss(client_for, super_manager):
    """A client of the site's own."""
    return client_for("cmf_admin", user=super_manager)


@pytest.fixture
def ada(hotel):
    """The guest of the example."""
    return guest(hotel)


def guest(prop, **changes):
    shown_guest = example("cmf.admin_list_guests").answer[0]
    names = {"firstname": "first_name", "tel_landline": "phone", "tel_mobile": "mobile"}
    fields = {*PERSONAL, "country"}
    details = {names.get(key, key.lower()): shown_guest[key] for key in fields} | changes
    profile = GuestProfile(**details, region="IE-C")
    return guest_add(property_id=prop.pk, profile=profile, by=SYSTEM)


def test_lists_the_key_pairs_of_all(boss, client_for, stranger):
    other = client_for("channel_management properties_get", user=stranger).key
    KeyPair.objects.filter(pk=other.pk).update(name="Alpine Sync")
    client_for("echo_get", is_test=True)
    client_for("echo_get", revoked_at=other.created)

    response = boss.get(LIST + "api/clients")

    own, one = value(response)
    assert own["client_id"] == boss.key.client_id
    assert [one] == shown("admin_list_api_clients", client_id=other.client_id, user_id=stranger.pk)


def test_a_test_key_lists_test_pairs(client_for, super_manager, boss):
    test = client_for("cmf_admin", user=super_manager, is_test=True)

    found = value(test.get(LIST + "api/clients"))

    assert [one["client_id"] for one in found] == [test.key.client_id]


@pytest.mark.parametrize("level", [50, 70, 90])
def test_lists_the_scopes_that_a_key_of_an_account_can_have(boss, user_with_level, level):
    user = user_with_level(level)

    found = value(boss.get(f"{LIST}api/scopes/{user.pk}"))

    grantable = registry.grantable(level, registry.enabled())
    assert [one["scope"] for one in found] == list(grantable)
    assert ("channel_management" in grantable, "cmf_admin" in grantable) == (
        level >= 70,
        level == 90,
    )
    if level == 70:
        assert example("cmf.admin_list_api_scopes").answer[0] in found


@pytest.mark.parametrize("who", ["registered", "gone", "nobody"])
def test_of_an_account_that_is_no_staff_there_are_no_scopes(boss, user_with_level, who):
    user = user_with_level(
        AccessLevel.REGISTERED if who == "registered" else AccessLevel.MANAGER,
        is_active=who != "gone",
    )
    user_id = 10**15 if who == "nobody" else user.pk

    assert refusal(boss.get(f"{LIST}api/scopes/{user_id}")) == (404, "manager_not_found", [])


def test_lists_the_channels_of_all(boss, channel, manager, stranger):
    other = Channel.objects.create(user=stranger, name="alpine_sync", friendly_name="Alpine Sync")

    found = value(boss.get(LIST + "channels"))

    assert list(found) == [str(channel.pk), str(other.pk)]
    assert {"3": found[str(other.pk)]} == shown(
        "admin_list_channels", id=other.pk, cms_user_id=stranger.pk, cms_user_name="stranger"
    )


def test_lists_the_properties_of_a_channel(boss, channel, manager, hotel):
    data = {"origin_management_url": "https://booking.example/manage/26"}
    link = ChannelProperty.objects.create(
        channel=channel, property=hotel, remote_id="26", remote_data=data
    )
    CrossReference.objects.create(
        channel=channel, property=hotel, item_type="extra", remote_id="14", local_id=9
    )
    elsewhere = make_hotel(name="Without references")
    ChannelProperty.objects.create(channel=channel, property=elsewhere)
    for changes in ({"is_test": True}, {"deleted_at": hotel.created_at}):
        ChannelProperty.objects.create(
            channel=channel, property=make_hotel(name="Hidden", **changes)
        )

    found = value(boss.get(f"{LIST}channel/properties/{channel.pk}"))

    assert list(found) == [str(hotel.pk), str(elsewhere.pk)]
    (expected,) = shown(
        "admin_list_channel_properties",
        channel_id=channel.pk,
        cms_user_id=manager.pk,
        cms_user_name="manager",
        property_uid=hotel.pk,
        property_name=hotel.name,
    ).values()
    assert found[str(hotel.pk)] == expected | {"id": link.pk}
    assert found[str(elsewhere.pk)]["remote_data"] == {}


def test_of_no_channel_it_lists_nothing(boss):
    assert value(boss.get(f"{LIST}channel/properties/{10**15}")) == {}


def test_lists_the_guests_of_all_and_logs_who_asks(client_for, super_manager, ada, caplog):
    reader = client_for("cmf_admin guests_get", user=super_manager)
    guest(make_hotel(name="Test", is_test=True))

    with caplog.at_level(logging.WARNING, "bookyflow.guests"):
        found = value(reader.get(LIST + "guests"))

    assert found == shown(
        "admin_list_guests",
        guest_id=ada.pk,
        property_uid=ada.property_id,
        property_name=(ada.property.name),
    )
    (line,) = [one.getMessage() for one in caplog.records if "guests of all" in one.getMessage()]
    assert f"user_id={super_manager.pk}" in line
    assert f"key_id={reader.key.pk}" in line
    assert "Ada" not in caplog.text


def test_who_they_are_needs_the_scope_of_guests(boss, ada):
    (one,) = value(boss.get(LIST + "guests"))

    assert {name for name in one if one[name] == ""} == PERSONAL
    assert (one["guest_id"], one["country"]) == (ada.pk, "IE")


def test_lists_the_staff(boss, hotel, manager, super_manager, user_with_level):
    other = make_hotel(manager, name="Second")
    make_hotel(manager, name="Test", is_test=True)
    user_with_level(AccessLevel.REGISTERED)
    suspended = user_with_level(AccessLevel.RECEPTIONIST, is_suspended=True)

    found = value(boss.get(LIST + "managers"))

    assert {int(key) for key in found} == {manager.pk, super_manager.pk, suspended.pk}
    (expected,) = shown(
        "admin_list_managers", id=manager.pk, cms_user_id=manager.pk, username="manager"
    ).values()
    assert found[str(manager.pk)] == expected | {"authorised_properties": [hotel.pk, other.pk]}
    assert found[str(super_manager.pk)]["authorised_properties"] == []
    assert (found[str(suspended.pk)]["suspended"], found[str(suspended.pk)]["access_level"]) == (
        True,
        50,
    )


def test_lists_the_properties_of_all_by_their_names(boss, hotel, stranger):
    shown_here = example("cmf.admin_list_properties").answer
    Property.objects.filter(pk=hotel.pk).update(name=shown_here[0]["property_name"])
    mill = make_hotel(stranger, name="Mühle", is_published=False)
    make_hotel(stranger, name="Test", is_test=True)
    PropertyText.objects.create(
        property=mill, field="property_name", language="en-GB", text="Mill Cottage"
    )

    found = value(boss.get(LIST + "properties"))

    assert found == [
        one | {"property_id": prop.pk} for one, prop in zip(shown_here, (hotel, mill), strict=True)
    ]


@pytest.mark.parametrize("name", ["list/image/types", "dictionary/list/access/levels"])
def test_names_what_is_the_same_for_all(boss, name):
    operation = "cmf.admin_" + name.replace("/", "_")

    assert value(boss.get(f"{BASE}admin/{name}")) == example(operation).answer


def test_a_key_that_is_limited_lists_its_own_properties(client_for, super_manager, hotel, channel):
    ChannelProperty.objects.create(channel=channel, property=hotel)
    limited = client_for("cmf_admin", user=super_manager, all_properties=False)

    assert value(limited.get(LIST + "properties")) == []
    assert value(limited.get(LIST + "guests")) == []
    assert value(limited.get(f"{LIST}channel/properties/{channel.pk}")) == {}


def test_costs_no_more_for_more_rows(
    boss, client_for, channel, hotel, user_with_level, django_assert_max_num_queries
):
    lists = ["api/clients", "channels", "managers", "properties", "guests"]
    lists += [f"channel/properties/{channel.pk}"]
    counts = []
    for count in (2, 20):
        for number in range(count):
            user = user_with_level(AccessLevel.MANAGER)
            prop = make_hotel(user, name=f"{count} {number}")
            guest(prop, email=f"{number}@guest.example")
            Channel.objects.create(user=user, name="ota", friendly_name="OTA")
            ChannelProperty.objects.create(channel=channel, property=prop)
            client_for("echo_get", user=user)
        for name in lists:
            with django_assert_max_num_queries(6) as queries:
                assert len(value(boss.get(LIST + name))) >= count
            counts.append(len(queries))

    assert counts[: len(lists)] == counts[len(lists) :]
    assert ManagerAccess.objects.count() > 20

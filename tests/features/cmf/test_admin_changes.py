from __future__ import annotations

import json
import threading

import pytest
from django.db import connection
from oauth2_provider.models import AccessToken

from bookyflow.accounts.models import AccessLevel, KeyPair, KeySecret
from bookyflow.channels.administration import MOST_PROPERTIES, Assignment, channel_properties_assign
from bookyflow.channels.models import (
    Channel,
    ChannelProperty,
    ChannelReservation,
    ChildSite,
    CrossReference,
    DictionaryMap,
)
from bookyflow.core.acting import Actor
from bookyflow.events.models import Event
from bookyflow.properties.models import ManagerAccess, Property
from bookyflow.properties.selectors import Reach
from tests.conftest import make_hotel
from tests.examples import as_shown, example
from tests.features.cmf.conftest import BASE, FORM, refusal, shown, value

pytestmark = pytest.mark.django_db

ADMIN = BASE + "admin/"
CLIENT = ADMIN + "api/client"
ASSIGN = ADMIN + "channel/assign/properties"
UNASSIGN = ADMIN + "channel/unassign/properties"
MOVE = ADMIN + "property/change/channel"
OWNER = ADMIN + "channel/change/owner"


@pytest.fixture
def boss(client_for, super_manager):
    """A client of the site's own."""
    return client_for("cmf_admin", user=super_manager)


@pytest.fixture
def theirs(stranger):
    """A channel of somebody who works on no property yet."""
    return Channel.objects.create(user=stranger, name="theirs", friendly_name="Theirs")


def new_client(user, **changes):
    return example("cmf.put_admin_api_client").request | {"cms_user_id": user.pk} | changes


def assign(client, channel, *items, **more):
    return client.put(ASSIGN, {"channel_id": channel.pk, "properties": list(items)} | more)


def unassign(client, channel, *items, **more):
    return client.put(UNASSIGN, {"channel_id": channel.pk, "properties": list(items)} | more)


def links(channel):
    """The channel's properties: id → its own id of each."""
    return dict(channel.links.order_by("property").values_list("property", "remote_id"))


def changes_of(prop):
    """The kinds of events of a property, in order."""
    return [
        *Event.objects.filter(property_id=prop.pk).order_by("id").values_list("kind", flat=True)
    ]


def child_site(channel, prop):
    return ChildSite.objects.create(
        channel=channel,
        property=prop,
        host="child.example",
        remote_property_id=7,
        url="https://child.example",
        username="child",
    )


# Key pairs


def test_makes_a_key_pair_whose_secret_is_shown_once(boss, manager, anonymous):
    answer = boss.put(CLIENT, new_client(manager), HTTP_HOST="booking.example", secure=True)

    made = value(answer)
    assert as_shown(
        made, example("cmf.put_admin_api_client").answer, "client_id", "client_secret"
    ) == shown("put_admin_api_client", cms_user_id=manager.pk)
    key = KeyPair.objects.get(client_id=made["client_id"])
    assert (key.user, key.all_properties, key.is_test) == (manager, True, False)
    token = anonymous.post(
        "/bookyflow/api",
        {
            "grant_type": "client_credentials",
            "client_id": made["client_id"],
            "client_secret": made["client_secret"],
        },
        format="multipart",
    )
    assert token.json()["scope"] == "channel_management properties_get"
    assert made["client_secret"] not in str(value(boss.get(ADMIN + "list/api/clients")))


def test_it_is_never_shown_again(boss, manager):
    header = {"HTTP_IDEMPOTENCY_KEY": "once"}
    first, second = (value(boss.put(CLIENT, new_client(manager), **header)) for _ in range(2))

    assert first["client_secret"] != second["client_secret"]


def test_a_test_key_makes_test_keys(client_for, super_manager, manager):
    boss = client_for("cmf_admin", user=super_manager, is_test=True)

    made = value(boss.put(CLIENT, new_client(manager)))

    assert KeyPair.objects.get(client_id=made["client_id"]).is_test


def test_a_limited_key_makes_none(client_for, super_manager, manager):
    boss = client_for("cmf_admin", user=super_manager, all_properties=False)

    assert refusal(boss.put(CLIENT, new_client(manager))) == (403, "forbidden", [])
    assert KeyPair.objects.count() == 1


@pytest.mark.parametrize("scopes", ["*", "cmf_admin", "channel_management,nonsense"])
def test_gives_no_scope_beyond_the_level_of_the_account(boss, manager, scopes):
    refused = refusal(boss.put(CLIENT, new_client(manager, scopes=scopes)))

    assert refused == (400, "scope_not_grantable", ["scopes"])


def test_a_super_managers_key_may_administer(boss, super_manager):
    made = value(boss.put(CLIENT, new_client(super_manager, scopes="cmf_admin, echo_get")))

    assert made["requested_scopes"] == "cmf_admin,echo_get"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"cms_user_id": "x"}, ["cms_user_id"]),
        ({"cms_user_id": None}, ["cms_user_id"]),
        ({"identifier": ""}, ["identifier"]),
        ({"identifier": "x" * 101}, ["identifier"]),
        ({"identifier": 7}, ["identifier"]),
        ({"scopes": ""}, ["scopes"]),
        ({"scopes": ","}, ["scopes"]),
        ({"scopes": "x" * 2_001}, ["scopes"]),
        ({"scopes": ["echo_get"]}, ["scopes"]),
    ],
)
def test_refuses_what_makes_no_key_pair(boss, manager, changes, fields):
    found = refusal(boss.put(CLIENT, new_client(manager, **changes)))

    assert found == (400, "validation_failed", fields)


def test_makes_none_for_who_is_no_staff(boss, user_with_level, manager):
    nobody = user_with_level(AccessLevel.REGISTERED)
    manager.is_suspended = True
    manager.save()

    assert refusal(boss.put(CLIENT, new_client(nobody))) == (404, "manager_not_found", [])
    assert refusal(boss.put(CLIENT, new_client(manager))) == (403, "forbidden", [])


def test_deletes_a_key_pair_with_its_secrets_and_tokens(boss, client_for, manager):
    made = value(boss.put(CLIENT, new_client(manager)))
    client = client_for("channel_management")
    asked = f"{CLIENT}?client_id="

    for client_id in (made["client_id"], client.key.client_id):
        assert (
            value(boss.delete(asked + client_id)) == example("cmf.delete_admin_api_client").answer
        )
        again = refusal(boss.delete(asked + client_id))
        assert again == (404, "api_client_not_found", [])

    assert client.get(BASE + "channel/announce/ota").status_code == 401
    assert [key.pk for key in KeyPair.objects.all()] == [boss.key.pk]
    assert (KeySecret.objects.count(), AccessToken.objects.count()) == (0, 1)


@pytest.mark.parametrize("client_id", ["", "x" * 101])
def test_deletes_no_nonsense(boss, client_id):
    assert refusal(boss.delete(f"{CLIENT}?client_id={client_id}")) == (
        400,
        "validation_failed",
        ["client_id"],
    )


def test_deletes_no_key_of_the_other_kind(boss, client_for, super_manager):
    test = client_for("cmf_admin", user=super_manager, is_test=True)

    for one, other in ((boss, test), (test, boss)):
        found = refusal(one.delete(f"{CLIENT}?client_id={other.key.client_id}"))
        assert found == (404, "api_client_not_found", [])


# Channels


def test_makes_a_channel_for_a_manager(boss, manager):
    path = f"{ADMIN}channel/{manager.pk}/alpine_sync/Alpine%20Sync"

    made = value(boss.post(path))

    channel = Channel.objects.get()
    assert (channel.user, channel.name, channel.friendly_name) == (
        manager,
        "alpine_sync",
        "Alpine Sync",
    )
    assert made == channel.pk
    assert value(boss.post(path.replace("Alpine%20Sync", "Other"))) == made


@pytest.mark.parametrize(
    ("name", "fields"),
    [("%C3%84/Alpine", ["channel_name"]), ("alpine/%E2%80%8B", ["friendly_name"])],
)
def test_makes_no_channel_without_a_name(boss, manager, name, fields):
    found = refusal(boss.post(f"{ADMIN}channel/{manager.pk}/{name}"))

    assert found == (400, "validation_failed", fields)


def test_makes_no_channel_for_nobody(boss, user_with_level):
    nobody = user_with_level(AccessLevel.REGISTERED)

    found = refusal(boss.post(f"{ADMIN}channel/{nobody.pk}/ota/OTA"))

    assert found == (404, "manager_not_found", [])


def test_deletes_a_channel_with_all_that_is_its_own(boss, linked, hotel):
    CrossReference.objects.create(
        channel=linked, property=hotel, item_type="extra", remote_id="14", local_id=9
    )
    DictionaryMap.objects.create(channel=linked, local_type="ptype")

    deleted = value(boss.delete(f"{ADMIN}channel/{linked.pk}"))

    assert deleted == example("cmf.delete_admin_channel").answer
    assert (Channel.objects.count(), CrossReference.objects.count()) == (0, 0)
    assert changes_of(hotel) == ["property_updated"]
    again = refusal(boss.delete(f"{ADMIN}channel/{linked.pk}"))
    assert again == (404, "channel_not_found", [])


def test_a_channel_with_reservations_stays(boss, linked):
    ChannelReservation.objects.create(channel=linked, remote_id="7", content="x")

    found = refusal(boss.delete(f"{ADMIN}channel/{linked.pk}"))

    assert found == (409, "channel_has_reservations", [])
    assert ChannelProperty.objects.count() == 1


def test_gives_a_channel_to_another_manager(boss, linked, hotel, stranger, client_for):
    body = {"channel_id": linked.pk, "new_owner_cms_user_id": stranger.pk}
    answers = [value(boss.put(OWNER, body)) for _ in range(2)]

    assert answers == [example("cmf.put_admin_channel_change_owner").answer] * 2
    assert changes_of(hotel) == ["property_updated"]
    old = client_for("channel_management", channel="ota")
    new = client_for("channel_management", channel="ota", user=stranger)
    path = f"{BASE}property/{hotel.pk}"
    assert refusal(old.get(path)) == (403, "channel_unknown", [])
    assert refusal(new.get(path)) == (404, "property_not_found", [])
    value(assign(boss, linked, {"property_uid": hotel.pk}))
    assert value(new.get(path))["propertys_uid"] == hotel.pk


def test_a_channel_goes_to_staff_without_one_of_its_name(boss, linked, stranger, user_with_level):
    nobody = user_with_level(AccessLevel.REGISTERED)
    Channel.objects.create(user=stranger, name="ota", friendly_name="Theirs")

    def change(channel_id, user_id):
        body = {"channel_id": channel_id, "new_owner_cms_user_id": user_id}
        return refusal(boss.put(OWNER, body))

    assert change(linked.pk, nobody.pk) == (404, "manager_not_found", [])
    assert change(linked.pk, stranger.pk) == (409, "conflict", [])
    assert change(10**15, stranger.pk) == (404, "channel_not_found", [])
    assert change(0, "x") == (
        400,
        "validation_failed",
        ["channel_id", "new_owner_cms_user_id"],
    )


@pytest.mark.parametrize("kind", ["test", "limited"])
def test_a_channel_is_left_alone_by_who_does_not_reach_its_properties(
    client_for, super_manager, linked, stranger, kind
):
    key = {"is_test": True} if kind == "test" else {"all_properties": False}
    boss = client_for("cmf_admin", user=super_manager, **key)
    body = {"channel_id": linked.pk, "new_owner_cms_user_id": stranger.pk}

    for answer in (boss.put(OWNER, body), boss.delete(f"{ADMIN}channel/{linked.pk}")):
        assert refusal(answer) == (403, "forbidden", [])


# Which properties a channel reaches


def test_assigns_properties_each_for_itself(boss, channel, hotel, manager):
    other = make_hotel(name="Second")
    sent = example("cmf.put_admin_channel_assign_properties").request["properties"]
    known = {"channel_id": channel.pk, "cms_user_id": manager.pk}
    items = [
        one | known | {"property_uid": prop.pk}
        for one, prop in zip(sent, (hotel, other), strict=True)
    ]

    answer = value(assign(boss, channel, *items))

    expected = shown("put_admin_channel_assign_properties", **known)
    expected["successful_assignment"][0]["property_uid"] = hotel.pk
    expected["unsuccessful_assignments"][0]["property_uid"] = other.pk
    assert answer == expected
    assert links(channel) == {hotel.pk: "AL-26"}
    assert (changes_of(hotel), changes_of(other)) == (["property_updated"], [])
    assert not ManagerAccess.objects.filter(property=other).exists()


def test_who_owns_the_channel_gets_access(boss, theirs, stranger, hotel, client_for):
    client = client_for("channel_management", user=stranger, channel="theirs")
    assert client.get(f"{BASE}property/{hotel.pk}").status_code == 404

    value(assign(boss, theirs, {"property_uid": hotel.pk, "remote_property_uid": 26}))

    assert value(client.get(f"{BASE}property/{hotel.pk}"))["propertys_uid"] == hotel.pk
    assert value(client.get(BASE + "properties/ids"))[str(hotel.pk)] == {
        "local_property_uid": hotel.pk,
        "remote_property_uid": "26",
    }
    assert changes_of(hotel) == ["manager_added", "property_updated"]


def test_several_channels_of_several_managers_reach_a_property(
    boss, linked, theirs, stranger, manager, hotel, client_for
):
    second = Channel.objects.create(user=manager, name="second", friendly_name="Second")
    for channel in (theirs, second):
        value(assign(boss, channel, {"property_uid": hotel.pk}))

    for user, name in ((manager, "ota"), (manager, "second"), (stranger, "theirs")):
        client = client_for("channel_management", user=user, channel=name)
        assert client.get(f"{BASE}property/{hotel.pk}").status_code == 200
    value(unassign(boss, second, {"property_uid": hotel.pk}))
    assert (links(linked), links(theirs), links(second)) == ({hotel.pk: "26"}, {hotel.pk: ""}, {})


def test_an_item_may_name_a_channel_of_its_own(boss, channel, theirs, hotel):
    item = {"property_uid": hotel.pk, "channel_id": theirs.pk}

    value(assign(boss, channel, item))

    assert (links(channel), links(theirs)) == ({}, {hotel.pk: ""})


def test_assigning_again_changes_nothing_but_the_remote_id(boss, linked, hotel):
    for item in ({}, {"remote_property_uid": "26"}):
        value(assign(boss, linked, {"property_uid": hotel.pk} | item))
    assert (links(linked), changes_of(hotel)) == ({hotel.pk: "26"}, [])

    value(assign(boss, linked, {"property_uid": hotel.pk, "remote_property_uid": "27"}))
    assert (links(linked), changes_of(hotel)) == ({hotel.pk: "27"}, ["property_updated"])


def test_an_id_of_a_deleted_property_is_free_again(boss, linked, hotel, manager):
    Property.objects.filter(pk=hotel.pk).update(deleted_at=hotel.created_at)
    other = make_hotel(manager, name="Second")

    value(assign(boss, linked, {"property_uid": other.pk, "remote_property_uid": "26"}))

    assert links(linked) == {hotel.pk: "", other.pk: "26"}


def test_when_none_is_assigned_it_says_why(boss, linked, manager, stranger, hotel, user_with_level):
    receptionist = user_with_level(AccessLevel.REGISTERED)
    useless = Channel.objects.create(user=receptionist, name="useless", friendly_name="Useless")
    second = make_hotel(manager, name="Second")
    third = make_hotel(manager, name="Third")
    items = {
        10**15: {"property_uid": 10**15},
        hotel.pk: {"property_uid": hotel.pk, "cms_user_id": stranger.pk},
        second.pk: {"property_uid": second.pk, "remote_property_uid": "26"},
        third.pk: {"property_uid": third.pk, "channel_id": useless.pk},
        7: {"property_uid": 7, "channel_id": 10**15},
    }

    answer = assign(boss, linked, *items.values())

    assert refusal(answer) == (409, "assignments_refused", [])
    assert {int(key): one["key"] for key, one in answer.json()["results"].items()} == {
        10**15: "property_not_found",
        hotel.pk: "channel_of_another_user",
        second.pk: "remote_id_already_exists",
        third.pk: "validation_failed",
        7: "channel_not_found",
    }
    assert (ChannelProperty.objects.count(), Event.objects.count()) == (1, 0)


@pytest.mark.parametrize("kind", ["test", "limited"])
def test_a_property_out_of_the_keys_reach_is_not_found(
    client_for, super_manager, linked, hotel, kind
):
    key = {"is_test": True} if kind == "test" else {"all_properties": False}
    boss = client_for("cmf_admin", user=super_manager, **key)
    item = {"property_uid": hotel.pk, "remote_property_uid": "other"}

    found = assign(boss, linked, item).json()["results"]
    assert found[str(hotel.pk)]["key"] == "property_not_found"
    assert refusal(unassign(boss, linked, item)) == (409, "unassignments_refused", [])
    assert value(unassign(boss, linked, all_properties=1))["successful_unassignment"] == []
    body = {"property_uid": hotel.pk, "new_channel_id": linked.pk}
    assert refusal(boss.put(MOVE, body)) == (404, "property_not_found", [])
    assert links(linked) == {hotel.pk: "26"}


def test_takes_properties_away_each_for_itself(boss, linked, hotel, manager, theirs):
    value(assign(boss, theirs, {"property_uid": hotel.pk}))
    CrossReference.objects.create(
        channel=linked, property=hotel, item_type="extra", remote_id="14", local_id=9
    )
    child_site(linked, hotel)
    Event.objects.all().delete()
    first, second = example("cmf.put_admin_channel_unassign_properties").request["properties"]
    first |= {"property_uid": hotel.pk, "cms_user_id": manager.pk}

    answer = value(unassign(boss, linked, first, second))

    expected = shown("put_admin_channel_unassign_properties", cms_user_id=manager.pk)
    expected["successful_unassignment"][0]["property_uid"] = hotel.pk
    assert answer == expected
    assert (links(linked), links(theirs)) == ({}, {hotel.pk: ""})
    assert (CrossReference.objects.count(), ChildSite.objects.count()) == (0, 0)
    assert ManagerAccess.objects.filter(user=manager, property=hotel).exists()
    assert changes_of(hotel) == ["property_updated"]


def test_takes_all_properties_away(boss, linked, hotel, manager):
    other = make_hotel(manager, name="Second")
    value(assign(boss, linked, {"property_uid": other.pk}))
    hidden = make_hotel(manager, name="Test", is_test=True)
    ChannelProperty.objects.create(channel=linked, property=hidden)
    form = f"channel_id={linked.pk}&all_properties=1&properties=" + json.dumps(
        [{"property_uid": other.pk}]
    )

    answer = value(boss.put(UNASSIGN, form, content_type=FORM))

    gone = [one["property_uid"] for one in answer["successful_unassignment"]]
    assert gone == [other.pk, hotel.pk]
    assert links(linked) == {hidden.pk: ""}
    again = value(unassign(boss, linked, all_properties=True))
    assert again == {"unsuccessful_unassignments": [], "successful_unassignment": []}


def test_when_none_is_taken_away_it_says_why(boss, linked, hotel, stranger, theirs):
    found = unassign(
        boss, linked, {"property_uid": hotel.pk, "cms_user_id": stranger.pk}, {"property_uid": 7}
    )

    assert refusal(found) == (409, "unassignments_refused", [])
    assert {key: one["key"] for key, one in found.json()["results"].items()} == {
        str(hotel.pk): "channel_of_another_user",
        "7": "property_not_on_channel",
    }
    assert links(linked) == {hotel.pk: "26"}


@pytest.mark.parametrize("call", [assign, unassign])
def test_of_no_channel_nothing_changes(boss, hotel, call):
    found = call(boss, Channel(pk=10**15), {"property_uid": hotel.pk})

    assert refusal(found) == (404, "channel_not_found", [])


@pytest.mark.parametrize("path", [ASSIGN, UNASSIGN])
@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, "channel_id properties"),
        ({"channel_id": 1}, "properties"),
        ({"channel_id": 1, "properties": []}, "properties"),
        ({"channel_id": 1, "properties": "["}, "properties"),
        ({"channel_id": 1, "properties": {}}, "properties"),
        ({"channel_id": 1, "properties": [7]}, "properties"),
        ({"channel_id": 1, "properties": [{"property_uid": -1}]}, "properties"),
        ({"channel_id": 1, "properties": [{"cms_user_id": 1}]}, "properties"),
        (
            {"channel_id": 1, "properties": [{"property_uid": 1}] * (MOST_PROPERTIES + 1)},
            "properties",
        ),
    ],
    ids=lambda one: str(one)[:40],
)
def test_refuses_what_is_no_list_of_properties(boss, channel, path, body, fields):
    status, key, found = refusal(boss.put(path, body))

    assert (status, key) == (400, "validation_failed")
    assert found
    assert set(found) <= set(fields.split())


def test_puts_a_property_onto_another_channel(boss, linked, theirs, stranger, hotel, client_for):
    CrossReference.objects.create(
        channel=linked, property=hotel, item_type="extra", remote_id="14", local_id=9
    )
    body = {"property_uid": hotel.pk, "new_channel_id": theirs.pk}

    moved = value(boss.put(MOVE, body))

    assert moved == example("cmf.put_admin_property_change_channel").answer
    assert (links(linked), links(theirs)) == ({}, {hotel.pk: "26"})
    assert changes_of(hotel) == ["manager_added", "property_updated"]
    client = client_for("channel_management", user=stranger, channel="theirs")
    shown_there = value(client.get(f"{BASE}property/{hotel.pk}"))
    assert shown_there["remote_data"]["cross_references"]["extra"]["14"]["local_id"] == 9
    assert refusal(boss.put(MOVE, body)) == (409, "property_already_on_channel", [])


def test_what_the_other_channel_has_of_its_own_stays(boss, linked, theirs, hotel):
    for channel, local_id in ((linked, 9), (theirs, 8)):
        CrossReference.objects.create(
            channel=channel, property=hotel, item_type="extra", remote_id="14", local_id=local_id
        )
    site = child_site(linked, hotel)

    value(boss.put(MOVE, {"property_uid": hotel.pk, "new_channel_id": theirs.pk}))

    site.refresh_from_db()
    kept = CrossReference.objects.get()
    assert (kept.channel, kept.local_id, site.channel) == (theirs, 8, theirs)


def test_a_property_is_put_onto_another_channel_where_that_is_clear(
    boss, linked, theirs, manager, hotel
):
    other = make_hotel(manager, name="Second")
    ChannelProperty.objects.create(channel=theirs, property=other, remote_id="26")
    third = Channel.objects.create(user=manager, name="third", friendly_name="Third")

    def move(prop, channel_id):
        return refusal(boss.put(MOVE, {"property_uid": prop.pk, "new_channel_id": channel_id}))

    assert move(hotel, theirs.pk) == (409, "remote_id_already_exists", [])
    assert move(hotel, 10**15) == (404, "channel_not_found", [])
    free = make_hotel(manager, name="Free")
    assert move(free, theirs.pk) == (409, "property_not_owned_by_any_channel", [])
    ChannelProperty.objects.create(channel=third, property=other)
    assert move(other, linked.pk) == (409, "property_on_several_channels", [])
    assert Event.objects.count() == 0


def test_maps_dictionaries_for_the_channel_of_a_user(client_for, super_manager, linked, double):
    boss = client_for("cmf_admin channel_management", user=super_manager, channel="ota")
    sent = example("cmf.admin_dictionary_items_map_save").request
    sent["params"][0]["bookyflow_id"] = double.pk
    as_user = {"HTTP_X_BOOKYFLOW_PROXY_ID": str(linked.user_id)}
    path = ADMIN + "dictionary/items/map/room_kinds/"

    saved = value(boss.post(path + "rmtype", sent, **as_user))

    assert DictionaryMap.objects.get().channel == linked
    kept = value(boss.get(BASE + "dictionary/items/map/rmtype", **as_user))
    assert (kept["id"], list(kept["params"])) == (saved, ["17", "suite-xl"])
    assert refusal(boss.post(path + "rmtype", sent)) == (403, "channel_unknown", [])
    unknown = refusal(boss.post(path + "room", sent, **as_user))
    assert unknown == (404, "item_type_unrecognised", [])


def test_from_nothing_to_a_channel_that_works(boss, stranger, hotel, anonymous):
    """An administrator sets a channel up for somebody; what it is given is enough."""
    channel_id = value(boss.post(f"{ADMIN}channel/{stranger.pk}/alpine/Alpine"))
    value(assign(boss, Channel(pk=channel_id), {"property_uid": hotel.pk}))
    made = value(boss.put(CLIENT, new_client(stranger, scopes="channel_management")))
    grant = {name: made[name] for name in ("client_id", "client_secret")}
    token = anonymous.post(
        "/bookyflow/api", grant | {"grant_type": "client_credentials"}, format="multipart"
    ).json()["access_token"]
    anonymous.credentials(
        HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_X_BOOKYFLOW_CHANNEL_NAME="alpine"
    )

    assert value(anonymous.get(f"{BASE}property/{hotel.pk}"))["propertys_uid"] == hotel.pk
    value(boss.delete(f"{CLIENT}?client_id={made['client_id']}"))
    assert anonymous.get(f"{BASE}property/{hotel.pk}").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_assigned_by_several_at_once_it_is_linked_once(super_manager, theirs, manager):
    props = [make_hotel(manager, name=str(number)) for number in range(3)]
    reach = Reach(super_manager.pk, 90, key_id=0, all_properties=True, is_test=False)
    failed = []

    def run(step):
        try:
            channel_properties_assign(
                channel_id=theirs.pk,
                assignments=[Assignment(prop.pk, remote_id=prop.name) for prop in props[::step]],
                reach=reach,
                by=Actor(user_id=super_manager.pk),
            )
        except Exception as error:  # noqa: BLE001  # told by the assertion below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(step,)) for step in (1, -1, 1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert links(theirs) == {prop.pk: prop.name for prop in props}
    assert [changes_of(prop) for prop in props] == [["manager_added", "property_updated"]] * 3

"""What a channel keeps with its properties, and who works on them."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.accounts.models import AccessLevel
from bookyflow.channels.cross_references import cross_reference_save
from bookyflow.channels.models import Channel, ChannelProperty, ChildSite, CrossReference
from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.properties.models import ManagerAccess, PropertySettings
from tests.conftest import make_hotel
from tests.examples import example
from tests.features.cmf.conftest import BASE, FORM, refusal, shown, value

pytestmark = pytest.mark.django_db


def put(client, call, prop, **fields):
    return client.put(f"{BASE}property/{call}", {"property_uid": prop.pk, **fields})


def read(client, what, prop):
    return value(client.get(f"{BASE}property/{what}/{prop.pk}"))


@pytest.fixture
def body():
    """The fields of the example of a call."""

    def make(call, **changes):
        sent = dict(example(f"cmf.put_property_{call}").request)
        sent.pop("property_uid")
        return sent | changes

    return make


@pytest.fixture
def rival(client_for, manager, hotel):
    """Another channel of the manager, linked to the hotel as well."""
    channel = Channel.objects.create(user=manager, name="rival", friendly_name="Rival")
    ChannelProperty.objects.create(channel=channel, property=hotel, remote_id="9")
    return client_for("channel_management", channel="rival")


@pytest.fixture
def opened(manager):
    """A property that is open to any channel."""
    prop = make_hotel(manager, name="Open to all")
    PropertySettings.objects.filter(property=prop).update(api_privacy_off=True)
    return prop


def happened():
    return list(Event.objects.order_by("pk").values_list("kind", "channel_id", "data"))


def of_a_property(linked, name):
    return ("property_updated", linked.pk, {"names": [name]})


class TestRemoteIds:
    def test_changes_the_channels_own_id(self, ota, linked, rival, hotel, body):
        sent = body("remote_id")

        assert value(put(ota, "remote/id", hotel, **sent)) == shown("put_property_remote_id")
        value(put(ota, "remote/id", hotel, **sent))

        ids = ChannelProperty.objects.order_by("pk").values_list("channel__name", "remote_id")
        assert list(ids) == [("ota", "9001"), ("rival", "9")]
        assert happened() == [of_a_property(linked, "remote_id")]

    def test_links_a_property_that_is_open_to_any_channel(self, ota, linked, opened):
        value(put(ota, "remote/id", opened, new_remote_id=77))
        PropertySettings.objects.update(api_privacy_off=False)

        found = value(ota.get(BASE + "properties/ids"))
        assert found[str(opened.pk)]["remote_property_uid"] == "77"

    def test_an_id_of_another_property_is_refused(self, ota, hotel, opened):
        assert refusal(put(ota, "remote/id", opened, new_remote_id="26")) == (
            409,
            "remote_id_already_exists",
            [],
        )

    @pytest.mark.parametrize("bad", [None, "", " ", True, 1.5, [], {}, "a\nb", "x" * 256])
    def test_an_id_must_be_one(self, ota, hotel, bad):
        assert refusal(put(ota, "remote/id", hotel, new_remote_id=bad)) == (
            400,
            "validation_failed",
            ["new_remote_id"],
        )


class TestCrossReferences:
    def test_are_kept_by_type_and_id(self, ota, linked, rival, hotel, body):
        value(put(ota, "cross/reference", hotel, item_type="coupons", remote_id=5, local_id=8))
        value(put(rival, "cross/reference", hotel, item_type="extras", remote_id=77, local_id=12))

        answer = value(put(ota, "cross/reference", hotel, **body("cross_reference")))

        assert answer == shown("put_property_cross_reference")
        assert read(ota, "readonly", hotel)["remote_data"]["cross_references"] == answer
        assert happened()[-1] == of_a_property(linked, "cross_references")

    def test_another_one_takes_the_place_and_none_takes_it_away(self, ota, hotel):
        def save(**fields):
            return value(put(ota, "cross/reference", hotel, item_type="a", **fields))

        assert save(remote_id="1", local_id=1)["a"]["1"]["local_id"] == 1
        assert save(remote_id="1", local_id=2)["a"]["1"]["local_id"] == 2
        assert save(remote_id="1") == {}
        assert save(remote_id="1", local_id=0) == {}
        assert Event.objects.count() == 3

    def test_an_item_has_one_id(self, ota, hotel, body):
        value(put(ota, "cross/reference", hotel, **body("cross_reference")))

        again = put(ota, "cross/reference", hotel, **body("cross_reference", remote_id="78"))

        assert refusal(again) == (409, "conflict", ["local_id"])

    @pytest.mark.parametrize(
        ("name", "hostile"),
        [
            ("item_type", [None, "", " ", 5, [], "a\nb", "x" * 41]),
            ("remote_id", [None, "", True, 1.5, [], "x" * 256]),
            ("local_id", [None, -1, 1.5, "x", [], 2**63]),
        ],
    )
    def test_refuses_hostile_fields(self, ota, hotel, body, name, hostile):
        found = {
            repr(bad): refusal(
                put(ota, "cross/reference", hotel, **body("cross_reference", **{name: bad}))
            )
            for bad in hostile
        }

        assert found == dict.fromkeys(found, (400, "validation_failed", [name]))
        assert not CrossReference.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_calls_at_once_lose_no_entry(hotel, channel):
    ready, count = Barrier(5), 5

    def save(number):
        ready.wait()
        cross_reference_save(
            property_id=hotel.pk,
            channel_id=channel.pk,
            item_type="rooms",
            remote_id=str(number % 3),
            local_id=number % 3 + 1,
            by=SYSTEM,
        )
        connection.close()

    threads = [Thread(target=save, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = CrossReference.objects.order_by("remote_id").values_list("remote_id", "local_id")
    assert list(kept) == [("0", 1), ("1", 2), ("2", 3)]
    assert Event.objects.count() == 3


class TestManagementUrl:
    def test_is_kept_for_the_channel_alone(self, ota, linked, rival, hotel, body):
        sent = body("management_url")
        assert read(ota, "management/url", hotel) == ""

        assert value(put(ota, "management/url", hotel, **sent)) == sent["management_url"]
        value(put(ota, "management/url", hotel, **sent))

        assert read(ota, "management/url", hotel) == example("cmf.property_management_url").answer
        assert read(rival, "management/url", hotel) == ""
        assert happened() == [of_a_property(linked, "management_url")]

    def test_an_empty_one_takes_it_away(self, ota, hotel, body):
        ChannelProperty.objects.update(remote_data={"note": "x"})
        put(ota, "management/url", hotel, **body("management_url"))

        assert value(put(ota, "management/url", hotel, management_url="")) == ""
        assert ChannelProperty.objects.get(remote_id="26").remote_data == {"note": "x"}

    @pytest.mark.parametrize(
        "bad",
        [
            None,
            5,
            [],
            "pms",
            "//pms.example",
            "javascript:alert(1)",
            "ftp://pms.example/",
            "http://[",
            "https://pms.example/\n",
            f"https://pms.example/{'x' * 500}",
        ],
    )
    def test_it_must_be_an_address_of_the_web(self, ota, hotel, bad):
        response = put(ota, "management/url", hotel, management_url=bad)

        if bad == "https://pms.example/\n":  # margins are cut off
            assert value(response) == "https://pms.example/"
        else:
            assert refusal(response) == (400, "validation_failed", ["management_url"])

    def test_a_property_that_is_only_open_has_no_place_for_it(self, ota, opened, body):
        refused = put(ota, "management/url", opened, **body("management_url"))

        assert refusal(refused) == (409, "property_not_linked", [])


class TestChildren:
    def test_are_noted_and_their_secrets_never_shown(self, ota, linked, rival, hotel, body):
        answer = value(put(ota, "child", hotel, **body("child")))
        value(put(ota, "child", hotel, **body("child")))

        assert answer == shown("put_property_child")
        assert read(ota, "children", hotel) == shown("property_children")
        assert read(rival, "children", hotel) == {}
        with connection.cursor() as cursor:
            cursor.execute("SELECT api_secret FROM channels_childsite")
            (kept,) = cursor.fetchone()
        assert "aXbQ" not in kept
        assert ChildSite.objects.get().api_secret == body("child")["remote_property_api_secret"]
        assert happened() == [of_a_property(linked, "children")]

    def test_what_is_not_sent_or_hidden_stays(self, ota, hotel, body):
        put(ota, "child", hotel, **body("child"))
        few = {"remote_property_uid": 4410, "remote__url": "https://PARTNER.example/other"}

        answer = value(
            put(
                ota,
                "child",
                hotel,
                **few,
                remote_username="other",
                remote_property_api_secret="********",
            )
        )

        changed = {"remote__url": few["remote__url"], "remote_username": "other"}
        assert answer == shown("put_property_child") | changed
        assert ChildSite.objects.get().api_secret == body("child")["remote_property_api_secret"]

    @pytest.mark.parametrize("none", ["", 0, "0", False])
    def test_a_site_may_be_none_of_ours(self, ota, hotel, body, none):
        answer = value(put(ota, "child", hotel, **body("child", bookyflow2bookyflow=none)))

        assert answer["bookyflow2bookyflow"] == ""

    def test_forms_are_understood(self, ota, hotel, body):
        fields = {"property_uid": hotel.pk} | body("child")
        form = "&".join(f"{name}={text}" for name, text in fields.items())

        answer = ota.put(f"{BASE}property/child", form, content_type=FORM)

        assert value(answer) == shown("put_property_child")

    def test_are_forgotten(self, ota, hotel, body):
        put(ota, "child", hotel, **body("child"))
        path = f"{BASE}property/child/{hotel.pk}/Partner.example/4410"

        assert value(ota.delete(path)) == shown("delete_property_child")

        assert refusal(ota.delete(path)) == (404, "child_not_found", [])
        assert read(ota, "children", hotel) == {}
        assert Event.objects.count() == 2

    @pytest.mark.parametrize(
        ("name", "hostile"),
        [
            ("remote_property_uid", [None, 0, -1, 1.5, "x", [], 2**63]),
            ("remote__url", [None, "", 5, "partner", "javascript:alert(1)", "http://["]),
            ("remote_username", [None, "", 5, [], "a\nb", "x" * 256]),
            ("bookyflow2bookyflow", [None, 5, True, [], "partner"]),
            ("remote_property_api_url", [None, 5, "partner", "ftp://partner.example"]),
            ("remote_property_api_client", [None, 5, "x" * 256]),
            ("remote_property_api_secret", [None, 5, "x" * 501]),
        ],
    )
    def test_refuses_hostile_fields(self, ota, hotel, body, name, hostile):
        found = {
            repr(bad): refusal(put(ota, "child", hotel, **body("child", **{name: bad})))
            for bad in hostile
        }

        assert found == dict.fromkeys(found, (400, "validation_failed", [name]))
        assert not ChildSite.objects.exists()

    def test_reading_takes_the_same_few_statements(self, ota, linked, hotel):
        counts = []
        for number in (2, 20):
            for one in range(number):
                ChildSite.objects.create(
                    channel=linked, property=hotel, host=f"{number}.example", remote_property_id=one
                )
            with CaptureQueriesContext(connection) as captured:
                read(ota, "children", hotel)
            counts.append(len(captured))

        assert counts[0] == counts[1] <= 6


class TestManagers:
    @pytest.fixture
    def nora(self, user_with_level, hotel):
        """A manager of the hotel."""
        of = example("cmf.property_manager_profile").answer
        nora = user_with_level(
            AccessLevel.MANAGER,
            username="frontdesk",
            first_name=of["firstname"],
            last_name=of["surname"],
            email=of["email"],
        )
        ManagerAccess.objects.create(user=nora, property=hotel)
        return nora

    def test_lists_who_works_there(self, ota, hotel, manager, nora, super_manager, stranger):
        nora_shown = shown("property_managers", user_id=nora.pk)["48"]

        found = read(ota, "managers", hotel)

        assert found == {
            str(manager.pk): {
                "user_id": manager.pk,
                "user_name": "manager",
                "access_level": 70,
            },
            str(nora.pk): nora_shown,
        }

    def test_an_account_that_is_closed_does_not(self, ota, hotel, manager, nora):
        nora.is_active = False
        nora.save()

        assert list(read(ota, "managers", hotel)) == [str(manager.pk)]

    def test_tells_who_somebody_is(self, ota, hotel, nora):
        found = read(ota, f"manager/profile/{hotel.pk}", nora)

        assert found == shown("property_manager_profile", url="http://testserver/")

    def test_and_nobody_else(self, ota, hotel, stranger, super_manager):
        for one in (stranger, super_manager):
            path = f"{BASE}property/manager/profile/{hotel.pk}/{one.pk}"
            assert refusal(ota.get(path)) == (404, "manager_not_found", [])

"""Settings of a property and of plug-ins, as a channel reads and writes them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.events.models import Event
from bookyflow.properties.models import PluginSetting, PropertySettings
from bookyflow.properties.plugin_settings import HIDDEN, value_shown
from tests.domain.conftest import book, stay
from tests.examples import example
from tests.features.cmf.conftest import BASE, FORM, refusal, value

pytestmark = pytest.mark.django_db
NOTHING = {"success": True, "inserted_settings": {}, "updated_settings": {}}


def read(client, prop, what="settings"):
    return value(client.get(f"{BASE}property/{what}/{prop.pk}"))


def save(client, prop, params, **more):
    return client.put(
        f"{BASE}property/settings", {"property_uid": prop.pk, "params": params}, **more
    )


def save_plugin(client, prop, params, plugin="paypal"):
    body = {"property_uid": prop.pk, "plugin": plugin, "params": params}
    return client.put(f"{BASE}property/plugin/settings", body)


class TestSettings:
    def test_reads_all_of_them(self, ota, client_for, hotel):
        found = read(ota, hotel)

        assert found.keys() == example("cmf.property_settings").answer.keys()
        other = client_for("content_get").get(
            f"/bookyflow/api/properties/{hotel.pk}/details/settings"
        )
        assert found == other.json()["data"]["settings"]

    def test_reading_takes_few_statements(self, ota, hotel):
        with CaptureQueriesContext(connection) as captured:
            read(ota, hotel)

        assert len(captured) <= 6

    def test_the_sites_of_the_booking_form_are_set_as_the_guide_says(self, ota, linked, hotel):
        guide = Path(__file__).parents[3] / "docs/booking_form.md"
        (told,) = re.findall("-d '(.*?)'", guide.read_text(encoding="utf-8"), re.DOTALL)
        params = json.loads(told)["params"]

        assert value(save(ota, hotel, params))["success"]
        assert read(ota, hotel)["booking_form_sites"] == params["booking_form_sites"]

    def test_changes_what_is_named(self, ota, linked, hotel):
        shown = example("cmf.put_property_settings")
        PropertySettings.objects.update(minimum_interval=2)
        before = read(ota, hotel)

        answer = value(save(ota, hotel, shown.request["params"]))

        assert answer == shown.answer
        assert read(ota, hotel) == before | {"depositValue": "25", "minimuminterval": 3}
        assert list(Event.objects.values_list("kind", "channel_id")) == [
            ("property_settings_updated", linked.pk)
        ]
        assert value(save(ota, hotel, shown.request["params"])) == NOTHING
        assert Event.objects.count() == 1

    def test_what_open_bookings_keep_is_changed_once_that_is_confirmed(self, ota, hotel):
        book(hotel, stay(3, 2))
        params = {"property_currencycode": "USD"}

        assert refusal(save(ota, hotel, params)) == (
            409,
            "confirmation_needed",
            ["property_currencycode"],
        )
        body = {"property_uid": hotel.pk, "params": params, "confirmed": 1}
        assert value(ota.put(f"{BASE}property/settings", body))["success"]
        assert read(ota, hotel)["property_currencycode"] == "USD"

    def test_what_is_empty_by_default_may_become_so_again(self, ota, hotel):
        PropertySettings.objects.update(city_tax_max_nights=7)

        answer = value(save(ota, hotel, {"city_tax_max_nights": None}))

        assert answer["updated_settings"] == {"city_tax_max_nights": None}

    def test_all_that_was_read_can_be_sent_again(self, ota, hotel):
        everything = read(ota, hotel)

        value(save(ota, hotel, everything))

        assert read(ota, hotel) == everything

    def test_a_form_has_them_as_text(self, ota, hotel):
        params = json.dumps({"depositValue": "30", "allow_children": "1"})
        form = f"property_uid={hotel.pk}&params={params}"

        answer = value(ota.put(f"{BASE}property/settings", form, content_type=FORM))

        assert answer["inserted_settings"] == {"depositValue": "30", "allow_children": 1}

    @pytest.mark.parametrize("name", ["api_privacy_off", "allow_channel_property_local_admin"])
    def test_what_keeps_channels_out_is_not_theirs_to_open(self, ota, hotel, name):
        assert refusal(save(ota, hotel, {name: 1})) == (400, "validation_failed", [name])

        PropertySettings.objects.update(api_privacy_off=True, local_admin_allowed=True)
        assert value(save(ota, hotel, {name: "1"})) == NOTHING
        assert value(save(ota, hotel, {name: 0}))["updated_settings"] == {name: 0}

    @pytest.mark.parametrize(
        "params",
        [
            {"noSuchSetting": 1},
            {"avlcal_black": "#BEBEBE"},
            {"encKey": "x"},
            {"depositValue": "much"},
            {"depositValue": [1]},
            {"depositValue": {}},
            {"depositValue": 101},
            {"minimuminterval": 0},
            {"minimuminterval": None},
            {"property_currencycode": "XXX"},
            {"singleRoomProperty": 1},
            {"tariffmode": 1},
            {"business_email": "nobody"},
            {"id": 5},
            {"property_id": 5},
            {"version": 5},
        ],
        ids=json.dumps,
    )
    def test_a_wrong_one_undoes_all(self, ota, hotel, params):
        response = save(ota, hotel, {"allow_children": 1} | params)

        assert refusal(response) == (400, "validation_failed", list(params))
        assert not PropertySettings.objects.get(property=hotel).allow_children
        assert not Event.objects.exists()

    @pytest.mark.parametrize(
        "params",
        [None, "", "x", [], {}, 5, "{}", {"a" * 101: 1}, dict.fromkeys(map(str, range(501)))],
    )
    def test_params_must_be_a_map(self, ota, hotel, params):
        for call in (save(ota, hotel, params), save_plugin(ota, hotel, params)):
            assert refusal(call) == (400, "validation_failed", ["params"])
        response = ota.post(f"{BASE}property/validate/settings/keys", {"params": params})
        assert refusal(response) == (400, "validation_failed", ["params"])

    def test_a_version_that_is_over_is_refused(self, ota, hotel):
        stale = save(ota, hotel, {"allow_children": 1}, headers={"If-Match": '"v9"'})

        assert refusal(stale) == (412, "precondition_failed", [])

    def test_names_can_be_tried(self, ota, hotel):
        shown = example("cmf.property_validate_settings_keys")
        path = f"{BASE}property/validate/settings/keys"

        assert value(ota.post(path, shown.request)) == shown.answer
        everything = value(ota.post(path, {"params": read(ota, hotel)}))
        assert everything == {"valid": True, "invalid_keys": []}

    @pytest.mark.parametrize(
        ("kind", "expected"),
        [("none", 1), ("percentage", 3), ("full", 3), ("fixed", 5), ("one_night", 5)],
    )
    def test_a_deposit_is_of_a_type(self, ota, hotel, kind, expected):
        PropertySettings.objects.update(deposit_kind=kind)

        assert read(ota, hotel, "deposit/type") == expected
        if kind == "percentage":
            assert expected == example("cmf.property_deposit_type").answer


class TestPluginSettings:
    def test_are_kept_encrypted_and_shown_without_secrets(self, ota, linked, hotel):
        shown = example("cmf.put_property_plugin_settings")
        value(save_plugin(ota, hotel, {"active": "0", "test_mode": 0}))

        answer = value(save_plugin(ota, hotel, shown.request["params"]))

        assert answer == shown.answer
        assert read(ota, hotel, "plugin/settings") == example("cmf.property_plugin_settings").answer
        secret = PluginSetting.objects.get(property=hotel, name="client_secret")
        assert secret.value == shown.request["params"]["client_secret"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT string_agg(value, ' ') FROM properties_pluginsetting")
            (kept,) = cursor.fetchone()
        assert not any(text in kept for text in ("EHx4kYw2", "sonnblick"))
        assert list(Event.objects.values_list("kind", "channel_id", "data")) == [
            (
                "plugin_settings_saved",
                linked.pk,
                {"plugin": "paypal", "names": names},
            )
            for names in (["active", "test_mode"], ["active", "client_secret", "paypalemail"])
        ]

    def test_a_property_without_any_has_an_empty_map(self, ota, hotel):
        assert read(ota, hotel, "plugin/settings") == {}

    def test_what_is_not_named_or_hidden_stays(self, ota, hotel):
        value(save_plugin(ota, hotel, {"active": 1, "key": "a", "mode": "live"}))

        answer = value(save_plugin(ota, hotel, {"key": HIDDEN}))

        assert answer == NOTHING
        kept = {row.name: row.value for row in PluginSetting.objects.filter(property=hotel)}
        assert kept == {"active": "1", "key": "a", "mode": "live"}

    def test_reading_takes_the_same_few_statements(self, ota, hotel):
        counts = []
        for number in (1, 20):
            PluginSetting.objects.bulk_create(
                PluginSetting(property=hotel, plugin=f"p{number}", name=f"n{one}", value="1")
                for one in range(number)
            )
            with CaptureQueriesContext(connection) as captured:
                read(ota, hotel, "plugin/settings")
            counts.append(len(captured))

        assert counts[0] == counts[1] <= 6

    @pytest.mark.parametrize(
        ("plugin", "params", "fields"),
        [
            ("", {"active": 1}, ["plugin"]),
            (5, {"active": 1}, ["plugin"]),
            ("pay pal", {"active": 1}, ["plugin"]),
            ("x" * 61, {"active": 1}, ["plugin"]),
            ("paypal", {"mode": "live"}, ["active"]),
            ("paypal", {"active": ""}, ["active"]),
            ("paypal", {"active": "yes"}, ["active"]),
            ("paypal", {"active": 1, "mode": None}, ["mode"]),
            ("paypal", {"active": 1, "mode": ["live"]}, ["mode"]),
            ("paypal", {"active": 1, "mode": "a\x07"}, ["mode"]),
            ("paypal", {"active": 1, "a b": 1}, ["params"]),
            ("paypal", {"active": 1, "mode": "x" * 10_001}, ["params"]),
            ("paypal", {"active": 1} | dict.fromkeys(map("n{}".format, range(100)), 1), ["params"]),
        ],
    )
    def test_refuses_what_can_not_be_kept(self, ota, hotel, plugin, params, fields):
        assert refusal(save_plugin(ota, hotel, params, plugin)) == (
            400,
            "validation_failed",
            fields,
        )
        assert not PluginSetting.objects.exists()

    def test_there_are_only_so_many(self, ota, hotel):
        PluginSetting.objects.bulk_create(
            PluginSetting(property=hotel, plugin=f"p{number}", name="active", value="1")
            for number in range(50)
        )
        many = {"active": 1} | {f"n{one}": 1 for one in range(99)}
        value(save_plugin(ota, hotel, many, "p0"))

        assert refusal(save_plugin(ota, hotel, {"active": 1})) == (
            400,
            "validation_failed",
            ["plugin"],
        )
        assert refusal(save_plugin(ota, hotel, {"one_more": 1}, "p0")) == (
            400,
            "validation_failed",
            ["params"],
        )

    @pytest.mark.parametrize(
        ("name", "given", "shown"),
        [
            ("active", "1", "1"),
            ("mode", "true", "true"),
            ("note", "", ""),
            ("paypalemail", "pay@hotel.example", "pay@hotel.example"),
            ("password", "pay@hotel.example", HIDDEN),
            ("merchant", "1234", HIDDEN),
            ("mode", "live", HIDDEN),
            ("url", "https://user:word@gateway.example/?token=1", HIDDEN),
        ],
    )
    def test_what_may_be_a_secret_is_hidden(self, name, given, shown):
        assert value_shown(name, given) == shown

    def test_guests_pay_with_what_is_active_and_there(self, ota, hotel):
        for plugin, active in (("echo", 1), ("coupon", 1), ("desk", 0), ("paypal", 1)):
            value(save_plugin(ota, hotel, {"active": active}, plugin))

        assert read(ota, hotel, "payment/methods") == ["coupon", "echo"]

    def test_without_any_there_is_no_method(self, ota, hotel):
        assert read(ota, hotel, "payment/methods") == []

"""The addresses that a channel registers to be told of events."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.channels.models import Channel
from bookyflow.events.models import EventKind
from bookyflow.webhooks.models import Webhook
from tests.examples import example
from tests.features.cmf.conftest import BASE, FORM, refusal, shown, value

pytestmark = pytest.mark.django_db
HOOK = BASE + "channel/webhook"
HOOKS = BASE + "channel/webhooks"


@pytest.fixture
def ota(client_for, channel):
    """A client that works as the channel."""
    return client_for("channel_management", channel="ota")


@pytest.fixture
def rival(client_for, manager):
    """A client that works as another channel of the manager."""
    Channel.objects.create(user=manager, name="rival", friendly_name="Rival")
    return client_for("channel_management", channel="rival")


@pytest.fixture
def body():
    """The body of the example, with other settings or without some (None)."""

    def make(**changes):
        sent = deepcopy(example("cmf.put_channel_webhook").request)
        settings = sent["settings"] | changes
        sent["settings"] = {name: one for name, one in settings.items() if one is not None}
        return sent

    return make


def known(webhook_id, manager):
    return {"id": webhook_id, "manager_id": manager.pk}


def test_registers_switches_and_deletes(ota, manager, channel, body):
    made = value(ota.put(HOOK, body()))

    assert value(ota.get(HOOKS)) == shown("channel_webhooks_list", **known(made, manager))
    off = value(ota.put(f"{HOOK}/enable/{made}/0"))
    assert off == shown("put_channel_webhook_enable", **known(made, manager))
    assert value(ota.put(f"{HOOK}/enable/{made}/0")) == off
    assert value(ota.put(f"{HOOK}/enable/{made}/1")) == off | {"enabled": True}
    assert Webhook.objects.get().channel == channel
    assert value(ota.delete(f"{HOOK}/{made}")) is True
    assert value(ota.get(HOOKS + "/")) == []
    assert refusal(ota.delete(f"{HOOK}/{made}")) == (404, "webhook_not_found", [])


def test_credentials_are_encrypted(ota, body):
    value(ota.put(HOOK, body()))

    with connection.cursor() as cursor:
        cursor.execute("SELECT username || password FROM webhooks_webhook")
        (kept,) = cursor.fetchone()
    assert "alpine" not in kept
    assert "s3cret" not in kept
    assert (Webhook.objects.get().username, Webhook.objects.get().password) == ("alpine", "s3cret")


def test_little_is_needed(ota, body):
    value(ota.put(HOOK, {"settings": {"url": "https://hooks.example.com/"}}))

    (found,) = value(ota.get(HOOKS))

    assert not found["enabled"]
    assert found["settings"] == {
        "url": "https://hooks.example.com/",
        "authmethod": "none",
        "basic_username": "",
        "basic_password": "",
        "events": [],
    }


def test_a_form_has_settings_as_text(ota, body):
    form = f"settings={json.dumps(body()['settings'])}&enabled=1"

    made = value(ota.put(HOOK, form, content_type=FORM))

    (found,) = value(ota.get(HOOKS))
    assert (found["id"], found["enabled"]) == (made, True)
    assert found["settings"]["events"] == body()["settings"]["events"]


def test_sent_twice_with_one_key_it_is_one(ota, body):
    first, again = (ota.put(HOOK, body(), HTTP_IDEMPOTENCY_KEY="once") for _ in "ab")

    assert value(first) == value(again)
    assert again["Idempotency-Replayed"] == "true"
    assert Webhook.objects.count() == 1


def test_another_channel_sees_nothing_of_it(ota, rival, client_for, stranger, body):
    made = value(ota.put(HOOK, body()))
    Channel.objects.create(user=stranger, name="ota", friendly_name="OTA")
    foreign = client_for("channel_management", user=stranger, channel="ota")

    for other in (rival, foreign):
        assert value(other.get(HOOKS)) == []
        for call in (other.put(f"{HOOK}/enable/{made}/0"), other.delete(f"{HOOK}/{made}")):
            assert refusal(call) == (404, "webhook_not_found", [])
        assert value(other.put(HOOK, body()))
    assert Webhook.objects.get(pk=made).is_enabled


def test_an_address_is_registered_once(ota, body):
    value(ota.put(HOOK, body()))

    again = ota.put(HOOK, body(authmethod="none", basic_username=None, basic_password=None))

    assert refusal(again) == (409, "webhook_already_exists", [])


def test_there_are_only_so_many(ota, manager, body):
    Webhook.objects.bulk_create(
        Webhook(owner=manager, url=f"https://hooks.example.com/{one}") for one in range(50)
    )

    assert refusal(ota.put(HOOK, body())) == (409, "conflict", [])


@pytest.mark.parametrize(
    ("name", "hostile"),
    [
        ("url", ["", 5, [], "http://hooks.example.com/", "https://10.0.0.1/", "x" * 2001]),
        ("authmethod", ["", 5, [], "oauth", "BASIC"]),
        ("basic_username", ["", 5, [], "a:b", "a\nb", "x" * 256]),
        ("basic_password", ["", 5, [], "a\nb", "x" * 256]),
        ("events", ["booking_added", 5, {}, ["no_such_event"], [5], ["a"] * 200]),
    ],
)
def test_refuses_hostile_settings(ota, body, name, hostile):
    found = {repr(bad)[:30]: ota.put(HOOK, body(**{name: bad})).json() for bad in hostile}

    assert {one["key"] for one in found.values()} == {"validation_failed"}
    assert all(name in json.dumps(one["fields"]) for one in found.values()), found
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("bad", [None, "", "x", [], 5, {}, "{}", {"authmethod": "none"}])
def test_settings_must_be_there(ota, bad):
    response = ota.put(HOOK, {"settings": bad})

    assert refusal(response) == (400, "validation_failed", ["settings"])


def test_credentials_need_their_method(ota, body):
    response = ota.put(HOOK, body(authmethod="none"))

    assert response.json()["key"] == "validation_failed"
    assert set(response.json()["fields"]) == {"basic_username", "basic_password"}


@pytest.mark.parametrize("state", ["2", "x", "-1"])
def test_a_state_is_1_or_0(ota, body, state):
    made = value(ota.put(HOOK, body()))

    assert refusal(ota.put(f"{HOOK}/enable/{made}/{state}")) == (
        400,
        "validation_failed",
        ["state"],
    )


def test_every_kind_of_event_may_be_named(ota, body):
    value(ota.put(HOOK, body(events=EventKind.values)))

    (found,) = value(ota.get(HOOKS))
    assert found["settings"]["events"] == sorted(EventKind.values)


def test_the_list_takes_the_same_few_statements(ota, manager, channel):
    counts = []
    for number in (2, 20):
        Webhook.objects.bulk_create(
            Webhook(owner=manager, channel=channel, url=f"https://h.example/{number}/{one}")
            for one in range(number)
        )
        with CaptureQueriesContext(connection) as captured:
            value(ota.get(HOOKS))
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 6

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

import bookyflow
from bookyflow.channels.models import Channel
from tests.examples import example
from tests.features.cmf.conftest import BASE, FORM, refusal, value

pytestmark = pytest.mark.django_db

ANNOUNCE = BASE + "channel/announce/"


@pytest.fixture
def client(client_for):
    """A client that has not announced itself."""
    return client_for("channel_management")


def test_asks_for_a_channel_that_is_there(client, channel):
    response = client.get(ANNOUNCE + "ota")

    assert value(response) == channel.pk


@pytest.mark.parametrize("name", ["OTA", "other", "x" * 300, "Ω", "a%00b%20"[5:], "%F0%9F%8F%A8"])
def test_answers_0_for_a_channel_that_is_not(client, channel, name):
    assert value(client.get(ANNOUNCE + name)) == 0


def test_does_not_tell_of_somebody_elses_channel(client_for, stranger, channel):
    other = client_for("channel_management", user=stranger)

    assert value(other.get(ANNOUNCE + "ota")) == 0


def test_announces_a_channel(client, manager):
    body = {"params": {"supports": ["bookings"]}}

    response = client.post(ANNOUNCE + "alpine_sync/Alpine%20Sync%20%C3%84", body)

    channel = Channel.objects.get()
    assert value(response) == channel.pk
    assert (channel.user, channel.name) == (manager, "alpine_sync")
    assert (channel.friendly_name, channel.params) == ("Alpine Sync Ä", {"supports": ["bookings"]})


def test_announcing_again_finds_it_and_changes_nothing(client, channel):
    found = value(client.post(ANNOUNCE + "ota/Another", {"params": {"new": 1}}))

    channel.refresh_from_db()
    assert found == channel.pk
    assert (channel.friendly_name, channel.params) == ("OTA", {})


def test_two_users_may_use_one_name(client_for, stranger, channel):
    other = client_for("channel_management", user=stranger)

    assert value(other.post(ANNOUNCE + "ota/OTA")) != channel.pk


@pytest.mark.parametrize("params", ["", "[]", '{"supports":["bookings"]}', "whatever"])
def test_params_of_a_form_may_be_anything(client, params):
    data = f"params={params}"

    assert value(client.post(ANNOUNCE + "alpine/Alpine", data, content_type=FORM)) > 0


def test_an_announced_channel_can_be_used_at_once(client, manager):
    client.post(ANNOUNCE + "alpine/Alpine", {"params": []})

    client.credentials(
        HTTP_AUTHORIZATION=f"Bearer {client.token}", HTTP_X_BOOKYFLOW_CHANNEL_NAME="alpine"
    )
    assert value(client.get(BASE + "properties/ids")) == {}


@pytest.mark.parametrize("name", ["x" * 256, "Ω", "%20ota", "ota%20", "a%0Ab", "a%C2%A0b"])
def test_refuses_a_name_that_no_header_carries(client, name):
    response = client.post(f"{ANNOUNCE}{name}/Alpine")

    assert refusal(response) == (400, "validation_failed", ["channel_name"])
    assert not Channel.objects.exists()


@pytest.mark.parametrize("name", ["x" * 256, "%20", "a%0Ab"])
def test_refuses_a_friendly_name_that_cannot_be_shown(client, name):
    response = client.post(f"{ANNOUNCE}alpine/{name}")

    assert refusal(response) == (400, "validation_failed", ["friendly_name"])


def test_a_friendly_name_may_be_in_any_script(client):
    value(client.post(f"{ANNOUNCE}alpine/H%C3%B4tels%C2%A0Goff%20%E2%80%8C"))

    assert Channel.objects.get().friendly_name == "Hôtels\u00a0Goff \u200c"


def test_a_name_of_255_characters_works(client):
    name = "x" * 255
    assert value(client.post(f"{ANNOUNCE}{name}/{name}")) == value(client.get(ANNOUNCE + name))


@pytest.mark.parametrize("path", ["a%00b", "a%00b/Alpine"])
def test_refuses_nul(client, path):
    method = client.post if "/" in path else client.get

    assert refusal(method(ANNOUNCE + path)) == (400, "malformed_request", [])


def test_a_proxy_id_needs_its_scope(client, stranger):
    headers = {"HTTP_X_BOOKYFLOW_PROXY_ID": str(stranger.pk)}

    for response in (
        client.get(ANNOUNCE + "ota", **headers),
        client.post(ANNOUNCE + "ota/OTA", **headers),
    ):
        assert refusal(response) == (403, "proxy_not_allowed", [])


def test_lists_the_versions(ota):
    found = value(ota.get(BASE + "versions"))

    assert next(iter(found.items())) == ("BookyFlow", bookyflow.__version__)
    assert found["api_feature_cmf"] == "1.0.0"
    assert json.dumps(found).count('"api_feature_') == len(found) - 1


def test_names_the_address_of_the_site(ota, settings):
    settings.ALLOWED_HOSTS = ["booking.example"]

    response = ota.get(BASE + "url", HTTP_HOST="booking.example", secure=True)

    assert value(response) == example("cmf.url").answer


def test_answers_with_what_was_sent(client):
    shown = example("cmf.echo")

    assert value(client.post(BASE + "echo", shown.request)) == shown.answer


@pytest.mark.parametrize(
    "sent", [None, 0, True, [], {}, [1, {"a": ['b\\"c\n\u00e9']}], "text", 1.5]
)
def test_echoes_every_value_however_it_is_sent(client, sent):
    form = urlencode({"data": json.dumps(sent)})

    assert value(client.post(BASE + "echo", form, content_type=FORM)) == sent
    if not isinstance(sent, str):
        assert value(client.post(BASE + "echo", {"data": sent})) == sent


@pytest.mark.parametrize("body", [{}, {"data": "{"}, {"data": "x" * 100_001}, {"data": ""}])
def test_echoes_no_nonsense(client, body):
    assert refusal(client.post(BASE + "echo", body)) == (400, "validation_failed", ["data"])

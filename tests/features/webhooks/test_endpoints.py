"""The addresses that are told of events, managed by their manager."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookyflow.channels.models import Channel
from bookyflow.events.models import EventKind
from bookyflow.properties.models import KeyProperty
from bookyflow.webhooks import log
from bookyflow.webhooks.models import Webhook, WebhookAttempt, WebhookDelivery
from tests.conftest import make_hotel
from tests.examples import as_shown, example
from tests.features.conftest import problem, queries

pytestmark = pytest.mark.django_db
BASE = "/bookyflow/api/webhooks/endpoints"
# What is another in each answer.
OWN = (
    *("id", "manager_id", "created_at", "due_at", "message_id", "secret", "properties"),
    *("property_uid", "at", "last_success_at", "finished_at"),
)


@pytest.fixture
def client(client_for):
    return client_for("webhooks_get webhooks_set")


@pytest.fixture
def body(hotel):
    def make(**changes):
        return example("webhooks.create_endpoint").request | {"properties": [hotel.pk]} | changes

    return make


@pytest.fixture
def endpoint(client, body):
    """The id of a registered webhook."""
    return client.post(BASE, body()).json()["data"]["created"]["endpoint"]["id"]


@pytest.fixture
def delivery(endpoint, hotel):
    """A delivery that took two tries."""
    now = timezone.now()
    made = WebhookDelivery.objects.create(
        webhook_id=endpoint,
        event_id=90211,
        kind="booking_added",
        property_id=hotel.pk,
        state="delivered",
        tries=2,
        due_at=now,
        finished_at=now,
    )
    for status, milliseconds, error in ((503, 102, "Try again in a moment."), (204, 84, "")):
        WebhookAttempt.objects.create(
            delivery=made, at=now, status=status, milliseconds=milliseconds, error=error
        )
    return made


def shown(answer, name, *, status=200):
    """The value of an answer, with what is another in each as the example has it."""
    assert answer.status_code == status, answer.content
    (value,) = answer.json()["data"].values()
    return as_shown(value, example(f"webhooks.{name}").answer, *OWN)


def test_one_of_a_channel_that_accepts_nothing(client, endpoint, manager):
    since = datetime(2027, 6, 1, 9, tzinfo=UTC)
    channel = Channel.objects.create(user=manager, name="alpine", friendly_name="Alpine")
    Webhook.objects.update(
        channel=channel,
        is_enabled=False,
        pause="failing",
        failures=7,
        failing_since=since,
        last_failure_at=since + timedelta(days=3),
    )

    found = client.get(f"{BASE}/{endpoint}").json()["data"]["endpoint"]

    assert (found["channel_id"], found["paused_because"]) == (channel.pk, "failing")
    health = found["health"]
    assert (health["failing_since"], health["last_failure_at"], health["failures"]) == (
        "2027-06-01T09:00:00Z",
        "2027-06-04T09:00:00Z",
        7,
    )


def test_its_whole_life(client, body, hotel, manager):
    made = client.post(BASE, body())
    assert shown(made, "create_endpoint", status=201) == example("webhooks.create_endpoint").answer
    value = made.json()["data"]["created"]
    assert value["secret"].startswith("whsec_")
    assert len(value["secret"]) == 50
    assert (value["endpoint"]["manager_id"], value["endpoint"]["properties"]) == (
        manager.pk,
        [hotel.pk],
    )
    where = f"{BASE}/{value['endpoint']['id']}"

    changed = example("webhooks.change_endpoint")
    sent = changed.request | {"properties": [hotel.pk]}
    assert shown(client.put(where, sent), "change_endpoint") == changed.answer
    assert shown(client.put(where, body()), "resume_endpoint") == fresh()
    for action in ("pause", "resume", "resume"):
        answer = client.put(f"{where}/{action}")
        name = f"{action}_endpoint"
        assert shown(answer, name) == example(f"webhooks.{name}").answer
    Webhook.objects.update(last_success_at=timezone.now(), last_milliseconds=84)
    assert shown(client.get(where), "read_endpoint") == example("webhooks.read_endpoint").answer
    assert shown(client.get(BASE), "list_endpoints") == example("webhooks.list_endpoints").answer
    assert client.delete(where).json()["data"] == {
        "deleted": example("webhooks.delete_endpoint").answer
    }
    assert client.get(BASE).json()["data"]["endpoints"] == []


def fresh():
    return example("webhooks.resume_endpoint").answer


def test_secrets_are_shown_once_and_kept_nowhere(client, endpoint):
    asked = example("webhooks.replace_secret")
    answer = client.post(f"{BASE}/{endpoint}/secret", asked.request)
    secret = answer.json()["data"]["replaced"]["secret"]

    assert shown(answer, "replace_secret") == asked.answer
    assert secret not in client.get(f"{BASE}/{endpoint}").content.decode()
    assert Webhook.objects.get().signing_secrets.count() == 2
    again = client.post(f"{BASE}/{endpoint}/secret", {"old_valid_hours": 0})
    assert again.json()["data"]["replaced"]["secret"] != secret
    assert problem(client.post(f"{BASE}/{endpoint}/secret", {"old_valid_hours": 169})) == (
        400,
        "validation_failed",
        ["old_valid_hours"],
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": "http://hooks.example.com/"}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"url": 7}, "url"),
        ({"url": None}, "url"),
        ({"authmethod": "oauth"}, "authmethod"),
        ({"authmethod": "basic"}, "password"),
        ({"password": "s3cret"}, "password"),
        ({"events": ["booking_adored"]}, "events"),
        ({"events": "booking_added"}, "events"),
        ({"events": ["room_added"] * 100}, "events"),
        ({"properties": [999_999]}, "properties"),
        ({"properties": [-1]}, "properties"),
        ({"properties": [2**70]}, "properties"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "url"),
        ({"authmethod": "basic", "username": "a:b", "password": "c"}, "username"),
        ({"properties": list(range(1, 1002))}, "properties"),
        ({"enabled": "perhaps"}, "enabled"),
    ],
)
def test_what_can_not_be(client, body, wrong, field):
    status, key, fields = problem(client.post(BASE, body(**wrong)))

    assert (status, key) == (400, "validation_failed")
    assert field in fields
    assert not Webhook.objects.exists()


def test_others_properties_cannot_be_named(client, body, endpoint, stranger):
    other = make_hotel(stranger, name="Other")

    for call, where in ((client.post, BASE), (client.put, f"{BASE}/{endpoint}")):
        answer = call(where, body(url="https://b.example/", properties=[other.pk]))
        assert problem(answer) == (400, "validation_failed", ["properties"])


def test_an_address_is_registered_once(client, body, endpoint):
    second = client.post(BASE, body(url="https://b.example/")).json()["data"]["created"]

    assert problem(client.post(BASE, body()))[:2] == (409, "webhook_already_exists")
    where = f"{BASE}/{second['endpoint']['id']}"
    assert problem(client.put(where, body()))[:2] == (409, "webhook_already_exists")


def test_a_manager_has_fifty(client, body, manager):
    Webhook.objects.bulk_create(
        Webhook(owner=manager, url=f"https://hooks.example.com/{n}") for n in range(50)
    )

    assert problem(client.post(BASE, body()))[:2] == (409, "conflict")


def test_a_key_of_no_property_makes_none(client_for, body, endpoint, hotel):
    limited = client_for("webhooks_get webhooks_set", all_properties=False)
    link = KeyProperty.objects.create(key=limited.key, property=hotel)

    assert len(limited.get(BASE).json()["data"]["endpoints"]) == 1
    link.delete()
    assert limited.get(BASE).json()["data"]["endpoints"] == []
    answer = limited.post(BASE, body(properties=[], url="https://b.example/"))
    assert problem(answer)[:2] == (404, "property_not_found")
    KeyProperty.objects.create(key=limited.key, property=hotel)
    hotel.deleted_at = timezone.now()
    hotel.save()
    assert problem(limited.put(f"{BASE}/{endpoint}", body(properties=[])))[:2] == (
        404,
        "property_not_found",
    )


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("get", "", None),
        ("put", "", {"url": "https://hooks.example.com/"}),
        ("delete", "", None),
        ("put", "/pause", None),
        ("put", "/resume", None),
        ("post", "/secret", {}),
        ("post", "/ping", None),
        ("post", "/sample", {"event": "room_added"}),
        ("get", "/deliveries", None),
        ("get", "/deliveries/{}", None),
        ("post", "/deliveries/{}/resend", None),
        ("post", "/replay", {"after": "MQ"}),
    ],
)
def test_to_others_there_is_none(client_for, stranger, delivery, method, path, sent):
    other = client_for("webhooks_get webhooks_set", user=stranger)
    where = f"{BASE}/{delivery.webhook_id}{path.format(delivery.pk)}"

    answer = getattr(other, method)(where, *([sent] if sent is not None else []))

    assert problem(answer)[:2] == (404, "webhook_not_found")


def test_who_may_only_read(client_for, body, endpoint):
    reader = client_for("webhooks_get")

    assert reader.get(BASE).status_code == 200
    assert problem(reader.post(BASE, body()))[:2] == (403, "scope_missing")


def test_a_receptionist_has_none(client_for, receptionist, body):
    client = client_for("webhooks_get webhooks_set", user=receptionist)

    assert problem(client.get(BASE))[:2] == (403, "scope_missing")
    assert problem(client.post(BASE, body()))[:2] == (403, "scope_missing")


class TestTheLog:
    def test_is_listed_and_read(self, client, delivery):
        where = f"{BASE}/{delivery.webhook_id}/deliveries"

        listed = client.get(where)
        assert shown(listed, "list_deliveries") == example("webhooks.list_deliveries").answer
        read = client.get(f"{where}/{delivery.pk}")
        assert shown(read, "read_delivery") == example("webhooks.read_delivery").answer

    def test_is_listed_by_state_and_in_pages(self, client, delivery):
        now = timezone.now()
        WebhookDelivery.objects.bulk_create(
            WebhookDelivery(
                webhook_id=delivery.webhook_id, event_id=n, kind="room_added", due_at=now
            )
            for n in range(5)
        )
        where = f"{BASE}/{delivery.webhook_id}/deliveries"

        waiting = client.get(f"{where}?state=waiting&limit=3")
        assert waiting["X-Total-Count"] == "5"
        names = [one["message_id"] for one in waiting.json()["data"]["deliveries"]]
        assert names == ["event_4", "event_3", "event_2"]
        rest = client.get(waiting["Link"].partition(">")[0].removeprefix("<"))
        assert len(rest.json()["data"]["deliveries"]) == 2
        assert problem(client.get(f"{where}?state=lost"))[1:] == ("validation_failed", ["state"])

    def test_one_is_sent_again(self, client, delivery):
        where = f"{BASE}/{delivery.webhook_id}/deliveries"

        answer = client.post(f"{where}/{delivery.pk}/resend")

        assert shown(answer, "resend_delivery", status=202) == (
            example("webhooks.resend_delivery").answer
        )
        for method, path in (("get", ""), ("post", "/resend")):
            answer = getattr(client, method)(f"{where}/{delivery.pk + 1}{path}")
            assert problem(answer)[:2] == (404, "delivery_not_found")

    def test_a_range_is_sent_again(self, client, endpoint, happens, monkeypatch):
        Webhook.objects.update(events=[])
        for _ in range(2):
            happens(EventKind.ROOM_ADDED, subject=("room", 9))
        since = (timezone.now() - timedelta(hours=1)).isoformat()

        def replay(**sent):
            return client.post(f"{BASE}/{endpoint}/replay", sent)

        answer = replay(since=since)
        assert (answer.status_code, answer.json()["data"]) == (202, {"replay": {"deliveries": 2}})
        assert example("webhooks.replay_events").answer.keys() == {"deliveries"}
        assert replay(since=since, until=since)["Content-Type"] == "application/problem+json"
        assert problem(replay()) == (400, "validation_failed", ["since"])
        assert problem(replay(after="???")) == (400, "validation_failed", ["after"])
        assert problem(replay(after="x" * 101)) == (400, "validation_failed", ["after"])
        assert problem(replay(since="yesterday")) == (400, "validation_failed", ["since"])
        assert problem(replay(since=7))[0] == 400
        for long_ago in ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z"):
            assert replay(since=long_ago).status_code in {202, 400}
        assert replay(since=since, until="9999-12-31T23:59:59-14:00").status_code in {202, 400}
        assert replay(after="9" * 40).status_code == 400
        monkeypatch.setattr(log, "MOST_REPLAYED", 1)
        assert problem(replay(since=since))[:2] == (409, "too_many_events")


def test_pings_and_samples(client, endpoint):
    sample = example("webhooks.send_sample")

    ping = client.post(f"{BASE}/{endpoint}/ping")
    assert shown(ping, "ping_endpoint", status=202) == example("webhooks.ping_endpoint").answer
    made = client.post(f"{BASE}/{endpoint}/sample", sample.request)
    assert shown(made, "send_sample", status=202) == sample.answer
    assert problem(client.post(f"{BASE}/{endpoint}/sample", {"event": "webhook_ping"})) == (
        400,
        "validation_failed",
        ["event"],
    )
    for _ in range(8):
        client.post(f"{BASE}/{endpoint}/ping")
    assert problem(client.post(f"{BASE}/{endpoint}/ping"))[:2] == (409, "conflict")
    assert problem(client.post(f"{BASE}/{endpoint}/sample", sample.request))[:2] == (
        409,
        "conflict",
    )


def test_health_says_what_waits(client, endpoint, hotel):
    due = timezone.now() + timedelta(hours=2)
    rests = due + timedelta(minutes=3)
    WebhookDelivery.objects.create(
        webhook_id=endpoint, event_id=1, kind="room_added", property_id=hotel.pk, due_at=due
    )

    def next_try():
        health = client.get(f"{BASE}/{endpoint}").json()["data"]["endpoint"]["health"]
        assert health["waiting"] == 1
        return health["next_try_at"]

    assert next_try() == due.isoformat().replace("+00:00", "Z")
    Webhook.objects.update(rests_until=rests)
    assert next_try() == rests.isoformat().replace("+00:00", "Z")
    Webhook.objects.update(is_enabled=False)
    assert next_try() is None


def test_lists_take_as_many_statements_for_many(client, manager, delivery):
    def of_endpoints():
        return queries(client, BASE)

    def of_deliveries():
        return queries(client, f"{BASE}/{delivery.webhook_id}/deliveries")

    few = of_endpoints(), of_deliveries()
    Webhook.objects.bulk_create(
        Webhook(owner=manager, url=f"https://hooks.example.com/{n}") for n in range(20)
    )
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            webhook_id=delivery.webhook_id, event_id=n, kind="room_added", due_at=timezone.now()
        )
        for n in range(20)
    )

    assert (of_endpoints(), of_deliveries()) == few
    assert max(few) <= 6
    with CaptureQueriesContext(connection) as one:
        client.get(f"{BASE}/{delivery.webhook_id}/deliveries/{delivery.pk}")
    assert len(one) <= 6

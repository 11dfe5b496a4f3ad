"""What a webhook is told, when, in which order, and what becomes of it."""

from __future__ import annotations

import base64
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jsonschema import Draft202012Validator
from procrastinate.contrib.django.models import ProcrastinateJob
from standardwebhooks.webhooks import Webhook as Verifier

from benchmarks.receiver import Reply
from bookyflow.accounts.models import AccessLevel, User
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event, EventKind
from bookyflow.events.selectors import events_of
from bookyflow.properties.models import ManagerAccess, Property
from bookyflow.properties.selectors import Reach
from bookyflow.property_lifecycle.deletion import property_delete
from bookyflow.webhooks import log, planning
from bookyflow.webhooks.log import (
    Range,
    deliveries_clear,
    deliveries_replay,
    delivery_resend,
    trial_send,
)
from bookyflow.webhooks.mails import webhook_mail_send
from bookyflow.webhooks.models import Webhook, WebhookDelivery
from bookyflow.webhooks.payload import message_schema
from bookyflow.webhooks.planning import deliveries_plan, lease, senders_queue
from bookyflow.webhooks.sending import deliveries_send
from bookyflow.webhooks.services import (
    WebhookDetails,
    webhook_add,
    webhook_secret_replace,
    webhook_switch,
)
from bookyflow.webhooks.signing import signed_headers
from bookyflow.webhooks.trials import trial_message
from tests.conftest import make_hotel
from tests.domain.webhooks.conftest import answering, deliver, jobs_done, numbered

pytestmark = pytest.mark.django_db


def later(**span):
    return time_machine.travel(timezone.now() + timedelta(**span), tick=True)


def ids(received):
    return [one.id for one in received]


def test_what_happens_is_told_once_and_signed(receiver, hook, happens):
    before = happens()
    hook()
    event = happens()

    assert deliver() == 1
    assert deliver() == 0

    (one,) = receiver.received
    assert one.id == f"event_{event}" != f"event_{before}"
    assert one.is_signed
    assert one.headers["content-type"] == "application/json"
    assert one.message["data"]["object"] == {"kind": "room", "id": 1, "sequence": 2}
    (delivery,) = WebhookDelivery.objects.all()
    assert (delivery.state, delivery.attempts.get().status) == ("delivered", 204)
    assert Webhook.objects.get().last_success_at is not None


def test_of_one_object_later_events_wait_and_others_go_on(receiver, hook, happens):
    hook()
    first, second = happens(room=1), happens(room=1)
    other = happens(room=2)
    receiver.reply = lambda one: Reply(500 if one.id == f"event_{first}" else 204)

    deliver()

    assert set(ids(receiver.received)) == {f"event_{first}", f"event_{other}"}
    receiver.reply = answering()
    with later(minutes=2):
        third = happens(room=1)
        deliver()
        assert ids(receiver.accepted) == [f"event_{one}" for one in (other, first, second, third)]


def test_a_message_that_is_given_up_lets_the_next_one_through(receiver, hook, happens, mailoutbox):
    hook()
    bad, good = happens(room=1), happens(room=1)
    other = happens(room=2)
    receiver.reply = lambda one: Reply(400 if one.id == f"event_{bad}" else 204, body=b"No <b>")

    for minute in range(0, 10, 2):
        with later(minutes=minute):
            if minute:
                other = happens(room=2)
            deliver()

    tries = [one for one in receiver.received if one.id == f"event_{bad}"]
    assert len(tries) == 4
    assert len({one.body for one in tries}) == 1
    assert f"event_{good}" in ids(receiver.accepted)
    assert f"event_{other}" in ids(receiver.accepted)
    given_up = WebhookDelivery.objects.get(event_id=bad)
    assert (given_up.state, given_up.tries) == ("failed", 4)
    assert {one.error for one in given_up.attempts.all()} == {"No <b>"}
    assert Webhook.objects.get().is_enabled
    assert mails() == [{"webhook_id": given_up.webhook_id, "reason": "given_up"}]


def test_one_that_accepts_nothing_for_three_days_is_paused_and_loses_nothing(
    receiver, hook, happens
):
    webhook = hook()
    receiver.reply = lambda _: Reply(503)
    first = happens(room=1)
    for minute in range(0, 40, 5):
        with later(minutes=minute):
            deliver()

    webhook.refresh_from_db()
    assert (webhook.is_enabled, webhook.pause) == (False, "failing")
    assert mails() == [{"webhook_id": webhook.pk, "reason": "failing"}]

    second = happens(room=2)
    deliver()
    receiver.reply = answering()
    webhook_switch(webhook_id=webhook.pk, is_enabled=True, **who(webhook))
    delivery_resend(
        webhook_id=webhook.pk,
        delivery_id=WebhookDelivery.objects.get(event_id=first).pk,
        **who(webhook),
    )
    deliver()

    assert set(ids(receiver.accepted)) == {f"event_{first}", f"event_{second}"}
    webhook.refresh_from_db()
    assert (webhook.is_enabled, webhook.pause, webhook.failures) == (True, "", 0)


def test_gone_is_gone(receiver, hook, happens):
    webhook = hook()
    receiver.reply = answering(410)
    happens(room=1)

    deliver()

    webhook.refresh_from_db()
    assert (webhook.is_enabled, webhook.pause) == (False, "gone")
    assert mails() == [{"webhook_id": webhook.pk, "reason": "gone"}]
    assert WebhookDelivery.objects.get().state == "failed"


@pytest.mark.parametrize(
    ("reply", "status", "error"),
    [
        (Reply(302, (("Location", "http://127.0.0.1:1/"),)), 302, ""),
        (Reply(500, body=b"x" * 100_000), 500, "x" * 300),
        (Reply(None), None, "What came back is no answer of HTTP."),
        (Reply(204, after=20), None, "It took longer than 1 seconds."),
    ],
)
def test_what_is_no_success_is_tried_again(receiver, hook, happens, reply, status, error):
    hook()
    receiver.reply = answering(reply)
    event = happens()

    deliver()

    (tried,) = WebhookDelivery.objects.get().attempts.all()
    assert (tried.status, tried.error) == (status, error)
    assert WebhookDelivery.objects.get().state == "waiting"
    with later(minutes=2):
        deliver()
    assert ids(receiver.accepted) == [f"event_{event}"]


def test_a_success_with_a_huge_answer_is_one(receiver, hook, happens):
    hook()
    receiver.reply = answering(Reply(200, body=b"x" * 1_000_000))
    happens()

    assert deliver() == 1
    assert WebhookDelivery.objects.get().state == "delivered"


def test_nobody_there_is_a_failure(receiver, hook, happens):
    hook()
    receiver.stop()
    happens()

    assert deliver() == 1

    assert WebhookDelivery.objects.get().attempts.get().error == "It could not be connected to."
    receiver.start()
    with later(minutes=2):
        assert deliver() == 1
    assert len(receiver.accepted) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("600", 600), ("9999999999", 86_400), ("Thu, 01 Jan 1970 00:00:00 GMT", 54), ("soon", 54)],
)
def test_who_asks_for_time_is_given_it_within_reason(receiver, hook, happens, header, seconds):
    webhook = hook()
    receiver.reply = answering(Reply(429, (("Retry-After", header),)))
    happens()

    deliver()

    wait = (WebhookDelivery.objects.get().due_at - timezone.now()).total_seconds()
    assert seconds - 3 < wait <= seconds * 1.25
    webhook.refresh_from_db()
    rests = webhook.rests_until - timezone.now() if webhook.rests_until else timedelta(0)
    assert rests <= timedelta(hours=1)
    assert bool(rests) is header.isdigit()


def test_who_fails_again_and_again_is_left_alone_for_a_while(receiver, hook, happens):
    webhook = hook()
    receiver.reply = lambda _: Reply(500)
    for room in range(10):
        happens(room=room)

    assert deliver() == 4
    webhook.refresh_from_db()
    assert webhook.failures == 4
    assert webhook.rests_until > timezone.now()
    with later(minutes=2):
        assert deliver() == 1  # one that tries whether it is there again
        receiver.reply = answering()
    with later(minutes=8):
        deliver()
    assert len(set(ids(receiver.accepted))) == 10


def test_a_ping_that_is_answered_brings_all_forward(receiver, hook, happens):
    webhook = hook()
    receiver.reply = lambda _: Reply(500)
    event = happens()
    deliver()
    trial_send(webhook_id=webhook.pk, **who(webhook))
    deliver()
    assert WebhookDelivery.objects.get(event_id=None).state == "failed"

    receiver.reply = answering()
    trial_send(webhook_id=webhook.pk, **who(webhook))
    deliver()

    ping, told = receiver.accepted
    assert (ping.message["type"], ping.message["data"], ping.is_signed) == (
        "webhook_ping",
        {},
        True,
    )
    assert told.id == f"event_{event}"


def test_a_sample_of_every_kind_is_what_the_catalogue_says(receiver, hook):
    webhook = hook()
    for kind in EventKind:
        sample = trial_message(kind, now=timezone.now())
        Draft202012Validator(message_schema(kind)).validate(sample)
        assert sample["data"]["is_test"] is True

    trial_send(webhook_id=webhook.pk, kind=EventKind.BOOKING_ADDED, **who(webhook))
    deliver()
    assert receiver.accepted[0].message["type"] == "booking_added"


def test_trials_are_few(receiver, hook):
    webhook = hook()
    for _ in range(10):
        trial_send(webhook_id=webhook.pk, **who(webhook))

    with pytest.raises(DomainError, match="conflict"):
        trial_send(webhook_id=webhook.pk, **who(webhook))


class TestWhoIsTold:
    def test_chosen_events_of_chosen_properties(self, receiver, hook, happens, hotel, manager):
        other = make_hotel(manager, name="Other")
        hook(events=["room_added"], property_ids=[hotel.pk])
        happens(EventKind.ROOM_UPDATED)
        happens(EventKind.ROOM_ADDED, property_id=other.pk, room=8)
        wanted = happens(EventKind.ROOM_ADDED)

        deliver()

        assert ids(receiver.received) == [f"event_{wanted}"]

    def test_nobody_of_properties_of_others(self, receiver, hook, happens, stranger):
        other = make_hotel(stranger, name="Other")
        hook()
        happens(property_id=other.pk)

        assert deliver() == 0
        assert not WebhookDelivery.objects.exists()

    def test_super_managers_of_all(self, receiver, hook, happens, manager):
        hook()
        User.objects.filter(pk=manager.pk).update(access_level=AccessLevel.SUPER_MANAGER)
        ManagerAccess.objects.all().delete()
        happens()

        assert deliver() == 1

    @pytest.mark.parametrize(
        "loss",
        [
            lambda m, h: ManagerAccess.objects.filter(user=m, property=h).delete(),
            lambda m, h: User.objects.filter(pk=m.pk).update(is_suspended=True),
            lambda m, h: User.objects.filter(pk=m.pk).update(is_active=False),
            lambda m, h: User.objects.filter(pk=m.pk).update(access_level=50),
            lambda m, h: Property.objects.filter(pk=h.pk).update(is_test=True),
            lambda m, h: Webhook.objects.update(events=["room_added"]),
            lambda m, h: Webhook.objects.update(property_ids=[h.pk + 1]),
            lambda m, h: Event.objects.all().delete(),
        ],
    )
    def test_rights_count_when_it_is_sent(self, receiver, hook, happens, manager, hotel, loss):
        hook()
        happens(room=1)
        happens(room=1)
        deliveries_plan()
        loss(manager, hotel)

        assert deliver() == 0

        states = WebhookDelivery.objects.values_list("state", flat=True)
        assert list(states) == ["dropped", "dropped"]

    def test_a_deleted_property_tells_its_end(self, receiver, hook, happens, hotel, manager):
        make_hotel(manager, name="Other")
        hook()
        property_delete(prop=hotel, by=Actor(manager.pk))
        numbered()

        deliver()

        assert "property_deleted" in [one.message["type"] for one in receiver.received]

    def test_test_properties_are_for_test_keys(self, receiver, hook, happens, hotel):
        hook()
        Property.objects.filter(pk=hotel.pk).update(is_test=True)
        happens()
        assert deliver() == 0

        Webhook.objects.update(is_test=True, position=0)
        assert deliver() > 0


def test_a_private_address_is_never_called(receiver, hook, happens, settings):
    hook()
    settings.WEBHOOK_ALLOWED_HOSTS = []
    happens()

    assert deliver() == 1

    assert receiver.received == []
    assert "https" in WebhookDelivery.objects.get().attempts.get().error


def test_a_name_that_leads_to_a_private_address_is_never_called(
    manager, by, reach, happens, monkeypatch
):
    details = WebhookDetails(url="https://hooks.example.com/")
    webhook_add(details=details, by=by, reach=reach, is_enabled=True)
    monkeypatch.setattr(
        "socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("169.254.169.254", 443))]
    )
    happens()

    assert deliver() == 1

    error = WebhookDelivery.objects.get().attempts.get().error
    assert error == "hooks.example.com has no public address."


def test_basic_credentials_are_sent_and_never_kept(receiver, hook, happens):
    hook(auth_method="basic", username="alpine", password="s3cret")
    pair = base64.b64encode(b"alpine:s3cret").decode()
    secret = receiver.secrets[0]
    receiver.reply = answering(Reply(401, body=f"s3cret {pair} {secret}".encode()))
    happens()

    deliver()

    assert receiver.received[0].headers["authorization"] == f"Basic {pair}"
    assert WebhookDelivery.objects.get().attempts.get().error == "******** ******** ********"


class TestSecrets:
    def test_both_are_good_during_a_rotation(self, receiver, hook, happens):
        webhook = hook()
        new = webhook_secret_replace(webhook_id=webhook.pk, **who(webhook)).secret
        happens(room=1)
        deliver()
        with later(hours=25):
            happens(room=2)
            deliver()

        both, one = (two.headers["webhook-signature"].split() for two in receiver.received)
        assert len(both) == 2
        assert len(one) == 1
        assert all(text.startswith("v1,") for text in both + one)
        assert receiver.received[0].is_signed
        assert not receiver.received[1].is_signed
        body, headers = receiver.received[0].body, receiver.received[0].headers
        assert Verifier(new).verify(body, headers) == receiver.received[0].message

    def test_a_lost_one_ends_at_once(self, receiver, hook, happens):
        webhook = hook()
        replace = partial(webhook_secret_replace, webhook_id=webhook.pk, **who(webhook))
        replace()
        receiver.secrets.append(replace(old_hours=0).secret)
        happens()
        deliver()

        assert len(receiver.received[0].headers["webhook-signature"].split()) == 1
        assert receiver.received[0].is_signed

    def test_they_are_few_and_encrypted(self, receiver, hook):
        webhook = hook()
        for _ in range(8):
            webhook_secret_replace(webhook_id=webhook.pk, **who(webhook))

        assert webhook.signing_secrets.count() == 5
        with connection.cursor() as cursor:
            cursor.execute("SELECT string_agg(secret, ' ') FROM webhooks_webhooksecret")
            assert "whsec_" not in cursor.fetchone()[0]

    def test_one_that_has_none_is_given_one(self, receiver, hook, happens):
        webhook = hook()
        webhook.signing_secrets.all().delete()
        Webhook.objects.update(position=None)
        deliver()
        happens()

        deliver()

        (secret,) = webhook.signing_secrets.all()
        one = receiver.received[0]
        assert Verifier(secret.secret).verify(one.body, one.headers) == one.message

    def test_nothing_is_sent_without(self):
        with pytest.raises(ValueError, match="needs a secret"):
            signed_headers(message_id="a", second=1, body=b"{}", signed_with=[])


class TestTurns:
    def test_who_was_killed_is_followed_by_somebody_else(self, receiver, hook, happens):
        hook()
        happens()
        deliveries_plan()
        assert senders_queue() == 1
        jobs_done(ProcrastinateJob.objects.all())  # as with its worker
        assert senders_queue() == 0

        with later(seconds=lease().total_seconds() + 1):
            assert deliver() == 1
        assert len(receiver.accepted) == 1

    def test_who_comes_too_late_does_nothing(self, receiver, hook, happens):
        webhook = hook()
        happens()
        deliveries_plan()
        senders_queue()

        assert deliveries_send(webhook_id=webhook.pk, turn=0) == 0
        assert receiver.received == []

    def test_one_host_has_only_so_many(self, manager, receiver, hook, happens):
        hook()
        Webhook.objects.bulk_create(
            Webhook(
                owner=manager,
                url=f"{receiver.url.replace('http', 'HTTP')}/{n}",
                is_enabled=True,
                position=0,
            )
            for n in range(9)
        )
        happens()
        deliveries_plan()

        assert senders_queue() == 4
        assert senders_queue() == 0

    def test_the_slow_are_by_themselves(self, manager, happens):
        Webhook.objects.bulk_create(
            Webhook(
                owner=manager,
                url=f"https://host{n}.example.com/",
                is_enabled=True,
                position=0,
                failures=n % 2,
            )
            for n in range(50)
        )
        happens()
        deliveries_plan()
        jobs_done(ProcrastinateJob.objects.all())

        senders_queue()

        jobs = ProcrastinateJob.objects.values_list("queue_name", flat=True)
        assert Counter(jobs) == {"webhooks": 16, "webhooks_slow": 16}

    def test_planning_takes_as_many_statements_for_many(self, manager, happens):
        def statements(hooks):
            Webhook.objects.bulk_create(
                Webhook(
                    owner=manager,
                    url=f"https://host{hooks}-{n}.example.com/",
                    is_enabled=True,
                    position=0,
                )
                for n in range(hooks)
            )
            happens()
            with CaptureQueriesContext(connection) as found:
                deliveries_plan()
                senders_queue()
            return len(found)

        assert statements(2) == statements(20)

    def test_recording_takes_as_many_statements_for_many(self, receiver, hook, happens):
        webhook = hook()

        def statements(many):
            for room in range(many):
                happens(room=room)
            deliveries_plan()
            senders_queue()
            webhook.refresh_from_db()
            with CaptureQueriesContext(connection) as found:
                deliveries_send(webhook_id=webhook.pk, turn=webhook.turn)
            return len(found)

        assert statements(1) == statements(4)

    def test_a_large_backlog_waits_in_the_log(self, receiver, hook, happens, monkeypatch):
        monkeypatch.setattr(planning, "MOST_WAITING", 3)
        monkeypatch.setattr(planning, "EVENTS", 2)
        hook()
        for room in range(9):
            happens(room=room)

        while deliveries_plan():
            pass

        assert WebhookDelivery.objects.count() == 4
        while deliver():
            pass
        assert len(receiver.accepted) == 9


class TestTheLog:
    def test_a_range_is_sent_again_and_what_was_before_the_webhook(self, receiver, hook, happens):
        before = happens(room=1)
        webhook = hook()
        after = happens(room=2)
        deliver()

        assert replay(webhook, since=timezone.now() - timedelta(hours=1)) == 2
        deliver()

        told, *again = ids(receiver.accepted)
        assert told == f"event_{after}"
        assert sorted(again) == [f"event_{before}", f"event_{after}"]
        assert WebhookDelivery.objects.get(event_id=after).attempts.count() == 2

    def test_a_range_by_cursor(self, receiver, hook, happens):
        webhook = hook()
        first, second = happens(room=1), happens(room=2)
        cursor = events_of(event_ids=[first])[first].cursor
        deliver()

        assert replay(webhook, after=cursor) == 1
        deliver()

        assert ids(receiver.accepted)[2:] == [f"event_{second}"]

    def test_a_range_has_an_end(self, receiver, hook, happens):
        webhook = hook()
        happens()
        now = timezone.now()

        assert replay(webhook, since=now - timedelta(days=2), until=now - timedelta(days=1)) == 0

    def test_a_range_that_is_too_long_is_refused(self, receiver, hook, happens, monkeypatch):
        monkeypatch.setattr(log, "MOST_REPLAYED", 2)
        webhook = hook()
        for room in range(3):
            happens(room=room)

        with pytest.raises(DomainError, match="too_many_events"):
            replay(webhook, since=timezone.now() - timedelta(hours=1))
        assert not WebhookDelivery.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({}, "since"),
            ({"since": timezone.now(), "until": timezone.now() - timedelta(1)}, "until"),
            ({"after": "???"}, "after"),
        ],
    )
    def test_a_range_that_is_none(self, receiver, hook, wrong, field):
        with pytest.raises(DomainError) as refused:
            replay(hook(), **wrong)
        assert list(refused.value.fields) == [field]

    def test_it_is_cleared(self, receiver, hook, happens, settings):
        webhook = hook()
        for room in range(3):
            happens(room=room)
        deliver()
        receiver.reply = lambda _: Reply(500)
        happens(room=9)
        deliver()

        assert deliveries_clear() == 0
        with later(days=31):
            assert deliveries_clear() == 3
        with later(days=91):
            assert deliveries_clear() == 1
        assert not webhook.deliveries.exists()


@pytest.mark.parametrize(
    ("reason", "words"),
    [("gone", "410"), ("failing", "three days"), ("given_up", "was given up")],
)
def test_the_owner_is_told(receiver, hook, mailoutbox, reason, words):
    webhook = hook()

    webhook_mail_send(webhook_id=webhook.pk, reason=reason)
    webhook_mail_send(webhook_id=webhook.pk + 1, reason=reason)

    (mail,) = mailoutbox
    assert mail.to == ["manager@example.com"]
    assert f"Webhook {webhook.pk}" in mail.subject
    assert words in mail.body


def test_the_schedule_is_ten_tries_more_in_three_days():
    assert len(settings.WEBHOOK_RETRIES) == 10
    assert timedelta(days=2.8) < timedelta(seconds=sum(settings.WEBHOOK_RETRIES)) < timedelta(3.2)


def mails():
    jobs = ProcrastinateJob.objects.filter(task_name="bookyflow.webhooks.tasks.webhook_mail")
    return list(jobs.values_list("args", flat=True))


def who(webhook):
    return {
        "by": Actor(webhook.owner_id),
        "reach": Reach(webhook.owner_id, 70, 0, all_properties=True, is_test=False),
    }


def replay(webhook, **events):
    return deliveries_replay(webhook_id=webhook.pk, events=Range(**events), **who(webhook))

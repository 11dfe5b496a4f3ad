"""Webhooks in the pages."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from bookyflow.core.acting import Actor
from bookyflow.events.models import EventKind
from bookyflow.properties.selectors import Reach
from bookyflow.webhooks.models import AuthMethod, DeliveryState, Webhook, WebhookDelivery
from bookyflow.webhooks.services import WebhookDetails, webhook_add
from tests.accounts.conftest import PASSWORD, make_property
from tests.domain.webhooks.conftest import (  # noqa: F401  # the same receiver
    allowed,
    deliver,
    happens,
    receiver,
)

pytestmark = pytest.mark.django_db
HOOKS = "/bookyflow/developers/webhooks"
URL = "https://hooks.example.com/bookyflow"
BASIC = {"auth_method": "basic", "username": "u", "password": "lemons in the tea"}
FORM = {"url": URL, "mode": "live", "told": "all", "reach": "all", "auth_method": "none"}


@pytest.fixture
def hook(manager):
    """Register a webhook of the manager, or of somebody else; the secret is with it."""

    def make(url=URL, user=manager, *, is_test=False, **details):
        made = webhook_add(
            details=WebhookDetails(url=url, **details),
            by=Actor(user_id=user.pk, is_test=is_test),
            reach=Reach(user.pk, user.access_level, 0, all_properties=True, is_test=is_test),
            is_enabled=True,
        )
        made.webhook.secret = made.secret
        return made.webhook

    return make


def test_a_list_of_none_says_what_a_webhook_is(signed_in):
    assert b"is told what happens at your properties" in signed_in.get(HOOKS).content


def test_live_and_test_ones_are_listed_with_how_they_do(
    signed_in, hook, other_manager, django_assert_max_num_queries
):
    first, second = hook(), hook("https://b.example", is_test=True)
    hook("https://c.example", other_manager)
    with django_assert_max_num_queries(20) as few:
        answer = signed_in.get(HOOKS)
    assert [one.webhook for one in answer.context["healths"]] == [first, second]
    for number in range(10):
        hook(f"https://{number}.example")
    with django_assert_max_num_queries(len(few)):
        signed_in.get(HOOKS)


def test_a_webhook_is_made_and_its_secret_shown_once(signed_in, manager, hotel):
    events = [EventKind.BOOKING_ADDED.value, EventKind.BOOKING_CANCELLED.value]
    form = FORM | {"told": "some", "events": events, "reach": "some", "properties": hotel.pk}

    answer = signed_in.post(f"{HOOKS}/new", form)

    made = Webhook.objects.get()
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", answer.content.decode()).group()
    assert made.signing_secrets.get().secret == secret
    assert (made.owner, made.url, made.is_enabled) == (manager, URL, True)
    assert (made.events, made.property_ids, made.is_test) == (events, [hotel.pk], False)
    assert "no-store" in answer["Cache-Control"]
    assert secret not in signed_in.get(f"{HOOKS}/{made.pk}").content.decode()


def test_a_test_webhook_is_told_of_test_properties_alone(signed_in, manager, hotel):
    practice = make_property("Practice", manager, is_test=True)
    form = FORM | {"mode": "test", "reach": "some", "properties": [hotel.pk, practice.pk]}

    signed_in.post(f"{HOOKS}/new", form)

    made = Webhook.objects.get()
    assert (made.is_test, made.property_ids) == (True, [practice.pk])


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("url", {"url": ""}),
        ("url", {"url": "http://hooks.example.com"}),
        ("url", {"url": "https://10.0.0.1/"}),
        ("url", {"url": "https://" + "x" * 3000}),
        ("mode", {"mode": "other"}),
        ("events", {"told": "some"}),
        ("events", {"told": "some", "events": "nothing_happened"}),
        ("properties", {"reach": "some"}),
        ("properties", {"reach": "some", "properties": "999999"}),
        ("username", {"auth_method": "basic", "password": "x"}),
        ("password", {"auth_method": "basic", "username": "x"}),
        ("auth_method", {"auth_method": "handshake"}),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(signed_in, hotel, field, values):
    answer = signed_in.post(f"{HOOKS}/new", FORM | values)

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("path", ["/new", "/{pk}/change"])
def test_a_form_with_a_password_is_for_who_has_just_said_who_it_is(signed_in, hook, path):
    made = hook()
    page = HOOKS + path.format(pk=made.pk)
    session = signed_in.session
    session["fresh_at"] = 0
    session.save()

    for answer in (signed_in.get(page), signed_in.post(page, FORM | BASIC)):
        assert answer["Location"] == f"/bookyflow/account/confirm?next={quote(page, safe='')}"

    assert BASIC["password"] not in str(dict(signed_in.session))
    signed_in.post(answer["Location"], {"password": PASSWORD})
    shown = signed_in.get(page)
    assert shown.status_code == 200
    assert b"Nothing was saved" in shown.content
    assert Webhook.objects.get().username == ""


def test_an_address_is_registered_once(signed_in, hook):
    hook()

    answer = signed_in.post(f"{HOOKS}/new", FORM)

    assert answer.status_code == 409
    assert list(answer.context["form"].errors) == ["url"]


def test_a_change_keeps_the_password_and_the_secret(signed_in, hook):
    made = hook(auth_method="basic", username="ada", password="engine")
    path = f"{HOOKS}/{made.pk}/change"
    assert b"engine" not in signed_in.get(path).content
    form = FORM | {"url": "https://new.example/", "auth_method": "basic", "username": "grace"}

    assert signed_in.post(path, form).status_code == 302

    made.refresh_from_db()
    assert (made.url, made.username, made.password) == ("https://new.example/", "grace", "engine")
    assert made.signing_secrets.get().secret == made.secret
    signed_in.post(path, FORM)
    made.refresh_from_db()
    assert (made.auth_method, made.username, made.password) == (AuthMethod.NONE, "", "")


def test_it_is_paused_and_resumed(signed_in, hook):
    made = hook()

    signed_in.post(f"{HOOKS}/{made.pk}/pause")
    made.refresh_from_db()
    assert not made.is_enabled
    signed_in.post(f"{HOOKS}/{made.pk}/pause", {"on": "yes"})
    made.refresh_from_db()
    assert made.is_enabled


@pytest.mark.parametrize(("hours", "left"), [("24", 2), ("0", 2), ("168", 2)])
def test_a_new_secret_leaves_the_old_one_for_a_while(signed_in, hook, hours, left):
    made = hook()

    answer = signed_in.post(f"{HOOKS}/{made.pk}/secret", {"old_hours": hours})

    newest = made.signing_secrets.get(expires_at=None).secret
    assert newest != made.secret
    assert newest in answer.content.decode()
    assert made.signing_secrets.count() == left
    assert signed_in.post(f"{HOOKS}/{made.pk}/secret", {"old_hours": "5"}).status_code == 400


def test_a_test_is_sent_and_looked_at(signed_in, hook, receiver):  # noqa: F811
    made = hook(receiver.url)
    receiver.secrets.append(made.secret)

    answer = signed_in.post(f"{HOOKS}/{made.pk}/try", {"kind": "booking_added"}, follow=True)
    assert b"Not tried yet." in answer.content
    deliver()

    assert receiver.received[0].is_signed
    page = signed_in.get(answer.request["PATH_INFO"]).content.decode()
    assert "Delivered" in page
    assert "&quot;contract_uid&quot;" in page
    assert signed_in.post(f"{HOOKS}/{made.pk}/try", {"kind": "odd"}, follow=True).status_code == 200
    assert WebhookDelivery.objects.count() == 1


def test_deliveries_are_filtered_and_sent_again(
    signed_in,
    hook,
    hotel,
    happens,  # noqa: F811
    receiver,  # noqa: F811
):
    made = hook(receiver.url)
    happens()
    deliver()
    delivery = WebhookDelivery.objects.get()
    page = f"{HOOKS}/{made.pk}"

    assert list(signed_in.get(page, {"state": "delivered"}).context["listed"]) == [delivery]
    assert not list(signed_in.get(page, {"state": "failed"}).context["listed"])
    assert signed_in.get(page, {"state": "odd"}).status_code == 400
    shown = signed_in.get(f"{page}/deliveries/{delivery.pk}")
    assert f"event_{delivery.event_id}".encode() in shown.content
    signed_in.post(f"{page}/deliveries/{delivery.pk}/again")
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.WAITING
    deliver()
    assert len({one.id for one in receiver.received}) == 1
    assert len(receiver.received) == 2


def test_events_of_a_range_are_sent_again(signed_in, hook, hotel, happens):  # noqa: F811
    happens()
    made = hook()
    path = f"{HOOKS}/{made.pk}/replay"

    answer = signed_in.post(path, {"since": "2020-01-01T00:00"}, follow=True)

    assert b"1 event is sent." in answer.content
    assert WebhookDelivery.objects.count() == 1
    assert signed_in.post(path, {"since": ""}).status_code == 400
    backwards = {"since": "2027-01-02T00:00", "until": "2027-01-01T00:00"}
    refused = signed_in.post(path, backwards)
    assert (refused.status_code, list(refused.context["form"].errors)) == (400, ["until"])


def test_it_is_deleted_after_asking(signed_in, hook):
    made = hook()

    assert signed_in.get(f"{HOOKS}/{made.pk}/delete").status_code == 200
    assert Webhook.objects.exists()
    signed_in.post(f"{HOOKS}/{made.pk}/delete")
    assert not Webhook.objects.exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("get", "/change"),
        ("post", "/change"),
        ("post", "/pause"),
        ("post", "/try"),
        ("post", "/secret"),
        ("post", "/replay"),
        ("post", "/delete"),
        ("get", "/deliveries/1"),
        ("post", "/deliveries/1/again"),
    ],
)
def test_those_of_others_are_not_there(
    client, client_of, hook, other_manager, receptionist, method, path
):
    made = hook()
    path = f"{HOOKS}/{made.pk}{path}"

    assert getattr(client, method)(path)["Location"].startswith("/bookyflow/sign-in")
    assert getattr(client_of(other_manager), method)(path).status_code == 404
    assert getattr(client_of(receptionist), method)(path).status_code == 403
    made.refresh_from_db()
    assert made.is_enabled


def test_a_delivery_that_there_is_not(signed_in, hook):
    assert signed_in.get(f"{HOOKS}/{hook().pk}/deliveries/999").status_code == 404

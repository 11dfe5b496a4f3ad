from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.outgoing import any_address, public_addresses
from bookyflow.properties.models import KeyProperty
from bookyflow.properties.selectors import Reach
from bookyflow.webhooks.addresses import address_problem, resolver
from bookyflow.webhooks.models import Webhook
from bookyflow.webhooks.selectors import webhook_list
from bookyflow.webhooks.services import MOST, WebhookDetails, webhook_change, webhook_switch
from bookyflow.webhooks.services import webhook_add as add
from tests.conftest import make_hotel

URL = "https://hooks.example.com/bookyflow"


def reach_of(by, **changes):
    given = {"user_id": by.user_id or 0, "level": 70, "key_id": 0, "all_properties": True}
    return Reach(**given | {"is_test": by.is_test} | changes)


def webhook_add(*, by, is_enabled=False, reach=None, **details):
    told = WebhookDetails(**{"url": URL} | details)
    return add(details=told, by=by, reach=reach or reach_of(by), is_enabled=is_enabled).webhook


def seen(by):
    return webhook_list(by=by, reach=reach_of(by))


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "https://hooks.example.com:8443/a?b=c",
        "https://93.184.216.34/",
        "https://[2606:4700::1111]/",
        "https://bücher.example/haken",
        "https://hooks.example./",
    ],
)
def test_an_address_may_be_any_public_one(url):
    assert address_problem(url) == ""


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.com",
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "javascript:alert(1)",
        "https://",
        "https://[",
        "https://user:word@hooks.example.com/",
        "https://user@hooks.example.com/",
        "https://localhost/",
        "https://localhost.localdomain/",
        "https://intern/",
        "https://printer.local/",
        "https://db.internal/",
        "https://db.internal./",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://hooks.example.com/\n",
        "https://hooks.example.com/a b",
        f"https://hooks.example.com/{'x' * 2000}",
    ],
)
def test_an_address_must_be_https_and_public(url):
    assert address_problem(url)


def test_the_operator_may_allow_hosts(settings):
    settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]

    assert address_problem("http://127.0.0.1:9000/") == ""
    assert address_problem("http://127.0.0.2:9000/")
    assert resolver("http://127.0.0.1:9000/") is any_address
    assert resolver(URL) is public_addresses
    with pytest.raises(DomainError, match="address_not_allowed"):
        resolver("http://127.0.0.2:9000/")


@pytest.mark.django_db
class TestWhoSeesIt:
    def test_the_channel_that_made_it_and_its_manager(self, manager, stranger, channel):
        by_hand, by_channel = Actor(manager.pk), Actor(manager.pk, channel_id=channel.pk)
        made = webhook_add(url=URL, by=by_channel)
        mine = webhook_add(url=URL, by=by_hand)

        assert list(seen(by_channel)) == [made]
        assert list(seen(by_hand)) == [made, mine]
        assert not seen(Actor(stranger.pk)).exists()
        assert not seen(Actor(manager.pk, channel_id=channel.pk + 1)).exists()

    def test_test_keys_see_those_of_test_keys(self, manager):
        live, test = Actor(manager.pk), Actor(manager.pk, is_test=True)
        made = webhook_add(url=URL, by=test)

        assert list(seen(test)) == [made]
        assert not seen(live).exists()
        assert webhook_add(url=URL, by=live).pk != made.pk

    def test_a_switch_that_is_so_already_changes_nothing(self, manager):
        by = Actor(manager.pk)
        made = webhook_add(url=URL, by=by, is_enabled=True)

        assert (
            webhook_switch(webhook_id=made.pk, is_enabled=True, by=by, reach=reach_of(by)) == made
        )

    def test_a_key_of_some_properties_makes_and_sees_what_is_told_of_these(
        self, manager, hotel, client_for
    ):
        by, other = Actor(manager.pk), make_hotel(manager, name="Other")
        key = client_for("webhooks_set", all_properties=False).key
        KeyProperty.objects.create(key=key, property=hotel)
        limited = reach_of(by, key_id=key.pk, all_properties=False)
        webhook_add(by=by, url=f"{URL}/all")
        webhook_add(by=by, url=f"{URL}/both", property_ids=[other.pk, hotel.pk])

        mine = webhook_add(by=by, reach=limited)

        assert mine.property_ids == [hotel.pk]
        assert list(webhook_list(by=by, reach=limited)) == [mine]
        with pytest.raises(DomainError) as refused:
            webhook_add(by=by, reach=limited, url=f"{URL}/2", property_ids=[other.pk])
        assert refused.value.fields == {"property_ids": [f"There is no property {other.pk}."]}
        KeyProperty.objects.all().delete()
        with pytest.raises(DomainError, match="property_not_found"):
            webhook_add(by=by, reach=limited, url=f"{URL}/3")

    def test_what_it_is_told_of_can_be_changed(self, manager, hotel):
        by = Actor(manager.pk)
        made = webhook_add(by=by, events=["room_added"], is_enabled=True)
        webhook_add(by=by, url=f"{URL}/2")

        changed = webhook_change(
            webhook_id=made.pk,
            details=WebhookDetails(url=URL, property_ids=[hotel.pk, hotel.pk]),
            by=by,
            reach=reach_of(by),
        )

        assert (changed.events, changed.property_ids) == ([], [hotel.pk])
        assert changed.is_enabled
        with pytest.raises(DomainError, match="webhook_already_exists"):
            webhook_change(
                webhook_id=made.pk,
                details=WebhookDetails(url=f"{URL}/2"),
                by=by,
                reach=reach_of(by),
            )

    def test_properties_are_so_many(self):
        with pytest.raises(DomainError) as refused:
            WebhookDetails(url=URL, property_ids=range(1, 1002))
        assert list(refused.value.fields) == ["property_ids"]


@pytest.mark.django_db
def test_a_manager_has_only_so_many(manager):
    Webhook.objects.bulk_create(
        Webhook(owner=manager, url=f"{URL}/{number}") for number in range(MOST)
    )

    with pytest.raises(DomainError, match="conflict"):
        webhook_add(url=URL, by=Actor(manager.pk))


@pytest.mark.django_db
def test_the_installation_has_none():
    with pytest.raises(DomainError, match="not_authenticated"):
        webhook_add(url=URL, by=SYSTEM)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"auth_method": "oauth"},
        {"auth_method": "basic"},
        {"auth_method": "basic", "username": "a"},
        {"password": "b"},
        {"url": ""},
    ],
)
def test_the_database_refuses_what_can_not_be(manager, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Webhook.objects.create(**{"owner": manager, "url": URL} | wrong)


@pytest.mark.django_db(transaction=True)
def test_an_address_is_registered_once_by_calls_at_once(manager):
    ready, refused = Barrier(4), []

    def add():
        ready.wait()
        try:
            webhook_add(url=URL, by=Actor(manager.pk))
        except DomainError as error:
            refused.append(error.key)
        connection.close()

    threads = [Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Webhook.objects.count() == 1
    assert refused == ["webhook_already_exists"] * 3

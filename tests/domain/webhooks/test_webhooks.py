from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.core.errors import DomainError
from bookyflow.webhooks.addresses import address_problem
from bookyflow.webhooks.models import Webhook
from bookyflow.webhooks.selectors import webhook_list
from bookyflow.webhooks.services import MOST, webhook_add, webhook_switch

URL = "https://hooks.example.com/bookyflow"


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


@pytest.mark.django_db
class TestWhoSeesIt:
    def test_the_channel_that_made_it_and_its_manager(self, manager, stranger, channel):
        by_hand, by_channel = Actor(manager.pk), Actor(manager.pk, channel_id=channel.pk)
        made = webhook_add(url=URL, by=by_channel)
        mine = webhook_add(url=URL, by=by_hand)

        assert list(webhook_list(by=by_channel)) == [made]
        assert list(webhook_list(by=by_hand)) == [made, mine]
        assert not webhook_list(by=Actor(stranger.pk)).exists()
        assert not webhook_list(by=Actor(manager.pk, channel_id=channel.pk + 1)).exists()

    def test_test_keys_see_those_of_test_keys(self, manager):
        live, test = Actor(manager.pk), Actor(manager.pk, is_test=True)
        made = webhook_add(url=URL, by=test)

        assert list(webhook_list(by=test)) == [made]
        assert not webhook_list(by=live).exists()
        assert webhook_add(url=URL, by=live).pk != made.pk

    def test_a_switch_that_is_so_already_changes_nothing(self, manager):
        made = webhook_add(url=URL, by=Actor(manager.pk), is_enabled=True)

        assert webhook_switch(webhook_id=made.pk, is_enabled=True, by=Actor(manager.pk)) == made


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

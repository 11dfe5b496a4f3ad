"""What a test key has tried out."""

from __future__ import annotations

import pytest
import yaml
from django.conf import settings
from django.utils import timezone

from bookyflow.accounts.models import KeySecret
from bookyflow.core.acting import Actor
from bookyflow.demo import checklist as module
from bookyflow.demo.checklist import Check, checklist
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.webhooks.models import Webhook
from tests.web.developers.conftest import called, key_of  # noqa: F401  # fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def test_key(key_of, manager):  # noqa: F811  # the fixture
    return key_of(manager, is_test=True)


@pytest.fixture
def test_house(hotel):
    hotel.is_test = True
    hotel.save(update_fields=["is_test"])
    return hotel


def seen(key):
    return {step.check.title for step in checklist(key) if step.seen_at}


def test_nothing_is_ticked_at_first(test_key, django_assert_num_queries):
    with django_assert_num_queries(5):
        assert seen(test_key) == set()


def test_calls_events_secrets_and_webhooks_tick(test_key, test_house, manager):
    KeySecret.objects.create(key=test_key, digest="x", last_used_at=timezone.now())
    called(test_key, operation="cmf.channel_announce")
    called(test_key, operation="cmf.put_property_remote_id", status=409)
    called(test_key, operation="cmf.ari_put", is_replay=True)
    by = Actor(user_id=manager.pk, key_id=test_key.pk, is_test=True)
    record(EventKind.BOOKING_ADDED, by=by, property_id=test_house.pk, subject=("booking", 1))
    webhook = Webhook.objects.create(owner=manager, url="https://a.example", is_test=True)

    ticked = seen(test_key)
    assert ticked == {
        "Asked for a token",
        "Announced itself as a channel",
        "Made a booking",
        "Repeated a call without doing it twice",
    }
    webhook.last_success_at = timezone.now()
    webhook.save(update_fields=["last_success_at"])
    assert seen(test_key) - ticked == {"Received a webhook"}


def test_what_others_do_ticks_nothing(test_key, key_of, test_house, manager):  # noqa: F811
    called(key_of(manager), operation="cmf.channel_announce")
    by = Actor(user_id=manager.pk, is_test=True)
    record(EventKind.BOOKING_ADDED, by=by, property_id=test_house.pk, subject=("booking", 1))
    Webhook.objects.create(owner=manager, url="https://a.example", last_success_at=timezone.now())

    assert seen(test_key) == set()


def test_what_it_names_is_in_the_document():
    checks = [one for one in vars(module).values() if isinstance(one, Check)]
    document = yaml.safe_load((settings.BASE_DIR / "docs/openapi.yaml").read_text())
    operations = {
        one["operationId"]: f"{method.upper()} {path.removeprefix('/bookyflow/api')}"
        for path, methods in document["paths"].items()
        for method, one in methods.items()
        if "operationId" in one
    }

    assert {name for check in checks for name in check.operations} <= operations.keys()
    calls = {check.call for check in checks} - {"Idempotency-Key: …"}
    assert calls <= set(operations.values())

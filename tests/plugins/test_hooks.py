"""Kinds of event and settings that features add: when they count, and what is told of them."""

from __future__ import annotations

import pytest
from django.db import transaction

from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.events import added
from bookyflow.events.added import GONE, AddedKind, kind_of, kinds_add
from bookyflow.events.models import Event, EventKind
from bookyflow.events.services import record
from bookyflow.plugins import registry
from bookyflow.plugins.hooks import EventField, FeatureEvent, Setting
from bookyflow.plugins.models import FeatureState
from bookyflow.webhooks.payload import message_schema
from bookyflow.webhooks.services import WebhookDetails
from tests.plugins.conftest import feature

pytestmark = pytest.mark.django_db
HEATED = FeatureEvent(
    "pool_heated", "A pool was heated.", (EventField("degrees", "integer", "How warm."),)
)
HOURS = Setting("opens_at", "number", "Opens at", "", 8)


@pytest.fixture
def pool(known, installed, monkeypatch):
    known(feature("pool", events=(HEATED,), settings=(HOURS,)))
    installed(pool=True)
    monkeypatch.setattr(added, "_added", {})
    kinds_add(registry.event_kinds(["pool"]))


def test_an_added_kind_is_recorded_and_told(pool, hotel):
    kind = registry.event_kind("pool_heated")
    with transaction.atomic():
        record(kind, by=SYSTEM, property_id=hotel.pk, subject=("property", hotel.pk), degrees=28)

    event = Event.objects.get(kind="pool_heated")
    assert event.data == {"degrees": 28}
    assert kind_of("pool_heated").label == "A pool was heated."
    schema = message_schema(kind)
    assert schema["properties"]["data"]["properties"]["degrees"] == {
        "type": "integer",
        "description": "How warm.",
    }


def test_events_of_a_feature_that_is_gone_are_still_read():
    gone = kind_of("pool_drained")

    assert isinstance(gone, AddedKind)
    assert (gone.value, gone.label, dict(gone.fields)) == ("pool_drained", GONE, {})
    assert kind_of("booking_added") is EventKind.BOOKING_ADDED


def test_webhooks_may_ask_for_it_while_the_feature_is_on(pool):
    address = "https://93.184.216.34/hook"
    assert WebhookDetails(url=address, events=("pool_heated",)).events == ("pool_heated",)
    FeatureState.objects.update(enabled=False)

    with pytest.raises(DomainError) as error:
        WebhookDetails(url=address, events=("pool_heated", "booking_added"))

    assert error.value.fields == {"events": ["There is no event pool_heated."]}


def test_settings_are_defaults_until_others_are_saved(pool):
    assert registry.settings_of("pool") == {"opens_at": 8}

    registry.settings_save("pool", {"opens_at": 10})

    assert registry.settings_of("pool") == {"opens_at": 10}
    FeatureState.objects.update(settings={"opens_at": "what an older version had"})
    assert registry.settings_of("pool") == {"opens_at": 8}


@pytest.mark.parametrize("values", [{"opens_at": "10"}, {"opens_at": -1}, {"closes_at": 1}])
def test_settings_refuse_what_they_are_not(pool, values):
    with pytest.raises(DomainError) as error:
        registry.settings_save("pool", values)

    assert error.value.key == "validation_failed"


def test_what_is_not_installed_has_no_settings(pool):
    FeatureState.objects.all().delete()

    with pytest.raises(DomainError) as error:
        registry.settings_save("pool", {"opens_at": 9})

    assert error.value.key == "feature_not_installed"

"""Whoever has a property's lock has it as it is now, whatever a process keeps of it."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connections, transaction

from bookyflow.core.errors import DomainError
from bookyflow.properties.kept import property_kept
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property, PropertySettings
from tests.domain.conftest import somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


def settle(prop, currency):
    PropertySettings.objects.filter(property=prop).update(currency=currency)


def locked(prop):
    with transaction.atomic():
        return property_lock(prop.pk)


def test_who_has_waited_for_the_lock_has_the_settings_of_now(hotel):
    assert property_kept(property_id=hotel.pk).settings.currency == "EUR"
    found = []

    def wait():
        try:
            found.append(locked(hotel).settings.currency)
        finally:
            connections.close_all()

    waiting = threading.Thread(target=wait)
    with transaction.atomic():
        property_lock(hotel.pk)
        settle(hotel, "CHF")
        waiting.start()
        while waiting.is_alive() and not somebody_waits():
            time.sleep(0.01)
    waiting.join(10)

    assert found == ["CHF"]
    assert property_kept(property_id=hotel.pk).settings.currency == "CHF"


def test_a_change_that_is_undone_is_forgotten_under_the_lock(hotel):
    with transaction.atomic():
        before = property_lock(hotel.pk)
        with transaction.atomic():
            settle(hotel, "CHF")
            meanwhile = property_lock(hotel.pk)
            transaction.set_rollback(True)
        after = property_lock(hotel.pk)

    currencies = [one.settings.currency for one in (before, meanwhile, after)]
    assert currencies == ["EUR", "CHF", "EUR"]


def test_a_lock_takes_one_statement_while_nothing_has_changed(hotel, django_assert_num_queries):
    locked(hotel)

    with transaction.atomic(), django_assert_num_queries(1):
        property_lock(hotel.pk)


def test_a_property_that_is_deleted_has_no_lock(hotel):
    locked(hotel)
    Property.objects.filter(pk=hotel.pk).update(deleted_at="2026-01-01T00:00:00Z")

    with pytest.raises(DomainError, match="property_not_found"):
        locked(hotel)

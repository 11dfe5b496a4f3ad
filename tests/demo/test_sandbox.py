"""A property to try clients against."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.accounts.models import SiteSettings
from bookyflow.core.errors import DomainError
from bookyflow.demo.sandbox import MOST, sandbox_properties, sandbox_property_make
from bookyflow.reservations.models import Booking
from bookyflow.rooms.models import Room
from bookyflow.tariffs.models import DailyRate

pytestmark = pytest.mark.django_db


def test_it_has_rooms_prices_and_bookings_and_writes_to_nobody(manager):
    prop = sandbox_property_make(owner=manager, known=0)

    assert (prop.is_test, prop.is_published) == (True, True)
    assert list(sandbox_properties(manager)) == [prop]
    assert Room.objects.filter(property=prop).count() == 10
    assert DailyRate.objects.filter(property=prop).count() == 2 * 365
    assert Booking.objects.filter(property=prop).count() == 5
    assert not ProcrastinateJob.objects.filter(task_name__contains="mail").exists()


def test_a_repetition_makes_none(manager):
    sandbox_property_make(owner=manager, known=0)

    with pytest.raises(DomainError, match="already"):
        sandbox_property_make(owner=manager, known=0)
    assert sandbox_property_make(owner=manager, known=1).name == "Test hotel 2"


def test_there_is_an_end(manager, hotel):
    for _ in range(MOST):
        hotel.pk, hotel.is_test = None, True
        hotel.save(force_insert=True)
        manager.access.create(property=hotel)

    with pytest.raises(DomainError, match="At most"):
        sandbox_property_make(owner=manager, known=MOST)


def test_a_strict_site_does_not_publish_it(manager):
    SiteSettings.objects.update_or_create(
        pk=1, defaults={"approves_automatically": False, "only_country": "DE"}
    )

    prop = sandbox_property_make(owner=manager, known=0)

    assert (prop.is_published, prop.country) == (False, "DE")
    assert Booking.objects.filter(property=prop).count() == 5

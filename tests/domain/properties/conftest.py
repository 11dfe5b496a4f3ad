from __future__ import annotations

import pytest

from bookyflow.core.acting import Actor
from bookyflow.core.dates import today_in
from bookyflow.events.models import Event
from bookyflow.properties.models import Property
from bookyflow.tariffs.models import DailyRate, TariffType


@pytest.fixture
def complete(manager, hotel) -> Property:
    """The hotel, not published, with all that visitors need to see."""
    furnish(hotel)
    Property.objects.filter(pk=hotel.pk).update(is_published=False)
    hotel.refresh_from_db()
    return hotel


@pytest.fixture
def boss(super_manager) -> Actor:
    """A super manager who acts."""
    return Actor(user_id=super_manager.pk)


def furnish(prop: Property) -> Property:
    """Give a property with rooms a street and a price."""
    tariff_type = TariffType.objects.create(
        property=prop, room_type=prop.rooms.first().room_type, name="Standard"
    )
    DailyRate.objects.create(
        property=prop, tariff_type=tariff_type, date=today_in("UTC"), price=100
    )
    prop.street = "1 Quay"
    prop.save(update_fields=["street"])
    return prop


def kinds(prop: Property | None = None) -> list[str]:
    """The kinds of all events so far, or of those of a property, in order."""
    found = Event.objects.order_by("id")
    if prop is not None:
        found = found.filter(property_id=prop.pk)
    return list(found.values_list("kind", flat=True))

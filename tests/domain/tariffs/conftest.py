from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from bookyflow.core.dates import Stay
from bookyflow.properties.models import PropertySettings
from bookyflow.rooms.models import RoomType
from bookyflow.tariffs.tariff_types import tariff_save


@pytest.fixture
def june_2030():
    """The first of June, a Saturday, at ten in the morning."""
    with time_machine.travel("2030-06-01T10:00:00Z", tick=False):
        yield


@pytest.fixture
def double(hotel):
    return RoomType.objects.get(name="Double", property=None)


@pytest.fixture
def twin(hotel):
    """A second room type that the hotel can use."""
    return RoomType.objects.get(name="Twin", property=None)


@pytest.fixture
def save(hotel, double, by):
    """Write a tariff of the hotel's doubles; 100 on `nights` days from 1 June unless told."""

    def write(prices=None, min_stays=None, *, tariff_type_id=None, prop=hotel, nights=30, **terms):
        if prices is None:
            first = date(2030, 6, 1)
            prices = {first + timedelta(days=n): Decimal(100) for n in range(nights)}
        return tariff_save(
            property_id=prop.pk,
            tariff_type_id=tariff_type_id,
            room_type_id=terms.pop("room_type_id", double.pk),
            prices=prices,
            min_stays=min_stays or {min(prices): 1},
            conditions=terms,
            by=by,
        )

    return write


def june(day: int) -> date:
    """A day of June 2030."""
    return date(2030, 6, day)


def in_june(first: int, last: int) -> Stay:
    """A stay from one day of June 2030 to another."""
    return Stay(june(first), june(last))


def settings_set(prop, **values) -> None:
    """Give a property settings, in the database and in this object."""
    PropertySettings.objects.filter(property=prop).update(**values)
    prop.settings.refresh_from_db()

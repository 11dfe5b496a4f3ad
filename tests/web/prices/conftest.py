from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bookyflow.core.acting import SYSTEM
from bookyflow.properties.models import Property
from bookyflow.rooms.models import RoomType
from bookyflow.tariffs.models import TariffType
from bookyflow.tariffs.services import base_price_set
from tests.conftest import make_hotel


@pytest.fixture
def house(manager) -> Property:
    """A hotel of the manager with three doubles at 100 a night."""
    made = make_hotel(manager, name="Quay House")
    double_of(made).property_types.add(made.property_type)
    base_price_set(property_id=made.pk, price=Decimal(100), max_people=2, by=SYSTEM)
    return made


@pytest.fixture
def plan(house) -> TariffType:
    """Its one rate plan."""
    return TariffType.objects.get(property=house)


@pytest.fixture
def here(house) -> str:
    """Where its prices are."""
    return f"/bookyflow/p/{house.pk}/prices"


@pytest.fixture
def day(house):
    """A day by its number from today on."""

    def of(number: int) -> date:
        return house.settings.today() + timedelta(days=number)

    return of


def double_of(house: Property) -> RoomType:
    return house.rooms.first().room_type

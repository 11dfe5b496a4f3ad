from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import today_in
from bookyflow.properties.models import PropertySettings, TariffMode
from bookyflow.rooms.models import RoomType
from bookyflow.tariffs.models import DailyRate
from bookyflow.tariffs.services import base_price_set

BASE = "/bookyflow/api/tariffs/"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def pricer(client_for):
    """A client that may read and change prices."""
    return client_for("tariffs_get tariffs_set")


@pytest.fixture
def double(hotel):
    """The room type of the hotel's three rooms."""
    return RoomType.objects.get(name="Double", property=None)


@pytest.fixture
def priced(hotel):
    """The hotel, with every night of two years at 100."""
    base_price_set(property_id=hotel.pk, price=Decimal(100), max_people=4, by=SYSTEM)
    return hotel


def mode_of(prop, mode: TariffMode, **settings: Any) -> None:
    """Put a property into a tariff mode."""
    PropertySettings.objects.filter(property=prop).update(tariff_mode=mode, **settings)
    prop.settings.refresh_from_db()


def day(ahead: int) -> str:
    """The date so many days from today."""
    return (today_in("UTC") + timedelta(days=ahead)).isoformat()


def unix(ahead: int) -> int:
    """The first second of the day so many days from today."""
    return int(datetime.fromisoformat(day(ahead)).replace(tzinfo=UTC).timestamp())


def value(response: Any) -> Any:
    """What a success answers, under whichever key."""
    assert response.status_code == 200, response.content
    (found,) = response.json()["data"].values()
    return found


def refusal(response: Any) -> tuple[int, str, list[str]]:
    """Status, key and the fields at fault."""
    body = response.json()
    return response.status_code, body["key"], sorted(body["fields"])


def rates(tariff_type_id: int) -> list[tuple[str, str, int]]:
    """Date, price and minimum stay of the nights of a tariff."""
    found = DailyRate.objects.filter(tariff_type=tariff_type_id).order_by("date")
    return [(rate.date.isoformat(), f"{rate.price:.2f}", rate.min_stay) for rate in found]

"""An inn that anybody may book, and how."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookyflow.rooms.models import RoomType
from tests.domain.reservations.conftest import price

GUEST = {
    "firstname": "Grace",
    "surname": "Hopper",
    "email": "grace@guest.example",
    "tel_mobile": "+1 555 0100",
    "country": "US",
    "region": "US-NY",
}


@pytest.fixture
def double():
    return RoomType.objects.get(name="Double", property=None)


@pytest.fixture
def inn(hotel, double):
    price(hotel, double, 120)
    return hotel


@pytest.fixture
def asked(inn, double):
    first = inn.settings.today() + timedelta(days=30)
    return {
        "property_uid": inn.pk,
        "arrival": first.isoformat(),
        "departure": (first + timedelta(days=3)).isoformat(),
        "rooms": [{"room_type_uid": double.pk}],
        "adults": 2,
    }


@pytest.fixture
def quoted(anonymous, asked):
    def ask(**changes):
        answer = anonymous.post("/bookyflow/api/booking/quote", asked | changes)
        assert answer.status_code == 200, answer.json()
        return answer.json()["data"]["quote"]

    return ask


@pytest.fixture
def held(anonymous, quoted):
    answer = anonymous.post("/bookyflow/api/booking/hold", {"quote": quoted()["quote"]})
    assert answer.status_code == 201, answer.json()
    return answer.json()["data"]["hold"]


def secret(held):
    return {"HTTP_X_BOOKYFLOW_BOOKING_TOKEN": held["token"]}

"""An inn that anybody may book, and how."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookyflow.rooms.models import RoomType
from tests.domain.reservations.conftest import price

API = "/bookyflow/api/booking"
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
    """Price what is asked for, but for changes."""

    def ask(**changes):
        return data(anonymous.post(f"{API}/quote", asked | changes))

    return ask


@pytest.fixture
def hold(anonymous, quoted):
    """Hold what is quoted, by this quote or by a new one."""

    def post(quote=None, **headers):
        return anonymous.post(f"{API}/hold", {"quote": quote or quoted()["quote"]}, **headers)

    return post


@pytest.fixture
def held(hold):
    return data(hold(), 201)


@pytest.fixture
def confirm(anonymous, quoted):
    """Book what is held, by this quote, or by a new one; `also` goes into the body."""

    def post(quote=None, *, held=None, also=(), **headers):
        what = {"reference": held["reference"]} if held else {"quote": quote or quoted()["quote"]}
        headers = (secret(held) if held else {}) | headers
        return anonymous.post(f"{API}/confirm", what | {"guest": GUEST} | dict(also), **headers)

    return post


@pytest.fixture
def read(anonymous):
    """Read what is held or booked."""

    def get(found, **headers):
        return anonymous.get(f"{API}/{found['reference']}", **secret(found) | headers)

    return get


@pytest.fixture
def cancel(anonymous):
    """Cancel what is booked, or let go what is held."""

    def delete(found, **headers):
        return anonymous.delete(f"{API}/{found['reference']}", **secret(found) | headers)

    return delete


def data(answer, status=200):
    """What a success answers, under whichever key."""
    assert answer.status_code == status, answer.json()
    (value,) = answer.json()["data"].values()
    return value


def told(answer):
    """The status of an answer, and why it refuses."""
    return answer.status_code, answer.json().get("key")


def secret(held):
    return {"HTTP_X_BOOKYFLOW_BOOKING_TOKEN": held["token"]}

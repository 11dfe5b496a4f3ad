"""The desk of an inn with three doubles at 120 a night, and a booking there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookyflow.reservations.models import Booking
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import Extra, TaxRate
from tests.domain.reservations.conftest import price, settle
from tests.examples import as_shown, example

API = "/bookyflow/api/desk"
EVERYTHING = "bookings_get bookings_set desk_set guests_get guests_set"
# What is another in each answer, or called otherwise in this inn than in the examples.
OWN = (
    *("contract_uid", "booking_number", "property_uid", "guests_uid", "arrival", "departure"),
    *("room_uid", "room_type_uid", "room_type", "room_name", "line_uid", "first_night"),
    *("last_night", "note_uid", "user_uid", "payment_uid", "invoice_uid", "reverses_uid"),
    *("created_at", "changed_at", "checked_in_at", "checked_out_at", "ended_at", "at"),
    *("description", "explanation", "tariff_type_uid", "issue_date", "due_date"),
)


@pytest.fixture
def double():
    return RoomType.objects.get(name="Double", property=None)


@pytest.fixture
def inn(hotel, double):
    """Nothing is due in advance; accommodation and breakfast are taxed."""
    settle(hotel, deposit_kind="none", accommodation_tax_rate=20)
    price(hotel, double, 120)
    return hotel


@pytest.fixture
def breakfast(inn):
    tax_rate = TaxRate.objects.create(code="R10", description="VAT", rate=10)
    return Extra.objects.create(
        property=inn, name="Breakfast", price=8, model="per_person_per_night", tax_rate=tax_rate
    )


@pytest.fixture
def asked(inn, double):
    """A stay that begins today."""
    first = inn.settings.today()
    return {
        "arrival": first.isoformat(),
        "departure": (first + timedelta(days=3)).isoformat(),
        "rooms": [{"room_type_uid": double.pk}],
        "adults": 2,
        "guest": {"firstname": "Grace", "surname": "Hopper", "email": "grace@guest.example"},
    }


@pytest.fixture
def desk(client_for, receptionist):
    """Somebody at the desk, who may do there all that there is to do."""
    return client_for(EVERYTHING, user=receptionist)


@pytest.fixture
def book(desk, inn, asked):
    """Book what is asked for, but for changes."""

    def post(**changes):
        return data(desk.post(f"{API}/{inn.pk}/bookings", asked | changes), 201)

    return post


@pytest.fixture
def booked(book):
    return book()


@pytest.fixture
def like_the_examples(asked, breakfast):
    """What the examples ask for, in this inn."""
    shown = example("desk.create_booking").request
    Room.objects.update(name="Sea room")
    return shown | asked | {"extras": {str(breakfast.pk): 1}, "guest": shown["guest"]}


@pytest.fixture
def shown_booking(book, like_the_examples):
    return book(**like_the_examples)


def at(booked, path=""):
    """The address of what belongs to a booking."""
    uid = booked.pk if isinstance(booked, Booking) else booked["contract_uid"]
    home = booked.property_id if isinstance(booked, Booking) else booked["property_uid"]
    return f"{API}/{home}/bookings/{uid}/{path}".rstrip("/")


def data(response, status=200):
    """What a success answers, under whichever key."""
    assert response.status_code == status, response.content
    (value,) = response.json()["data"].values()
    return value


def told(response):
    """The status and key of a refusal."""
    return response.status_code, response.json()["key"]


def like(answer, action):
    """The answer, compared with the example of the action."""
    shown = example(f"desk.{action}").answer
    assert as_shown(answer, shown, *OWN) == shown
    return answer

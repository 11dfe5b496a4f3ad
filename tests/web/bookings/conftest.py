from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.core.acting import Actor
from bookyflow.guests.services import GuestDetails
from bookyflow.properties.models import Property, PropertySettings
from bookyflow.reservations.models import Booking
from bookyflow.reservations.services import Remarks
from bookyflow.reservations.staff_booking import StaffBooking, staff_book
from bookyflow.reservations.stay_request import RoomRequest, StayRequest
from bookyflow.rooms.models import Room, RoomType
from tests.accounts.conftest import make_user
from tests.conftest import make_hotel
from tests.domain.reservations.conftest import price

ADA = GuestDetails("Lovelace", "Ada", "ada@guest.example")


def make_house(owner: User) -> Property:
    """Three doubles for two at 120 a night, with no deposit."""
    house = make_hotel(owner, name="Quay House")
    Room.objects.filter(property=house).update(max_adults=2, max_occupancy=2)
    PropertySettings.objects.filter(property=house).update(deposit_kind="none")
    price(house, RoomType.objects.get(name="Double", property=None), 120, nights=120)
    return Property.objects.select_related("settings", "property_type").get(pk=house.pk)


def make_booking(
    house: Property, by: Actor, *, start: int = 0, nights: int = 2, guest=ADA, room: str = ""
) -> Booking:
    """A double for two, booked by staff from `start` days after today; a certain room if told."""
    arrival = house.settings.today() + timedelta(days=start)
    double = Room.objects.filter(property=house).first().room_type_id
    certain = Room.objects.get(property=house, number=room).pk if room else None
    rooms = (RoomRequest(double, certain),)
    asked = StayRequest(arrival, arrival + timedelta(days=nights), rooms, adults=2)
    return staff_book(property_id=house.pk, asked=StaffBooking(asked, guest, Remarks()), by=by)


@pytest.fixture
def house(manager) -> Property:
    return make_house(manager)


@pytest.fixture
def url(house) -> str:
    """Where the pages of the house are."""
    return f"/bookyflow/p/{house.pk}"


@pytest.fixture
def booking(house, actor) -> Booking:
    """From today, for two nights at 120."""
    return make_booking(house, actor)


@pytest.fixture
def at(url, booking) -> str:
    """Where the pages of the booking are."""
    return f"{url}/bookings/{booking.pk}"


@pytest.fixture
def desk(house) -> Client:
    """A receptionist of the house."""
    user = make_user("rita", AccessLevel.RECEPTIONIST)
    house.staff.create(user=user)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def stranger(other_manager) -> Client:
    """A manager of other properties."""
    client = Client()
    client.force_login(other_manager)
    return client

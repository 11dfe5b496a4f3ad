"""A hotel with prices, its manager at the desk, and bookings of any state."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from bookyflow.core.acting import SYSTEM
from bookyflow.reservations.models import Booking
from bookyflow.rooms.models import Room, RoomType
from tests.conftest import hotel, manager, receptionist, stranger  # noqa: F401  # not web's own
from tests.domain.conftest import book, stay
from tests.domain.reservations.conftest import fresh, price

FAR = 60  # days ahead that nothing else is on


@pytest.fixture
def inn(hotel):  # noqa: F811  # the fixture
    """Three doubles at 120 a night."""
    price(hotel, RoomType.objects.get(name="Double", property=None), 120, nights=90)
    return fresh(hotel)


@pytest.fixture
def today(inn):
    return inn.settings.today()


@pytest.fixture
def at_desk(receptionist) -> Client:  # noqa: F811  # the fixture
    client = Client()
    client.force_login(receptionist)
    return client


@pytest.fixture
def booked(inn):
    """Make a booking from so many days ahead, in a state and a room if told."""

    def make(start=0, nights=2, *, room="", prop=None, **fields):
        first = start if start >= 0 else FAR + start  # nobody books for days that are over
        booking = book(prop or inn, stay(first, nights), by=SYSTEM)
        if first != start:
            when = stay(start, nights)
            booking.occupancies.update(nights=DateRange(when.arrival, when.departure))
            fields |= {
                "arrival": when.arrival,
                "departure": when.departure,
                "departs_on": when.departure,
            }
        if room:
            number = Room.objects.get(property=booking.property_id, number=room)
            booking.occupancies.update(room=number)
        Booking.objects.filter(pk=booking.pk).update(**fields)
        return Booking.objects.get(pk=booking.pk)

    return make


@pytest.fixture
def day(today):
    """The day so many days from today."""
    return lambda ahead: today + timedelta(days=ahead)

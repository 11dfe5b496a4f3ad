from __future__ import annotations

import pytest

from bookyflow.guests.services import GuestDetails
from bookyflow.reservations.models import Booking
from tests.domain.conftest import book, stay

GUEST = GuestDetails(
    surname="Berger",
    first_name="Ada",
    email="ada.berger@mail.example",
    phone="+43 1 000000",
    mobile="+43 660 000000",
    house="4",
    street="Ring",
    town="Wien",
    region="AT-9",
    postcode="1010",
    country="AT",
)


@pytest.fixture
def desk(client_for, receptionist):
    """Who works at the desk and may know who the guests are."""
    return client_for("guests_get bookings_get", user=receptionist)


@pytest.fixture
def booking(hotel):
    """Five nights from tomorrow for 570, with a wish."""
    made = book(hotel, stay(1, 5), guest=GUEST, price=570)
    made.remarks = "Late arrival"
    made.adults, made.children = 2, 0
    made.save(update_fields=["personal", "adults", "children"])
    return Booking.objects.get(pk=made.pk)

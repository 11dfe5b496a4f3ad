"""A stay is booked from the calendar to the confirmation, with the session's id alone."""

from __future__ import annotations

import pytest

from bookyflow.reservations.models import Booking
from tests.features.booking.conftest import data

pytestmark = pytest.mark.django_db


def test_a_stay_is_booked(form):
    begun = form.begin()
    assert (begun["booking_model"], begun["bypass_confirmation"]) == ("MRP", True)
    assert data(form.set_dates()) == {"valid": True}
    assert data(form.set_party()) == {"valid": True}
    offered = data(form.get("rooms"))
    (room_type,) = offered["room_types"].values()
    pair = room_type["room_type_rooms"][0]["hatPairs"][0]
    chosen = data(form.choose(pair))
    assert (chosen["valid"], chosen["hatPair"]) == (True, pair)
    (price,) = data(form.get("prices"))
    assert (price["total"], price["accommodation_total_inc_tax"]) == ("360.00", "360.00")
    assert data(form.set_address()) == {"valid": True}
    assert data(form.get("validate/booking"))["valid"] is True
    assert data(form.get("ok_to_book")) == {"response": True}

    assert data(form.create()) == {"valid": True}

    booking = Booking.objects.get()
    assert (booking.state, booking.total, booking.adults) == ("provisional", 360, 2)
    assert booking.booked_for().surname == "Hopper"

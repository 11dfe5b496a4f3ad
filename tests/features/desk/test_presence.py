"""Guests checked in and out at the desk."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bookyflow.reservations.models import Booking
from tests.conftest import make_hotel
from tests.examples import example
from tests.features.desk.conftest import API, at, data, like, told

pytestmark = pytest.mark.django_db

STEPS = {
    "check_in": ("put", "checkin"),
    "check_out": ("put", "checkout"),
    "undo_check_out": ("delete", "checkout"),
    "undo_check_in": ("delete", "checkin"),
}


@pytest.fixture
def call(desk):
    """Take a step with a booking."""

    def send(booked, action, **headers):
        method, path = STEPS[action]
        body = example(f"desk.{action}").request
        return getattr(desk, method)(at(booked, path), body, **headers)

    return send


def test_a_guest_comes_and_goes(call, shown_booking):
    like(data(call(shown_booking, "check_in")), "check_in")
    like(data(call(shown_booking, "check_out")), "check_out")
    like(data(call(shown_booking, "undo_check_out")), "undo_check_out")


def test_a_guest_has_not_come_after_all(call, shown_booking):
    call(shown_booking, "check_in")

    like(data(call(shown_booking, "undo_check_in")), "undo_check_in")


@pytest.mark.parametrize("action", STEPS)
def test_a_step_that_there_is_not(call, desk, booked, action):
    desk.put(at(booked, "cancellation"))

    assert told(call(booked, action)) == (409, "booking_state")


@pytest.mark.parametrize("action", STEPS)
def test_another_propertys_booking(call, client_for, booked, manager, receptionist, action):
    other = make_hotel(manager, receptionist, name="Hill House")

    assert told(call(booked | {"property_uid": other.pk}, action)) == (404, "booking_not_found")


def test_before_the_day_of_arrival_only_when_somebody_says_so(desk, book, inn):
    booked = book(arrival=(inn.settings.today() + timedelta(days=1)).isoformat())

    assert told(desk.put(at(booked, "checkin"))) == (409, "too_early")
    assert data(desk.put(at(booked, "checkin"), {"override": True}))["status"] == "checked_in"


def test_a_room_whose_last_guest_has_not_left(desk, booked, book):
    desk.put(at(booked, "checkin"))
    desk.put(at(booked, "checkout"), {"free_remaining": True})
    later = book(rooms=[{"room_uid": booked["rooms"][0]["room_uid"]}], **tomorrow(booked))
    desk.delete(at(booked, "checkout"))

    assert told(desk.put(at(later, "checkin"))) == (409, "too_early")
    Booking.objects.filter(pk=later["contract_uid"]).update(arrival=booked["arrival"])
    assert told(desk.put(at(later, "checkin"))) == (409, "room_occupied")
    desk.put(at(booked, "checkout"))
    assert data(desk.put(at(later, "checkin")))["status"] == "checked_in"
    assert told(desk.delete(at(booked, "checkout"))) == (409, "room_occupied")
    assert data(desk.delete(at(booked, "checkout?override=true")))["status"] == "checked_in"
    desk.delete(at(later, "checkin"))
    assert data(desk.put(at(later, "checkin"), {"override": True}))["status"] == "checked_in"


def tomorrow(booked):
    """The stay of a booking, but for its first night."""
    first = date.fromisoformat(booked["arrival"]) + timedelta(days=1)
    return {"arrival": first.isoformat(), "departure": booked["departure"]}


def test_nights_that_are_left_can_be_sold_again(desk, booked, inn):
    desk.put(at(booked, "checkin"))

    left = data(desk.put(at(booked, "checkout"), {"free_remaining": True}))

    tomorrow = inn.settings.today() + timedelta(days=1)
    assert (left["departure"], left["total"]) == (tomorrow.isoformat(), booked["total"])


@pytest.mark.parametrize("body", [{"override": "perhaps"}, ["override"], {"override": None}])
def test_an_override_is_yes_or_no(desk, booked, body):
    assert desk.put(at(booked, "checkin"), body).status_code == 400
    assert Booking.objects.get().checked_in_at is None


@pytest.mark.parametrize("action", STEPS)
def test_only_while_the_booking_is_as_it_is_known(call, booked, action):
    assert told(call(booked, action, HTTP_IF_MATCH='"v9"')) == (412, "precondition_failed")


def test_no_such_booking(desk, inn):
    for path in ("", "/checkin", "/guest", "/no_show"):
        method = desk.get if path in {"", "/guest"} else desk.put
        found = method(f"{API}/{inn.pk}/bookings/{10**15}{path}")
        assert told(found) == (404, "booking_not_found")

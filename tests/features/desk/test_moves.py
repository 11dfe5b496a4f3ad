"""Bookings moved to other rooms at the desk."""

from __future__ import annotations

from datetime import date

import pytest

from bookyflow.availability.models import Allotment
from bookyflow.properties.models import PropertySettings
from bookyflow.rooms.models import Room, RoomType
from tests.conftest import make_hotel
from tests.features.desk.conftest import API, at, data, like, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def move(desk, hotel):
    """Move a booking from the room that it has to the one of a number."""

    def post(booked, number, **changes):
        rooms = {
            "from_room_uid": booked["rooms"][0]["room_uid"],
            "to_room_uid": Room.objects.get(property=hotel, number=number).pk,
        }
        return desk.post(at(booked, "moves"), rooms | changes)

    return post


def test_a_booking_gets_another_room(move, shown_booking):
    like(data(move(shown_booking, "2")), "move_booking")


def test_a_room_that_somebody_has(move, book, shown_booking):
    assert book(adults=1)["rooms"][0]["room_number"] == "2"

    assert told(move(shown_booking, "2")) == (409, "room_taken")


def test_rooms_that_are_not_the_bookings_or_not_there(move, booked, manager):
    other = make_hotel(manager, name="Hill House").rooms.first()

    assert told(move(booked, "2", from_room_uid=other.pk)) == (404, "room_not_found")
    assert told(move(booked, "2", to_room_uid=other.pk)) == (409, "room_taken")
    assert told(move(booked, "2", to_room_uid=0)) == (400, "validation_failed")


@pytest.mark.parametrize(
    ("key", "places", "guests"),
    [
        ("too_many_adults", {"max_adults": 1, "max_occupancy": 1}, {}),
        ("too_many_children", {"max_children": 0}, {"adults": 1, "child_ages": [3]}),
        ("too_many_guests", {"max_occupancy": 1}, {"adults": 1, "child_ages": [3]}),
    ],
)
def test_a_room_that_is_too_small(move, book, key, places, guests):
    PropertySettings.objects.update(allow_children=True, children_count_for_capacity=True)
    Room.objects.update(max_adults=2, max_children=2, max_occupancy=2)
    booked = book(**guests)
    Room.objects.filter(number="2").update(**places)

    assert told(move(booked, "2")) == (409, key)


def test_a_house_that_takes_no_children_any_more(move, book):
    PropertySettings.objects.update(allow_children=True, children_count_for_capacity=False)
    booked = book(child_ages=[3])
    PropertySettings.objects.update(allow_children=False)

    assert told(move(booked, "2")) == (409, "children_not_allowed")


@pytest.mark.parametrize(
    ("key", "limit"),
    [("stop_sell", {"stop_sell": True}), ("no_room_available", {"max_to_sell": 0})],
)
def test_a_room_of_another_type_that_is_not_for_sale(move, booked, inn, key, limit):
    suite = RoomType.objects.create(name="Suite", property=inn)
    Room.objects.filter(number="2").update(room_type=suite)
    night = date.fromisoformat(booked["arrival"])
    Allotment.objects.create(property=inn, room_type=suite, date=night, **limit)

    assert told(move(booked, "2")) == (409, key)
    assert data(move(booked, "2", override=["stop_sell"]))["rooms"][0]["room_type"] == "Suite"


def test_a_booking_that_is_over_or_not_there(desk, move, booked, inn):
    assert told(move(booked | {"contract_uid": 10**15}, "2")) == (404, "booking_not_found")
    desk.put(at(booked, "cancellation"))
    assert told(move(booked, "2")) == (409, "booking_state")
    assert told(desk.post(f"{API}/{inn.pk}/bookings/1/moves", {})) == (400, "validation_failed")

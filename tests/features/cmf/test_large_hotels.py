"""A large hotel is as much work for PostgreSQL as its rooms are many, and not their square."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from bookyflow.availability.models import Occupancy
from bookyflow.channels.models import ChannelProperty
from bookyflow.guests.models import Guest
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking
from bookyflow.rooms.models import Room
from tests.conftest import make_hotel
from tests.domain.reservations.conftest import price
from tests.features.cmf.conftest import BASE, reservation, sent, stay_info

SMALL, LARGE = 50, 200  # rooms
STAYS, EVERY, NIGHTS = 8, 4, 2  # of each room; days from one to the next
OTHERS = 200  # hotels with a room and a stay each, as most have few
PROPORTIONATE = 1.6  # times as much as rooms are more: sorting, and what is the same for all
VALUES = re.compile(r"'[^']*'|\b\d+\b")  # in statements that are bound by the client
LITTLE = 3_000  # rows that are looked at
LISTEN = """
LOAD 'auto_explain';
SET LOCAL auto_explain.log_min_duration = 0;
SET LOCAL auto_explain.log_analyze = on;
SET LOCAL auto_explain.log_timing = off;
SET LOCAL auto_explain.log_format = json;
SET LOCAL client_min_messages = log;
SET LOCAL plan_cache_mode = force_generic_plan;
ANALYZE availability_occupancy, rooms_room, reservations_booking, properties_property
"""
pytestmark = pytest.mark.django_db


def stays(prop, rooms, count):
    """Bookings of so many stays in each room, as close to each other as in a hotel that is half
    full; the nights between are nowhere three."""
    today = prop.settings.today()
    found = [
        (room, today + timedelta(turn * EVERY + number % EVERY))
        for number, room in enumerate(rooms)
        for turn in range(count)
    ]
    guest = Guest.objects.create(property=prop, surname="Guest")
    bookings = Booking.objects.bulk_create(
        Booking(
            property=prop,
            guest=guest,
            number=f"{prop.pk}-{number}",
            state="confirmed",
            arrival=arrival,
            departure=arrival + timedelta(NIGHTS),
            departs_on=arrival + timedelta(NIGHTS),
            adults=2,
            currency="EUR",
            total=Decimal(240),
        )
        for number, (_, arrival) in enumerate(found)
    )
    Occupancy.objects.bulk_create(
        Occupancy(
            property=prop,
            room=room,
            room_type_id=room.room_type_id,
            nights=DateRange(arrival, arrival + timedelta(NIGHTS)),
            kind="booking",
            booking=booking,
        )
        for booking, (room, arrival) in zip(bookings, found, strict=True)
    )


def more_rooms(prop, number):
    """Rooms beside the three that the hotel has; all of them."""
    (first, *_) = Room.objects.filter(property=prop)
    kind = first.room_type_id
    Room.objects.bulk_create(
        Room(property=prop, room_type_id=kind, number=f"{n:03}") for n in range(3, number)
    )
    return list(Room.objects.filter(property=prop).order_by("number"))


@pytest.fixture
def hotels(manager, linked, double):
    """A small one and a large one, of which the channel has both, among many others."""
    others = Property.objects.bulk_create(
        Property(name=f"Other {n}", property_type_id=1, country="GB") for n in range(OTHERS)
    )
    rooms = Room.objects.bulk_create(
        Room(property=prop, room_type=double, number="1") for prop in others
    )
    small, large = (make_hotel(manager, name=name) for name in ("Small", "Large"))
    for prop, room in zip(others, rooms, strict=True):
        prop.settings = small.settings
        stays(prop, [room], 1)
    for prop, number in ((small, SMALL), (large, LARGE)):
        ChannelProperty.objects.create(channel=linked, property=prop, remote_id=prop.name)
        price(prop, double, 120, nights=60)
        stays(prop, more_rooms(prop, number), STAYS)
    return small, large


@pytest.fixture
def looked_at(hotels):
    """What statements look at from now on, by their texts: rows, of all steps of their plans."""
    found = {}

    def hear(notice):
        _, said, plan = str(notice.message_primary).partition("plan:")
        if said:
            told = json.loads(plan)
            text = VALUES.sub("?", " ".join(told["Query Text"].split()))
            found[text] = found.get(text, 0) + rows_of(told["Plan"])

    with connection.cursor() as cursor:
        cursor.execute(LISTEN)
    connection.connection.add_notice_handler(hear)
    yield found
    connection.connection.remove_notice_handler(hear)


def rows_of(step):
    """How many rows a step of a plan and all below it have seen."""
    counted = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter")
    own = sum(step.get(name, 0) for name in counted) * step["Actual Loops"]
    return own + sum(map(rows_of, step.get("Plans", ())))


def quote(client, prop, double, *, nights):
    first = prop.settings.today() + timedelta(20)
    body = {
        "property_uid": prop.pk,
        "arrival": str(first),
        "departure": str(first + timedelta(nights)),
        "rooms": [{"room_type_uid": double.pk, "adults": 2}],
    }
    return client.post("/bookyflow/api/booking/quote", body)


def dated(client, prop, path, *, days):
    first = prop.settings.today() + timedelta(20)
    return client.get(f"{BASE}property/{path.format(prop.pk, first, first + timedelta(days))}")


def booked(client, prop, *, nights):
    one = reservation(f"R{prop.pk}{nights}", stay_info(prop, 20, 19 + nights))
    return client.put(f"{BASE}reservations/add", sent(one))


CALLS = {
    "a quote of nights that are free": lambda client, prop, double: quote(
        client, prop, double, nights=2
    ),
    "a quote for which others move": lambda client, prop, double: quote(
        client, prop, double, nights=3
    ),
    "a booking": lambda client, prop, double: booked(client, prop, nights=2),
    "a booking for which others move": lambda client, prop, double: booked(client, prop, nights=3),
    "the calendar": lambda client, prop, double: dated(client, prop, "calendar/{}/{}/{}", days=30),
    "what closes a day": lambda client, prop, double: dated(
        client, prop, "explain/{}/{}/{}/2", days=30
    ),
    "a price": lambda client, prop, double: dated(client, prop, "price/{}/{}/{}/2", days=2),
    "rooms that are free": lambda client, prop, double: dated(
        client, prop, "available/rooms/{}/{}/{}", days=2
    ),
    "a page of bookings": lambda client, prop, double: client.get(
        f"{BASE}property/list/bookings/{prop.pk}?limit=20"
    ),
}


@pytest.mark.parametrize("call", CALLS)
def test_no_statement_looks_at_more_for_each_room_of_a_large_hotel(
    ota, hotels, looked_at, double, call
):
    work = []
    for prop in hotels:
        looked_at.clear()
        answer = CALLS[call](ota, prop, double)
        assert answer.status_code == 200, answer.content
        work.append(dict(looked_at))

    small, large = work
    assert small
    most = PROPORTIONATE * LARGE / SMALL
    too_much = {
        text: (small.get(text, 0), rows)
        for text, rows in large.items()
        if rows > LITTLE and rows > most * small.get(text, 0)
    }
    assert too_much == {}

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.availability.models import Allotment, Occupancy, OccupancyKind
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import today_in
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.services import RoomsWanted
from bookyflow.rooms.models import Room, RoomFeature, RoomType
from bookyflow.tariffs.models import DailyRate, TariffType
from tests.domain.conftest import book, stay
from tests.examples import example
from tests.features.properties.conftest import BASE, read

pytestmark = pytest.mark.django_db


def day(ahead: int) -> str:
    return (today_in("UTC") + timedelta(days=ahead)).isoformat()


def free(client, prop, first, last):
    found = read(client, prop, f"availabilities/{day(first)}/{day(last)}")
    return [room["room_number"] for room in found.values()]


def timeline(client, prop, first, last):
    return read(client, prop, f"availabilities/timeline/{day(first)}/{day(last)}")


def test_rates_are_collapsed_and_sorted_by_their_first_day(reader, hotel):
    double = RoomType.objects.get(name="Double")
    late, early = (
        TariffType.objects.create(
            property=hotel,
            room_type=double,
            name=name,
            description=f"{name} birds only",
            max_people=2,
            weekend_only=weekend,
        )
        for name, weekend in (("Late", False), ("Early", True))
    )
    for tariff_type, ahead, price in (
        (late, 5, "110.5"),
        (late, 6, "110.5"),
        (late, 7, "90"),
        (early, -400, "80"),
    ):
        DailyRate.objects.create(
            tariff_type=tariff_type, property=hotel, date=day(ahead), price=Decimal(price)
        )
    first = DailyRate.objects.get(date=day(5))

    found = read(reader, hotel, "tariffs")

    assert [(row["validfrom"], row["validto"], row["roomrateperday"]) for row in found] == [
        (day(-400), day(-400), "80.00"),
        (day(5), day(6), "110.50"),
        (day(7), day(7), "90.00"),
    ]
    (shown,) = example("properties.list_tariffs").answer
    assert found[1] == shown | {
        "rates_uid": first.pk,
        "tarifftype_id": late.pk,
        "rate_title": "Late",
        "rate_description": "Late birds only",
        "validfrom": day(5),
        "validto": day(6),
        "roomrateperday": "110.50",
        "roomclass_uid": double.pk,
    }
    assert found[0]["weekendonly"] == 1


def test_no_rates(reader, hotel):
    assert read(reader, hotel, "tariffs") == []


def test_rooms_that_are_free_on_every_night(reader, hotel):
    room = hotel.rooms.get(number="2")
    Room.objects.filter(pk=room.pk).update(name="Sea room")
    view = RoomFeature.objects.create(name="Sea view")
    room.features.add(view)
    block_create(property_id=hotel.pk, stay=stay(5, 2), room_ids=[room.pk], by=SYSTEM)

    assert free(reader, hotel, 5, 6) == ["1", "3"]
    assert free(reader, hotel, 3, 5) == ["1", "2", "3"]
    assert free(reader, hotel, 7, 8) == ["1", "2", "3"]
    found = read(reader, hotel, f"availabilities/{day(7)}/{day(8)}")
    (shown,) = example("properties.list_available_rooms").answer.values()
    own = {"room_uid": room.pk, "room_number": "2", "room_classes_uid": room.room_type_id}
    own |= {"room_name": "Sea room", "room_features_uid": [view.pk]}
    assert found[str(room.pk)] == shown | own


def test_no_room_is_free(reader, hotel):
    block_create(property_id=hotel.pk, stay=stay(5, 2), by=SYSTEM)

    assert read(reader, hotel, f"availabilities/{day(6)}/{day(7)}") == {}


def test_where_whole_days_are_let_the_day_of_departure_is_one_of_them(reader, hotel):
    PropertySettings.objects.filter(property=hotel).update(whole_day_booking=True)
    room = hotel.rooms.get(number="2")
    block_create(property_id=hotel.pk, stay=stay(5, 2), room_ids=[room.pk], by=SYSTEM)

    assert free(reader, hotel, 3, 5) == ["1", "3"]
    assert free(reader, hotel, 3, 4) == ["1", "2", "3"]


def test_rooms_of_a_stopped_type_are_not_free(reader, hotel):
    double = RoomType.objects.get(name="Double")
    Allotment.objects.create(property=hotel, room_type=double, date=day(6), stop_sell=True)

    assert free(reader, hotel, 5, 7) == []
    assert free(reader, hotel, 5, 6) == ["1", "2", "3"]


@pytest.mark.parametrize(
    "path",
    [
        f"availabilities/{day(5)}/{day(5)}",
        f"availabilities/{day(5)}/{day(4)}",
        f"availabilities/{day(5)}/2199-01-01",
        f"availabilities/2027-02-30/{day(4)}",
        f"availabilities/timeline/{day(5)}/{day(4)}",
        f"availabilities/timeline/{day(5)}/2199-01-01",
        f"availabilities/timeline/2027-02-30/{day(4)}",
    ],
)
def test_impossible_periods_are_refused(reader, hotel, path):
    response = reader.get(f"{BASE}{hotel.pk}/{path}")

    assert (response.status_code, response.json()["key"]) == (400, "validation_failed")
    assert response.json()["fields"]


def test_one_entry_for_each_room_of_a_booking(reader, hotel):
    booking = book(hotel, stay(5, 3), rooms=RoomsWanted(quantity=2))
    rooms = sorted(booking.occupancies.values_list("room_id", flat=True))

    found = timeline(reader, hotel, 0, 30)

    (shown,) = example("properties.list_timeline_events").answer
    assert found == [
        shown
        | {
            "id": f"{booking.pk}_{room}",
            "resourceId": room,
            "room_uid": room,
            "contract_uid": booking.pk,
            "booking_number": booking.number,
            "title": booking.number,
            "state": "provisional",
            "start": day(5),
            "end": day(8),
            "this_contract_room_uids": rooms,
        }
        for room in rooms
    ]


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [(0, 4, 0), (0, 5, 1), (6, 6, 1), (8, 20, 1), (9, 20, 0), (0, 20, 1)],
)
def test_what_overlaps_or_touches_the_period(reader, hotel, first, last, found):
    book(hotel, stay(5, 3))

    assert len(timeline(reader, hotel, first, last)) == found


def test_blocks_are_there_and_what_has_ended_is_not(reader, hotel):
    cancelled = book(hotel, stay(1, 1))
    booking_cancel(booking_id=cancelled.pk, property_id=hotel.pk, by=SYSTEM)
    room = hotel.rooms.first()
    block_create(
        property_id=hotel.pk, stay=stay(3, 1), room_ids=[room.pk], reason="Ask Ada", by=SYSTEM
    )
    hold = hotel.rooms.last()
    nights = stay(3, 1)
    Occupancy.objects.create(
        property=hotel,
        room=hold,
        room_type=hold.room_type,
        nights=(nights.arrival, nights.departure),
        kind=OccupancyKind.HOLD,
        expires_at=f"{day(1)}T12:00:00Z",
    )

    (only,) = timeline(reader, hotel, 0, 9)

    assert (only["kind"], only["room_uid"]) == ("block", room.pk)


def test_nothing_personal_is_told(reader, hotel):
    book(hotel, stay(5, 3))
    block_create(property_id=hotel.pk, stay=stay(9, 1), reason="Lovelace moves in", by=SYSTEM)

    text = json.dumps(timeline(reader, hotel, 0, 30))

    assert not any(word in text for word in ("Lovelace", "Ada", "ada@guest.example"))


def test_many_bookings_take_the_same_statements(reader, hotel):
    counts = []
    for start in (1, 20):
        for ahead in range(start, start + start):
            book(hotel, stay(ahead, 1))
        with CaptureQueriesContext(connection) as captured:
            timeline(reader, hotel, 0, 60)
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 6

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import Stay
from bookyflow.properties.models import PropertySettings, PropertyText
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking
from bookyflow.reservations.services import RoomsWanted
from bookyflow.rooms.models import Room
from tests.domain.conftest import book
from tests.examples import example
from tests.features.reading import BASE, read, refusal, statements

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 10, 12, tzinfo=UTC)


@pytest.fixture
def keeper(client_for, receptionist):
    with time_machine.travel(NOW, tick=False):
        yield client_for("bookings_get", user=receptionist)


def nights(first: str, last: str) -> Stay:
    return Stay(date.fromisoformat(f"2027-{first}"), date.fromisoformat(f"2027-{last}"))


def rows(client, path):
    return [(row["CONTRACT_UID"], row["DEPARTURE"]) for row in read(client, path)]


def test_shows_the_rooms_of_the_month_by_departure(keeper, hotel):
    one, two = book(hotel, nights("06-20", "06-23")), book(hotel, nights("06-12", "06-21"))
    bare, named = (booking.room_ids()[0] for booking in (one, two))
    Room.objects.filter(pk=named).update(name="Captain", number="05")
    Room.objects.filter(pk=bare).update(number="01")

    found = read(keeper, f"cleaningschedule/{hotel.pk}")

    first, second = example("cleaningschedule.list").answer
    assert found == [
        first
        | {"ARRIVAL": "2027-06-12", "DEPARTURE": "2027-06-21"}
        | {"ROOM_UID": named, "CONTRACT_UID": two.pk},
        second
        | {"ARRIVAL": "2027-06-20", "DEPARTURE": "2027-06-23"}
        | {"ROOM_UID": bare, "CONTRACT_UID": one.pk},
    ]


def test_one_row_for_each_room_and_none_for_what_was_cancelled(keeper, hotel):
    two = book(hotel, nights("06-28", "06-30"), rooms=RoomsWanted(quantity=2))
    book(hotel, nights("06-29", "07-01"))
    gone = book(hotel, nights("06-20", "06-21"))
    booking_cancel(booking_id=gone.pk, property_id=hotel.pk, by=SYSTEM)
    block = block_create(property_id=hotel.pk, stay=nights("06-11", "06-12"), by=SYSTEM)

    found = rows(keeper, f"cleaningschedule/{hotel.pk}")

    assert found == [(block.pk, "2027-06-12")] * 3 + [(two.pk, "2027-06-30")] * 2


@pytest.mark.parametrize("month", ["2027-07", "2027-07-31", "2027-07/de", "2027-07-01/fr-FR"])
def test_another_month(keeper, hotel, month):
    kept = [book(hotel, nights(*when)) for when in (("06-30", "07-01"), ("07-30", "07-31"))]
    for when in (("06-29", "06-30"), ("07-31", "08-01")):
        book(hotel, nights(*when))

    found = rows(keeper, f"cleaningschedule/{hotel.pk}/{month}")

    assert found == [(kept[0].pk, "2027-07-01"), (kept[1].pk, "2027-07-31")]


@pytest.mark.parametrize("month", ["2027-13", "2027-00", "2027-02-30", "0000-01"])
def test_a_month_that_there_is_not(keeper, hotel, month):
    found = refusal(keeper, f"cleaningschedule/{hotel.pk}/{month}")

    assert found == (400, "validation_failed", ["year_month"])


@pytest.mark.parametrize("month", ["201702", "2017", "next", "2027-6"])
def test_what_is_no_month_is_no_address(keeper, hotel, month):
    assert refusal(keeper, f"cleaningschedule/{hotel.pk}/{month}")[0] == 404


def test_a_language_behind_the_property_is_one(keeper, hotel):
    book(hotel, nights("06-12", "06-16"))
    PropertyText.objects.create(
        property=hotel, field=PropertyText.Field.NAME, language="de-DE", text="Hafenhaus"
    )

    (found,) = read(keeper, f"cleaningschedule/{hotel.pk}/de")

    assert found["PROPERTYNAME"] == "Hafenhaus"
    assert read(keeper, f"cleaningschedule/{hotel.pk}")[0]["PROPERTYNAME"] == "Harbour House"


@pytest.mark.parametrize(
    ("zone", "moment", "month"),
    [
        ("Pacific/Auckland", "2027-06-30T11:59:59", "06"),
        ("Pacific/Auckland", "2027-06-30T12:00:00", "07"),
        ("Pacific/Honolulu", "2027-07-01T09:59:59", "06"),
        ("Pacific/Honolulu", "2027-07-01T10:00:00", "07"),
    ],
)
def test_the_month_is_that_of_the_property(client_for, hotel, zone, moment, month):
    PropertySettings.objects.filter(property=hotel).update(time_zone=zone)
    with time_machine.travel(NOW, tick=False):
        for when in (("06-29", "06-30"), ("06-30", "07-01")):
            book(hotel, nights(*when))
    with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False):
        ((_, departure),) = rows(client_for("bookings_get"), f"cleaningschedule/{hotel.pk}")

    assert departure[5:7] == month


def test_pages_and_statements(keeper, hotel):
    for number in range(2):
        book(hotel, nights(f"06-{11 + number}", f"06-{12 + number}"))
    few = statements(keeper, f"cleaningschedule/{hotel.pk}")
    for number in range(2, 19):
        book(hotel, nights(f"06-{11 + number}", f"06-{12 + number}"))
    Booking.objects.update(changed_at=NOW + timedelta(1))
    many = statements(keeper, f"cleaningschedule/{hotel.pk}")
    response = keeper.get(f"{BASE}cleaningschedule/{hotel.pk}?limit=10")
    rest = keeper.get(response["Link"].split(">")[0].strip("<"))

    assert (few[1], many[1]) == (2, 19)
    assert few[0] == many[0] <= 6
    whole = rows(keeper, f"cleaningschedule/{hotel.pk}")
    paged = [*response.json()["data"]["cleanschedule"], *rest.json()["data"]["cleanschedule"]]
    assert [(row["CONTRACT_UID"], row["DEPARTURE"]) for row in paged] == whole


def test_nothing_to_clean(keeper, hotel):
    assert read(keeper, f"cleaningschedule/{hotel.pk}") == []

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from bookyflow.billing.invoicing import invoice_cancel, invoice_issue, invoice_mark_paid
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import Stay
from bookyflow.guests.models import Guest
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import booking_cancel, booking_check_in, booking_no_show
from bookyflow.reservations.models import Booking, BookingState
from bookyflow.rooms.models import Room
from tests.domain.billing.conftest import add, take_back
from tests.domain.conftest import book, stay
from tests.examples import example
from tests.features.reading import read, statements

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 10, 12, tzinfo=UTC)


@pytest.fixture
def analyst(client_for, receptionist):
    with time_machine.travel(NOW, tick=False):
        yield client_for("statistics_get", user=receptionist)


@pytest.fixture
def paid(hotel):
    """A booking with an invoice that was issued at a moment and is paid."""

    def make(moment="2027-06-06T12:00:00", price=570, **changes):
        PropertySettings.objects.filter(property=hotel).update(**changes)
        with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False):
            booking = book(hotel, stay(1 + 3 * Booking.objects.count(), 1), price=price)
            invoice = invoice_issue(property_id=hotel.pk, booking_id=booking.pk, by=SYSTEM)
            return invoice_mark_paid(property_id=hotel.pk, invoice_id=invoice.pk, by=SYSTEM)

    return make


def chart(client, prop, path):
    return read(client, f"charts/{prop.pk}/{path}")


def months(**amounts):
    """Twelve amounts, those not named being nothing: m6="570.00"."""
    return [amounts.get(f"m{month}", "0.00") for month in range(1, 13)]


def test_income_by_year_and_month(analyst, hotel, paid):
    for price in (500, 70):
        paid(price=price)
    unpaid = book(hotel, stay(30, 1))
    invoice_issue(property_id=hotel.pk, booking_id=unpaid.pk, by=SYSTEM)

    assert chart(analyst, hotel, "bookings") == example("charts.bookings").answer


def test_currencies_are_never_added_up(analyst, hotel, paid):
    paid()
    paid(price=100, currency="USD")
    paid("2026-12-01T12:00:00", price=9000, currency="JPY")
    PropertySettings.objects.filter(property=hotel).update(currency="EUR")

    found = chart(analyst, hotel, "bookings")

    assert list(found) == ["2026", "2027"]
    assert found["2027"]["data"] == months(m6="570.00")
    assert found["2027"]["by_currency"] == {
        "EUR": months(m6="570.00"),
        "USD": months(m6="100.00"),
    }
    assert found["2026"]["data"] == months()
    assert found["2026"]["by_currency"] == {"JPY": ["0"] * 11 + ["9000"]}


def test_what_was_credited_is_no_income(analyst, hotel, paid):
    whole, part = paid(), paid(price=100)
    line = add(Booking.objects.get(pk=part.booking_id), "30.00")
    sauna = invoice_issue(property_id=hotel.pk, booking_id=part.booking_id, by=SYSTEM)
    invoice_mark_paid(property_id=hotel.pk, invoice_id=sauna.pk, by=SYSTEM)
    line.refresh_from_db()
    invoice_cancel(property_id=hotel.pk, invoice_id=whole.pk, by=SYSTEM)
    assert chart(analyst, hotel, "bookings")["2027"]["data"] == months(m6="130.00")

    take_back(line)
    note = invoice_issue(property_id=hotel.pk, booking_id=part.booking_id, by=SYSTEM)

    assert note.gross == -30
    assert chart(analyst, hotel, "bookings")["2027"]["data"] == months(m6="100.00")


def test_what_was_credited_in_part_is_taken_off(analyst, hotel, paid):
    invoice = paid(price=200)
    booking = Booking.objects.get(pk=invoice.booking_id)
    line = booking.lines.get()
    take_back(line)
    add(booking, "150.00")
    note = invoice_issue(property_id=hotel.pk, booking_id=booking.pk, by=SYSTEM)

    assert note.gross == -50
    assert chart(analyst, hotel, "bookings")["2027"]["data"] == months(m6="150.00")


@pytest.mark.parametrize(
    ("zone", "moment", "year", "month"),
    [
        ("Pacific/Auckland", "2026-12-31T10:59:59", "2026", 12),
        ("Pacific/Auckland", "2026-12-31T11:00:00", "2027", 1),
        ("Pacific/Honolulu", "2027-01-01T09:59:59", "2026", 12),
        ("Pacific/Honolulu", "2027-01-01T10:00:00", "2027", 1),
    ],
)
def test_income_is_of_the_propertys_month(analyst, hotel, paid, zone, moment, year, month):
    paid(moment, price=10, time_zone=zone)

    found = chart(analyst, hotel, "bookings")

    assert found[year]["data"] == months(**{f"m{month}": "10.00"})


def test_guests_by_country(analyst, hotel):
    guests = [("DE", "A"), ("GB", "B"), ("DE", "C")]
    Guest.objects.bulk_create(
        Guest(property=hotel, country=code, surname=name) for code, name in guests
    )

    assert chart(analyst, hotel, "guest_countries") == example("charts.guest_countries").answer


def test_guests_of_no_known_country_have_their_own_entry(analyst, hotel):
    Guest.objects.bulk_create(
        Guest(property=hotel, country=code) for code in ("", "", "DE", "AT", "")
    )

    (found,) = chart(analyst, hotel, "guest_countries/de-DE")

    assert (found["labels"], found["data"]) == (
        ["Nicht bekannt", "Österreich", "Deutschland"],
        [
            3,
            1,
            1,
        ],
    )
    assert (found["title"], found["description"], found["label"]) == ("Gäste", "Land", "Juni 2027")


def test_rooms_booked_on_each_day(analyst, hotel):
    book(hotel, Stay(date(2027, 6, 11), date(2027, 6, 16)))
    (found,) = chart(analyst, hotel, "occupancy")

    (shown,) = example("charts.occupancy").answer
    assert found == shown | {"data": [0] * 10 + [1] * 5 + [0] * 15}


def test_blocks_count_and_what_is_free_again_does_not(analyst, hotel):
    first = Stay(date(2027, 6, 30), date(2027, 7, 2))
    block_create(property_id=hotel.pk, stay=first, room_ids=[hotel.rooms.first().pk], by=SYSTEM)
    gone, absent, here = (book(hotel, Stay(date(2027, 6, 10), date(2027, 6, 12))) for _ in range(3))
    for service, booking in (
        (booking_cancel, gone),
        (booking_no_show, absent),
        (booking_check_in, here),
    ):
        service(booking_id=booking.pk, property_id=hotel.pk, by=SYSTEM)
    asked = book(hotel, Stay(date(2027, 6, 20), date(2027, 6, 21)))
    Booking.objects.filter(pk=asked.pk).update(state=BookingState.ENQUIRY)
    asked.occupancies.update(kind="hold", expires_at=NOW + timedelta(1))

    (found,) = chart(analyst, hotel, "occupancy")

    assert {day: rooms for day, rooms in enumerate(found["data"], 1) if rooms} == {
        10: 1,
        11: 1,
        30: 1,
    }


@pytest.mark.parametrize(
    ("zone", "moment", "month"),
    [
        ("Pacific/Auckland", "2027-02-28T10:59:59", "February 2027"),
        ("Pacific/Auckland", "2027-02-28T11:00:00", "March 2027"),
        ("Pacific/Honolulu", "2027-03-01T09:59:59", "February 2027"),
        ("Pacific/Honolulu", "2027-03-01T10:00:00", "March 2027"),
    ],
)
def test_the_month_is_that_of_the_property(client_for, hotel, zone, moment, month):
    PropertySettings.objects.filter(property=hotel).update(time_zone=zone)
    with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False):
        client = client_for("statistics_get")
        (guests,), (rooms,) = (
            chart(client, hotel, path) for path in ("guest_countries", "occupancy")
        )

    assert guests["label"] == rooms["label"] == month
    assert len(rooms["data"]) == len(rooms["labels"]) == (28 if month[0] == "F" else 31)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("bookings/fr-FR", ("Réservations", "janv.")),
        ("bookings/pl", ("Bookings", "Jan")),
        ("bookings?language=es", ("Reservas", "ene")),
        ("bookings/de", ("Buchungen", "Jan")),
    ],
)
def test_income_in_another_language(analyst, hotel, paid, path, told):
    paid()

    found = chart(analyst, hotel, path)["2027"]

    assert (found["title"], found["labels"][0]) == told


def test_occupancy_in_another_language(analyst, hotel):
    (found,) = chart(analyst, hotel, "occupancy/es")

    assert found["title"] == "Reservas junio 2027"
    assert found["capacity"] == 3


def test_charts_of_nothing(analyst, hotel):
    assert chart(analyst, hotel, "bookings") == {}
    assert chart(analyst, hotel, "guest_countries")[0]["data"] == []
    assert chart(analyst, hotel, "occupancy")[0]["data"] == [0] * 30


@pytest.mark.parametrize("path", ["bookings", "guest_countries", "occupancy"])
def test_much_data_costs_no_more_statements(analyst, hotel, paid, path):
    def grow(number):
        for _ in range(number):
            paid(price=Decimal(10))
            Guest.objects.create(property=hotel, country="DE")
            Room.objects.create(
                property=hotel,
                room_type=hotel.rooms.first().room_type,
                number=f"x{Guest.objects.count()}",
            )

    grow(2)
    few, _ = statements(analyst, f"charts/{hotel.pk}/{path}")
    grow(18)
    many, _ = statements(analyst, f"charts/{hotel.pk}/{path}")

    assert few == many <= 6


def test_an_answer_changes_with_its_data_alone(analyst, hotel, paid):
    path = f"/bookyflow/api/charts/{hotel.pk}/bookings"
    paid()
    first = analyst.get(path)

    assert analyst.get(path, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304

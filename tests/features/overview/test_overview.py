from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from bookyflow.billing.invoicing import invoice_issue
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import Stay
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import (
    booking_cancel,
    booking_check_in,
    booking_check_out,
    booking_no_show,
)
from bookyflow.reservations.models import Booking, BookingState
from bookyflow.rooms.models import Room
from tests.domain.conftest import book, day, stay
from tests.examples import as_shown, example
from tests.features.reading import read, statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client_for, receptionist):
    """Who works at the desk, with what the lists and the counts need."""
    return client_for("guests_get statistics_get", user=receptionist)


@pytest.fixture
def more_rooms(hotel):
    kind = hotel.rooms.first().room_type
    Room.objects.bulk_create(
        Room(property=hotel, room_type=kind, number=f"x{number}") for number in range(25)
    )
    return hotel


def step(service, booking, **facts):
    service(booking_id=booking.pk, property_id=booking.property_id, by=SYSTEM, **facts)
    return booking


def numbers(client, prop, path):
    return [row["contract_uid"] for row in read(client, f"overview/{prop.pk}/{path}")]


def counts(client, prop):
    (found,) = read(client, f"overview/{prop.pk}/statistic")
    return list(found.values())


OWN = ("contract_uid", "property_uid", "arrival", "departure", "tag", "invoice_uid", "surname")


@pytest.mark.parametrize(
    ("action", "path", "leaves"),
    [("check_ins", "checkin", 2), ("check_outs", "checkout", 0), ("residents", "resident", 2)],
)
def test_shows_who_arrives_leaves_and_stays(desk, hotel, action, path, leaves):
    booking = book(hotel, stay(0, 2))
    invoice = invoice_issue(property_id=hotel.pk, booking_id=booking.pk, by=SYSTEM)
    if action != "check_ins":
        step(booking_check_in, booking)
    if not leaves:
        Booking.objects.filter(pk=booking.pk).update(
            arrival=stay(-2, 1).arrival, departs_on=hotel.settings.today()
        )
    booking.refresh_from_db()

    found = read(desk, f"overview/{hotel.pk}/{path}")

    state = "provisional" if action == "check_ins" else "checked_in"
    shown = example(f"overview.{action}").answer
    assert as_shown(found, shown, *OWN) == [shown[0] | {"deposit_paid": 0, "state": state}]
    assert (found[0]["contract_uid"], found[0]["invoice_uid"]) == (booking.pk, invoice.pk)
    assert (found[0]["arrival"], found[0]["departure"]) == (
        booking.arrival.isoformat(),
        booking.departs_on.isoformat(),
    )
    assert (found[0]["tag"], found[0]["surname"]) == (booking.number, "Lovelace")


def test_counts_what_the_lists_show(desk, more_rooms):
    hotel = more_rooms
    came, gone = (book(hotel, stay(0, 2)) for _ in range(2))
    step(booking_check_in, came)
    step(booking_check_out, step(booking_check_in, gone))
    expected = book(hotel, stay(0, 1))
    step(booking_cancel, book(hotel, stay(0, 1)))
    step(booking_no_show, book(hotel, stay(0, 1)))
    asked = book(hotel, stay(0, 1))
    Booking.objects.filter(pk=asked.pk).update(state=BookingState.ENQUIRY)
    room = hotel.rooms.get(number="x24")
    block = block_create(property_id=hotel.pk, stay=stay(0, 1), room_ids=[room.pk], by=SYSTEM)
    leaving, left, overdue = (book(hotel, stay(5, 1)) for _ in range(3))
    today = hotel.settings.today()
    for booking in (leaving, left):
        Booking.objects.filter(pk=booking.pk).update(
            arrival=today - timedelta(2), departs_on=today, departure=today
        )
    Booking.objects.filter(pk=overdue.pk).update(
        arrival=today - timedelta(9), departs_on=today - timedelta(1), departure=today
    )
    step(booking_check_in, overdue)
    step(booking_check_out, step(booking_check_in, left))

    assert numbers(desk, hotel, "checkin") == [came.pk, gone.pk, expected.pk, block.pk]
    assert numbers(desk, hotel, "checkout") == [leaving.pk, left.pk]
    assert numbers(desk, hotel, "resident") == [came.pk, overdue.pk]
    assert counts(desk, hotel) == [4, 2, 2, 1, 2]
    (found,) = (r for r in read(desk, f"overview/{hotel.pk}/checkin") if r["kind"] == "block")
    assert (found["firstname"], found["surname"], found["invoice_uid"]) == ("", "", 0)


def test_the_counts_have_their_names(desk, hotel):
    (shown,) = example("overview.statistics").answer

    assert read(desk, f"overview/{hotel.pk}/statistic") == [dict.fromkeys(shown, 0)]


@pytest.mark.parametrize(
    ("zone", "moment", "today"),
    [
        ("Pacific/Auckland", "2027-06-10T11:59:59", "2027-06-10"),
        ("Pacific/Auckland", "2027-06-10T12:00:00", "2027-06-11"),
        ("Pacific/Honolulu", "2027-06-10T09:59:59", "2027-06-09"),
        ("Pacific/Honolulu", "2027-06-10T10:00:00", "2027-06-10"),
    ],
)
def test_the_day_is_that_of_the_property(client_for, hotel, zone, moment, today):
    PropertySettings.objects.filter(property=hotel).update(time_zone=zone)
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    nights = [Stay(day(f"2027-06-{n:02}"), day(f"2027-06-{n + 1:02}")) for n in range(8, 13)]
    with time_machine.travel(datetime(2027, 6, 1, tzinfo=UTC), tick=False):
        by_arrival = {str(one.arrival): book(hotel, one).pk for one in nights}
    with time_machine.travel(now, tick=False):
        desk = client_for("guests_get statistics_get")

        assert numbers(desk, hotel, "checkin") == [by_arrival[today]]
        before = str(day(today) - timedelta(1))
        assert numbers(desk, hotel, "checkout") == [by_arrival[before]]
        assert counts(desk, hotel) == [1, 0, 1, 0, 0]


@pytest.mark.parametrize("path", ["checkin", "checkout", "resident"])
def test_long_lists_cost_no_more_statements(desk, more_rooms, path):
    def grow(number):
        for _ in range(number):
            made = book(more_rooms, stay(0, 2))
            Booking.objects.filter(pk=made.pk).update(departs_on=made.departs_on)
            if path != "checkin":
                step(booking_check_in, made)
        if path == "checkout":
            today = more_rooms.settings.today()
            Booking.objects.update(arrival=today - timedelta(1), departs_on=today)

    grow(2)
    few = statements(desk, f"overview/{more_rooms.pk}/{path}")
    grow(18)
    many = statements(desk, f"overview/{more_rooms.pk}/{path}")

    assert (few[1], many[1]) == (2, 20)
    assert few[0] == many[0] <= 6


def test_names_and_counts_need_scopes_of_their_own(client_for, hotel):
    counting, naming = client_for("statistics_get"), client_for("guests_get")

    assert counting.get(f"/bookyflow/api/overview/{hotel.pk}/checkin").status_code == 403
    assert naming.get(f"/bookyflow/api/overview/{hotel.pk}/statistic").status_code == 403

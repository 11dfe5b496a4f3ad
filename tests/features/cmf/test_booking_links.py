"""Bookings and blocks under a channel's own ids, all that a property has sold, and its end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookyflow.availability.models import Occupancy
from bookyflow.channels.models import Channel, ChannelProperty
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import utc_text
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import booking_cancel, booking_check_in
from bookyflow.reservations.models import Booking
from bookyflow.reservations.services import RoomsWanted
from tests.conftest import make_hotel
from tests.domain.conftest import book, stay
from tests.examples import example
from tests.features.cmf.conftest import (
    BASE,
    day,
    refusal,
    reservation,
    sent,
    shown,
    stay_info,
    value,
)

pytestmark = pytest.mark.django_db

LINK = BASE + "property/booking/link"
ADD = BASE + "reservations/add"
CANCEL = BASE + "reservations/cancel"


@pytest.fixture
def link(ota, hotel):
    """Link a booking to an id; the answer."""

    def call(booking, remote_id="70012345", client=ota):
        body = example("cmf.put_property_booking_link").request
        changed = {
            "property_uid": hotel.pk,
            "local_booking_id": booking.pk,
            "remote_booking_id": remote_id,
        }
        return client.put(LINK, body | changed)

    return call


@pytest.fixture
def known(ota, hotel):
    """The bookings that the channel knows under an id."""

    def call(remote_id, client=ota):
        found = value(client.get(f"{LINK}/{hotel.pk}/{remote_id}"))["local_bookings"]
        return [one["local_booking_id"] for one in found]

    return call


def mapping(ota, booking):
    (found,) = value(ota.get(f"{BASE}property/booking/{booking.property_id}/{booking.pk}"))
    return found["mapping"].get("linked_bookings")


def test_a_booking_is_linked_and_found_and_shows_it(ota, linked, hotel, link):
    booking = book(hotel, stay(3, 2))

    assert value(link(booking)) == shown("put_property_booking_link", link_id=booking.pk)

    found = value(ota.get(f"{LINK}/{hotel.pk}/70012345"))
    assert found == shown("property_booking_link", local_booking_id=booking.pk)
    assert mapping(ota, booking) == {
        "channel_id": linked.pk,
        "remote_booking_id": "70012345",
        "local_booking_id": booking.pk,
    }


def test_a_second_link_takes_the_place_of_the_first(hotel, link, known):
    one, two = book(hotel, stay(3, 2)), book(hotel, stay(3, 2))
    value(link(one, "A"))

    value(link(one, 77))
    value(link(two, "77"))

    assert (known("A"), known("77")) == ([], [one.pk, two.pk])


def test_a_link_is_the_channels_own(ota, manager, hotel, link, known, client_for):
    other = Channel.objects.create(user=manager, name="two", friendly_name="Two")
    ChannelProperty.objects.create(channel=other, property=hotel)
    second = client_for("channel_management", channel="two")
    booking = book(hotel, stay(3, 2))
    value(link(booking, "A"))

    value(link(booking, "B", client=second))

    assert (known("A"), known("B")) == ([booking.pk], [])
    assert (known("A", client=second), known("B", client=second)) == ([], [booking.pk])
    assert mapping(ota, booking)["remote_booking_id"] == "A"
    assert mapping(second, booking)["remote_booking_id"] == "B"


def test_the_stays_of_a_reservation_are_found_by_its_id(ota, hotel, known, link):
    value(ota.put(ADD, sent(reservation("R1", stay_info(hotel), stay_info(hotel, 8, 9)))))
    one, two = Booking.objects.order_by("pk")

    value(link(one, "R1"))

    assert known("R1") == [one.pk, two.pk]
    assert refusal(link(one, "R2")) == (409, "booking_linked", [])
    assert known("R2") == []


def test_what_has_ended_or_is_not_there_is_not_linked(hotel, manager, link):
    booking = book(hotel, stay(3, 2))
    booking_cancel(booking_id=booking.pk, property_id=hotel.pk, by=SYSTEM)
    strange = book(make_hotel(manager, name="Other"), stay(3, 2))

    assert refusal(link(booking)) == (409, "booking_state", [])
    assert refusal(link(strange)) == (404, "booking_not_found", [])


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"remote_booking_id": ""}, ["remote_booking_id"]),
        ({"remote_booking_id": "x" * 256}, ["remote_booking_id"]),
        ({"remote_booking_id": []}, ["remote_booking_id"]),
        ({"local_booking_id": 0}, ["local_booking_id"]),
        ({"local_booking_id": "x"}, ["local_booking_id"]),
    ],
)
def test_refuses_what_is_no_link(ota, hotel, body, fields):
    given = {"property_uid": hotel.pk, "remote_booking_id": "A", "local_booking_id": 1}

    assert refusal(ota.put(LINK, given | body)) == (400, "validation_failed", fields)


def test_what_is_linked_is_cancelled_by_its_id(ota, hotel, link):
    booking = book(hotel, stay(3, 2))
    block = block_create(
        property_id=hotel.pk, stay=stay(20, 1), by=SYSTEM, room_ids=[hotel.rooms.first().pk]
    )
    value(link(booking, "A"))
    value(link(block, "A"))

    value(ota.put(CANCEL, {"reservation_ids": ["A"]}))
    again = value(ota.put(CANCEL, {"reservation_ids": ["A"]}))

    assert len(again["cancellations"]) == 2
    assert set(Booking.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_reservation_and_what_is_linked_to_its_id_are_cancelled_together(ota, hotel, link):
    value(ota.put(ADD, sent(reservation("R1", stay_info(hotel)))))
    value(link(book(hotel, stay(3, 2)), "R1"))

    found = value(ota.put(CANCEL, {"reservation_ids": ["R1"]}))

    assert len(found["cancellations"]) == 2
    assert not Occupancy.objects.exists()


def test_what_is_linked_at_a_property_out_of_reach_is_not_cancelled(ota, linked, hotel, link):
    value(link(book(hotel, stay(3, 2)), "A"))
    ChannelProperty.objects.all().delete()

    response = ota.put(CANCEL, {"reservation_ids": ["A"]})

    assert refusal(response)[:2] == (409, "cancellations_refused")
    assert response.json()["results"]["A"]["key"] == "booking_not_found"


def test_a_linked_booking_is_not_brought_in_a_second_time(ota, hotel, link):
    booking = book(hotel, stay(3, 2))
    value(link(booking, "R1"))
    body = sent(reservation("R1", stay_info(hotel)))

    assert refusal(ota.put(ADD, body)) == (409, "reservation_differs", [])
    booking_cancel(booking_id=booking.pk, property_id=hotel.pk, by=SYSTEM)
    assert value(ota.put(ADD, body))["successful_bookings"]["R1"]["success"] is True


# Nights


def nights(ota, prop, query=""):
    return ota.get(f"{BASE}property/list/active/bookings/{prop.pk}{query}")


def test_lists_the_nights_that_are_taken_from_today_on(ota, hotel):
    room = hotel.rooms.order_by("number").first()
    room.name = "Sea room"
    room.save()
    block = block_create(property_id=hotel.pk, stay=stay(0, 2), by=SYSTEM, room_ids=[room.pk])
    Booking.objects.update(arrival=block.arrival - timedelta(days=2))
    Occupancy.objects.update(nights=(block.arrival - timedelta(days=2), block.departure))
    booking = book(hotel, stay(1, 1), rooms=RoomsWanted(2))
    block.refresh_from_db()

    found = value(nights(ota, hotel))

    assert (
        found[0]
        == shown(
            "property_list_active_bookings",
            room_uid=room.pk,
            contract_uid=block.pk,
            black_booking=1,
            date=day(0),
            created=utc_text(block.created_at),
            last_modified=utc_text(block.changed_at),
        )[0]
    )
    assert [(one["date"], one["contract_uid"], one["black_booking"]) for one in found] == [
        (day(0), block.pk, 1),
        (day(1), block.pk, 1),
        (day(1), booking.pk, 0),
        (day(1), booking.pk, 0),
    ]


def test_nights_come_in_pages(ota, hotel):
    for start in (2, 3, 5):
        book(hotel, stay(start, 4))
    whole = value(nights(ota, hotel))

    found, query = [], "?limit=5"
    while query:
        answer = nights(ota, hotel, query)
        found += value(answer)
        query = answer.headers.get("Link", "").partition(">")[0].partition("?")[2]
        query = f"?{query}" if query else ""

    assert found == whole
    assert len(whole) == 12
    assert [one["date"] for one in whole] == sorted(one["date"] for one in whole)


@pytest.mark.parametrize("cursor", ["x", "2027-13-01-5", "2027-01-01", "-", "2027-01-01-5x"])
def test_a_cursor_of_another_list_is_refused(ota, hotel, cursor):
    assert refusal(nights(ota, hotel, f"?cursor={cursor}")) == (
        400,
        "validation_failed",
        ["cursor"],
    )


@pytest.mark.parametrize("path", ["property/list/active/bookings/{}", "property/booking/link/{}/A"])
def test_the_number_of_queries_does_not_grow(ota, hotel, link, path, django_assert_max_num_queries):
    for number in range(20):
        value(link(book(hotel, stay(3 + number, 1)), "A"))

    with django_assert_max_num_queries(6):
        found = value(ota.get(BASE + path.format(hotel.pk)))

    assert len(found["local_bookings"] if isinstance(found, dict) else found) == 20


# The end


def test_gives_up_all_bookings_but_those_of_guests_who_are_there(ota, hotel, channel):
    there = book(hotel, stay(0, 2))
    booking_check_in(booking_id=there.pk, property_id=hotel.pk, by=SYSTEM)
    book(hotel, stay(3, 2))
    block_create(property_id=hotel.pk, stay=stay(20, 1), by=SYSTEM)
    body = sent(reservation("R1", stay_info(hotel)))
    value(ota.put(ADD, body))

    tried = ota.delete(f"{BASE}property/bookings/{hotel.pk}", HTTP_X_BOOKYFLOW_DRY_RUN="1")
    before = Occupancy.objects.count()
    answer = ota.delete(f"{BASE}property/bookings/{hotel.pk}")
    again = ota.delete(f"{BASE}property/bookings/{hotel.pk}")

    assert value(tried) is value(again) is value(answer) is True
    assert value(answer) == example("cmf.delete_property_bookings").answer
    assert (before, Occupancy.objects.count()) == (6, 1)
    states = Booking.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["checked_in", "cancelled", "cancelled", "cancelled"]
    assert Booking.objects.order_by("pk")[1].cancellation_reason == (
        "Channel manager cancelled booking"
    )
    assert value(ota.put(ADD, body))["successful_bookings"]["R1"]["success"] is True


def test_other_properties_keep_their_bookings(ota, manager, hotel):
    other = book(make_hotel(manager, name="Other"), stay(3, 2))

    value(ota.delete(f"{BASE}property/bookings/{hotel.pk}"))

    other.refresh_from_db()
    assert other.state == "provisional"

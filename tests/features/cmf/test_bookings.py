from __future__ import annotations

from dataclasses import replace

import pytest

from bookyflow.billing.invoicing import invoice_issue
from bookyflow.channels.models import BookingLink, Channel, ChannelStay
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import utc_text
from bookyflow.guests.models import Guest
from bookyflow.guests.services import GuestDetails
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking, BookingState
from tests.conftest import make_hotel
from tests.domain.conftest import ADA, book, stay
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


@pytest.fixture
def booking(ota, hotel, double):
    """A booking of two rooms that the channel made."""
    one = stay_info(hotel, channel_price="570.00", already_paid=57, room_quantity=2, guest_number=2)
    value(ota.put(BASE + "reservations/add", sent(reservation("70012345", one))))
    return Booking.objects.get()


def told(action, booking, linked, **known):
    """The booking as the answer has it."""
    return shown(
        action,
        booking_id=booking.pk,
        local_booking_id=booking.pk,
        booking_number=booking.number,
        invoice_id=None,
        invoice_number="",
        property_uid=booking.property_id,
        booking_created=utc_text(booking.created_at),
        last_modified=utc_text(booking.changed_at),
        date_from=day(3),
        date_to=day(4),
        channel_id=linked.pk,
        adults=4,
        number_of_guests=4,
        guest_id=booking.guest_id,
        **known,
    )


def path(prop, contract: object) -> str:
    """The path of one booking."""
    return f"{BASE}property/booking/{prop.pk}/{contract}"


def test_shows_one_booking_with_its_rooms(ota, linked, hotel, double, booking):
    response = ota.get(path(hotel, booking.pk))

    assert value(response) == told(
        "property_booking",
        booking,
        linked,
        by_room_types_booked=double.pk,
        room_type_id=double.pk,
        number_of_rooms_of_type_booked=2,
        room_ids=list(booking.occupancies.order_by("room").values_list("room", flat=True)),
    )


def test_lists_all_bookings_without_their_rooms(ota, linked, hotel, booking):
    block_create(property_id=hotel.pk, stay=stay(20, 1), by=SYSTEM)

    response = ota.get(f"{BASE}property/list/bookings/{hotel.pk}")

    assert value(response) == told("property_list_bookings", booking, linked)


def test_lists_the_oldest_change_first(ota, hotel):
    first, second = book(hotel, stay(9, 1)), book(hotel, stay(1, 1))
    booking_cancel(booking_id=first.pk, property_id=hotel.pk, by=SYSTEM)

    found = value(ota.get(f"{BASE}property/list/bookings/{hotel.pk}"))

    assert [one["booking_id"] for one in found] == [second.pk, first.pk]
    assert [one["status"]["status_code"] for one in found] == [3, 6]


def test_maps_of_nothing_are_empty_objects(ota, hotel):
    booking = book(hotel, stay(3, 1))
    booking_cancel(booking_id=booking.pk, property_id=hotel.pk, by=SYSTEM)

    (found,) = value(ota.get(path(hotel, booking.pk)))

    assert (found["mapping"], found["room_types_booked"]) == ({}, {})
    assert value(ota.get(f"{BASE}property/list/bookings/{hotel.pk}"))[0]["mapping"] == {}


def test_without_bookings_the_list_is_empty(ota, hotel):
    assert value(ota.get(f"{BASE}property/list/bookings/{hotel.pk}")) == []


@pytest.mark.parametrize(
    ("state", "paid", "expected"),
    [
        (BookingState.ENQUIRY, 0, (1, "Enquiry, deposit unpaid")),
        (BookingState.ENQUIRY, 100, (2, "Enquiry, deposit paid")),
        (BookingState.PROVISIONAL, 0, (3, "Approved")),
        (BookingState.CONFIRMED, 100, (3, "Approved")),
        (BookingState.CHECKED_IN, 100, (4, "Arrived")),
        (BookingState.CHECKED_OUT, 100, (5, "Departed")),
        (BookingState.CANCELLED, 0, (6, "Cancelled")),
        (BookingState.NO_SHOW, 0, (7, "No-show")),
        (BookingState.REJECTED, 0, (8, "Rejected")),
    ],
)
def test_each_state_has_its_status(ota, hotel, state, paid, expected):
    booking = book(hotel, stay(3, 1))
    Booking.objects.update(state=state, paid=paid)

    (found,) = value(ota.get(path(hotel, booking.pk)))

    assert tuple(found["status"].values()) == expected
    assert found["deposit_paid"] is (paid == 100)


def test_the_country_is_in_the_language_asked_for(ota, hotel, booking):
    (found,) = value(ota.get(path(hotel, booking.pk), HTTP_ACCEPT_LANGUAGE="de"))

    assert found["guest_data"]["country"] == "Österreich"


def test_shows_where_the_guest_lives_and_what_the_guest_likes(ota, hotel):
    grace = GuestDetails(
        surname="Hopper",
        first_name="Grace",
        email="grace@guest.example",
        phone="+1 555 0100",
        mobile="+1 555 0101",
        house="12",
        street="Riverside Drive",
        town="New York",
        region="US-NY",
        postcode="10024",
        country="US",
    )
    booking = book(hotel, stay(3, 1), guest=grace)
    guest = Guest.objects.get()
    guest.preferences = "A quiet room."
    guest.save()

    (found,) = value(ota.get(path(hotel, booking.pk)))

    assert found["guest_data"] == {
        "guest_id": guest.pk,
        "enc_firstname": "Grace",
        "enc_surname": "Hopper",
        "enc_house": "12",
        "enc_street": "Riverside Drive",
        "enc_city": "New York",
        "enc_region": "New York",
        "country": "United States",
        "country_code": "US",
        "enc_postcode": "10024",
        "enc_preferences": "A quiet room.",
        "enc_tel_landline": "+1 555 0100",
        "enc_tel_mobile": "+1 555 0101",
        "enc_email": "grace@guest.example",
    }
    assert (
        value(ota.get(f"{BASE}property/list/bookings/{hotel.pk}"))[0]["guest_data"]
        == (found["guest_data"])
    )


def test_what_a_guest_likes_is_shown_once_it_is_known_and_to_nobody_else(ota, hotel):
    path_of_list = f"{BASE}property/list/bookings/{hotel.pk}"
    ada, other = ADA, replace(ADA, first_name="Annabella")
    book(hotel, stay(3, 1), guest=ada)
    book(hotel, stay(5, 1), guest=other)

    def likes():
        found = value(ota.get(path_of_list))
        data = [one["guest_data"] for one in found]
        return {one["enc_firstname"]: one["enc_preferences"] for one in data}

    assert likes() == likes() == {"Ada": "", "Annabella": ""}
    guest = Guest.objects.get()
    for wish in ("A quiet room.", "Breakfast in bed.", ""):
        guest.preferences = wish
        guest.save()
        assert likes() == likes() == {"Ada": wish, "Annabella": ""}


def test_a_link_of_its_own_comes_before_the_reservation_of_another_channel(
    ota, client_for, linked, hotel
):
    book(hotel, stay(5, 1))
    value(ota.put(BASE + "reservations/add", sent(reservation("70012345", stay_info(hotel)))))
    brought_in = ChannelStay.objects.get().booking
    other = Channel.objects.create(user=linked.user, name="other", friendly_name="Other")
    BookingLink.objects.create(channel=other, property=hotel, booking=brought_in, remote_id="7 B")

    def mapping(client):
        (found,) = value(client.get(path(hotel, brought_in.pk)))
        return found["mapping"]

    def known(channel, remote_id):
        of_booking = {"remote_booking_id": remote_id, "local_booking_id": brought_in.pk}
        return {"linked_bookings": {"channel_id": channel.pk, **of_booking}}

    other.links.create(property=hotel)
    assert mapping(ota) == known(linked, "70012345")
    theirs = client_for("channel_management", channel="other")
    assert mapping(theirs) == known(other, "7 B")


def test_amounts_are_in_the_units_of_the_booking_s_currency(ota, hotel):
    booking = book(hotel, stay(3, 1))

    def amounts(currency, total, deposit):
        Booking.objects.update(currency=currency, total=total, deposit_required=deposit, paid=0)
        (found,) = value(ota.get(f"{BASE}property/list/bookings/{hotel.pk}"))
        assert found == value(ota.get(path(hotel, booking.pk)))[0] | {"room_types_booked": {}}
        return found["currency_code"], found["booking_total"], found["deposit_amount"]

    assert amounts("JPY", "12000", "0") == ("JPY", "12000", "0")
    assert amounts("KWD", "99.995", "0.5") == ("KWD", "99.995", "0.500")
    assert amounts("EUR", "0.5", "1234567") == ("EUR", "0.50", "1234567.00")


def test_a_booking_of_another_property_is_not_found(ota, manager, hotel):
    foreign = book(make_hotel(manager, name="Other"), stay(3, 1))
    block = block_create(property_id=hotel.pk, stay=stay(3, 1), by=SYSTEM)

    for contract in (foreign.pk, block.pk, 999_999_999_999_999_999):
        assert refusal(ota.get(path(hotel, contract))) == (404, "booking_not_found", [])


def test_a_booking_names_its_invoice(ota, hotel, booking):
    invoice = invoice_issue(property_id=hotel.pk, booking_id=booking.pk, by=SYSTEM)

    (found,) = value(ota.get(BASE + f"property/booking/{hotel.pk}/{booking.pk}"))

    assert (found["invoice_id"], found["invoice_number"]) == (invoice.pk, invoice.number)


def test_reservations_of_several_people_with_one_address_keep_each_their_own_name(ota, hotel):
    for remote_id, name in (("1", "Alpha"), ("2", "Beta")):
        one = reservation(remote_id, stay_info(hotel))
        one["guest_info"] |= {"surname": name, "address": f"{name} Road", "phone": f"0{remote_id}"}
        value(ota.put(BASE + "reservations/add", sent(one)))

    found = value(ota.get(f"{BASE}property/list/bookings/{hotel.pk}"))
    data = [one["guest_data"] for one in sorted(found, key=lambda one: one["booking_id"])]
    told = [(one["enc_surname"], one["enc_street"], one["enc_tel_mobile"]) for one in data]
    assert told == [("Alpha", "Alpha Road", "01"), ("Beta", "Beta Road", "02")]


def test_a_channel_changes_nothing_that_is_known_of_a_guest(ota, hotel):
    direct = book(hotel, stay(10, 1))
    one = reservation("1", stay_info(hotel))
    one["guest_info"] |= {"surname": "Impostor", "email": ADA.email, "phone": "0900"}

    value(ota.put(BASE + "reservations/add", sent(one)))

    guest = direct.guest
    guest.refresh_from_db()
    assert (guest.surname, guest.first_name, guest.phone) == ("Lovelace", "Ada", "0900")
    assert Booking.objects.latest("pk").guest_id == guest.pk

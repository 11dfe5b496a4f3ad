from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.availability.models import Allotment, Occupancy
from bookyflow.billing.models import Invoice, Payment
from bookyflow.core.acting import SYSTEM
from bookyflow.core.places import region_number
from bookyflow.events.models import Event
from bookyflow.guests.models import Guest
from bookyflow.guests.services import GuestDetails, guest_save
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.models import Booking, BookingLine
from tests.conftest import make_hotel
from tests.domain.conftest import ADA, stay
from tests.examples import example
from tests.features.properties.conftest import BASE

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(hotel):
    return f"{BASE}{hotel.pk}/bookings/add"


@pytest.fixture
def desk(client_for, receptionist):
    """A receptionist's client that may make bookings."""
    return client_for("bookings_set", user=receptionist)


@pytest.fixture
def asked(hotel):
    """Room 1 for three nights from today."""
    return {
        "room_uid": hotel.rooms.get(number="1").pk,
        "start": days(0),
        "end": days(3),
        "contract_total": "360.00",
        "firstname": "Ada",
        "surname": "Lovelace",
        "email": "ada@guest.example",
    }


def days(ahead: int) -> str:
    return stay(ahead, 1).arrival.isoformat()


def number(response) -> str:
    assert response.status_code == 200, response.content
    return response.json()["data"]["booking_number"]


def refusal(response):
    body = response.json()
    return response.status_code, body["key"], sorted(body["fields"])


def mails() -> int:
    """How many mails about bookings are to be written."""
    return ProcrastinateJob.objects.filter(task_name__endswith="booking_mail").count()


def test_a_booking_as_the_document_shows_it(desk, path, hotel, asked):
    PropertySettings.objects.filter(property=hotel).update(
        accommodation_tax_rate=20, requires_approval=True
    )
    shown = example("properties.add_booking").request
    own = {name: asked[name] for name in ("room_uid", "start", "end")}

    answer = desk.post(path, shown | own)

    booking = Booking.objects.get()
    assert answer.json() == {"data": {"booking_number": booking.number}, "meta": {"code": 200}}
    assert (booking.state, booking.total, booking.deposit_required, booking.paid) == (
        "confirmed",
        360,
        90,
        90,
    )
    assert (booking.made_by_staff, booking.currency, booking.arrival.isoformat()) == (
        True,
        "EUR",
        days(0),
    )
    line = BookingLine.objects.get()
    assert (line.net, line.tax, line.gross) == (300, 60, 360)
    occupied = Occupancy.objects.get()
    assert (occupied.room_id, occupied.pinned, occupied.nights.upper.isoformat()) == (
        asked["room_uid"],
        True,
        days(3),
    )
    payment = Payment.objects.get()
    assert (payment.amount, payment.method, payment.user_id) == (90, "other", desk.key.user_id)
    guest = Guest.objects.get()
    told = (guest.first_name, guest.surname, guest.phone, guest.street, guest.country)
    assert told == ("Ada", "Byrne", "+353 21 555 0100", "1 Mill Lane", "IE")
    assert booking.booked_for().surname == "Byrne"
    assert [event.kind for event in Event.objects.order_by("pk")] == [
        "booking_added",
        "guest_saved",
    ]
    assert not Invoice.objects.exists()
    assert mails() == 0


def test_a_guest_who_is_there_already(desk, path, asked):
    value = number(desk.post(path + "/de", asked | {"booked_in": 1}))

    booking = Booking.objects.get(number=value)
    assert (booking.state, booking.deposit_required, booking.paid) == ("checked_in", 0, 0)
    assert [event.kind for event in Event.objects.order_by("pk")][-1] == "guest_checkedin"


def test_a_guest_in_a_room_that_has_not_been_left(desk, path, hotel, asked):
    before = asked | {"start": days(-3), "end": days(0), "booked_in": 1}
    with time_machine.travel(timezone.now() - timedelta(days=3), tick=False):
        number(desk.post(path, before))

    assert refusal(desk.post(path, asked | {"booked_in": 1})) == (409, "room_occupied", [])
    assert number(desk.post(path, asked))


def test_a_known_guest_is_brought_up_to_date(desk, path, hotel, asked):
    known = guest_save(property_id=hotel.pk, details=ADA, trusted=True).id
    body = asked | {"town": "London", "region": region_number("GB-LND"), "country": "UK"}

    number(desk.post(path, body))
    moved = {"email": "ada@other.example", "start": days(5), "end": days(6)}
    number(desk.post(path, body | moved | {"existing_id": known, "house": "7"}))

    guest = Guest.objects.get()
    assert (guest.pk, guest.town, guest.region, guest.country) == (known, "London", "GB-LND", "GB")
    assert (guest.email, guest.house) == ("ada@other.example", "7")


def test_a_guest_is_known_by_the_account(desk, path, stranger, hotel, asked):
    known = guest_save(property_id=hotel.pk, details=ADA, trusted=True).id
    Guest.objects.filter(pk=known).update(user=stranger)
    body = asked | {"mos_userid": stranger.pk, "email": "ada@other.example"}

    number(desk.post(path, body))
    later = {"start": days(5), "end": days(6), "email": "bob@guest.example"}
    number(desk.post(path, body | later | {"mos_userid": 10**9}))

    first, second = Guest.objects.order_by("pk")
    assert (first.pk, first.email) == (known, "ada@other.example")
    assert second.email == "bob@guest.example"


def test_guests_of_other_properties_are_left_alone(desk, path, stranger, hotel, asked):
    foreign = make_hotel(stranger, name="Foreign")
    theirs = guest_save(property_id=foreign.pk, details=ADA, trusted=True).id
    bob = GuestDetails("Bell", "Bob", "bob@guest.example")
    mine = guest_save(property_id=hotel.pk, details=bob, trusted=True).id
    guest_save(property_id=hotel.pk, details=ADA, trusted=True)

    not_mine = desk.post(path, asked | {"existing_id": theirs})
    taken = desk.post(path, asked | {"existing_id": mine})

    assert refusal(not_mine) == (404, "guest_not_found", [])
    assert refusal(taken) == (409, "conflict", ["email"])
    assert not Booking.objects.exists()


def test_rooms_that_cannot_be_had(desk, path, stranger, hotel, asked):
    foreign = make_hotel(stranger, name="Foreign").rooms.first()
    second, third = hotel.rooms.exclude(number="1").order_by("number")
    block_create(property_id=hotel.pk, stay=stay(2, 1), room_ids=[second.pk], by=SYSTEM)

    not_mine = desk.post(path, asked | {"room_uid": foreign.pk})
    blocked = desk.post(path, asked | {"room_uid": second.pk})
    number(desk.post(path, asked))
    twice = desk.post(path, asked | {"start": days(2), "end": days(4)})
    back_to_back = desk.post(path, asked | {"start": days(3), "end": days(4)})

    assert refusal(not_mine) == (404, "room_not_found", [])
    assert refusal(blocked) == refusal(twice) == (409, "room_taken", [])
    assert number(back_to_back)
    assert Guest.objects.count() == 1  # a refused call leaves nobody behind
    assert third.pk not in Occupancy.objects.values_list("room_id", flat=True)


def test_nights_that_are_not_sold(desk, path, hotel, asked):
    room_type = hotel.rooms.first().room_type
    night = {"property": hotel, "room_type": room_type, "date": days(1)}
    allotment = Allotment.objects.create(**night, stop_sell=True)
    stopped = desk.post(path, asked)
    Allotment.objects.filter(pk=allotment.pk).update(stop_sell=False, max_to_sell=0)

    assert refusal(stopped) == (409, "stop_sell", [])
    assert refusal(desk.post(path, asked)) == (409, "no_room_available", [])


def test_where_whole_days_are_let_the_last_day_is_taken(desk, path, hotel, asked):
    PropertySettings.objects.filter(property=hotel).update(whole_day_booking=True)

    number(desk.post(path, asked))

    assert Occupancy.objects.get().nights.upper.isoformat() == days(4)
    assert Booking.objects.get().departs_on.isoformat() == days(3)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"start": days(-9), "end": days(-5)}, (409, "dates_in_past", [])),
        ({"start": days(1), "booked_in": 1}, (409, "too_early", [])),
        ({"end": days(0)}, (400, "validation_failed", ["end"])),
        ({"end": days(-1)}, (400, "validation_failed", ["end"])),
        ({"end": "2150-01-01"}, (400, "validation_failed", ["end"])),
        ({"start": "01.06.2027"}, (400, "validation_failed", ["start"])),
        ({"start": None}, (400, "validation_failed", ["start"])),
        ({"contract_total": 0}, (400, "validation_failed", ["contract_total"])),
        ({"contract_total": "-1"}, (400, "validation_failed", ["contract_total"])),
        ({"contract_total": "1.005"}, (400, "validation_failed", ["contract_total"])),
        ({"contract_total": None}, (400, "validation_failed", ["contract_total"])),
        ({"deposit_required": "360.01"}, (400, "validation_failed", ["deposit_required"])),
        ({"deposit_required": "1.005"}, (400, "validation_failed", ["deposit_required"])),
        ({"deposit_paid": "maybe"}, (400, "validation_failed", ["deposit_paid"])),
        ({"currencyCode": "USD"}, (400, "validation_failed", ["currencyCode"])),
        ({"currencyCode": ""}, (400, "validation_failed", ["currencyCode"])),
        ({"room_uid": 0}, (400, "validation_failed", ["room_uid"])),
        ({"room_uid": None}, (400, "validation_failed", ["room_uid"])),
        ({"existing_id": -1}, (400, "validation_failed", ["existing_id"])),
        ({"firstname": ""}, (400, "validation_failed", ["firstname"])),
        ({"surname": " "}, (400, "validation_failed", ["surname"])),
        ({"surname": "a\nb"}, (400, "validation_failed", ["surname"])),
        ({"email": "nobody"}, (400, "validation_failed", ["email"])),
        ({"country": "XX"}, (400, "validation_failed", ["country"])),
        ({"region": 1}, (400, "validation_failed", ["region"])),
        ({"mobile": "1" * 51}, (400, "validation_failed", ["mobile"])),
    ],
)
def test_what_makes_no_sense_changes_nothing(desk, path, asked, changes, expected):
    body = {name: one for name, one in (asked | changes).items() if one is not None}

    assert refusal(desk.post(path, body)) == expected
    assert not Booking.objects.exists()
    assert not Guest.objects.exists()


def test_a_call_sent_again_books_once(desk, path, asked):
    header = {"HTTP_IDEMPOTENCY_KEY": "desk-1"}
    first = number(desk.post(path, asked, **header))

    again = desk.post(path, asked, **header)

    assert (number(again), again["Idempotency-Replayed"]) == (first, "true")
    assert desk.post(path, asked | {"house": "7"}, **header).status_code == 422
    assert (Booking.objects.count(), Payment.objects.count()) == (1, 0)


def test_the_scope_is_needed(client_for, receptionist, path, asked):
    reader = client_for("bookings_get guests_get", user=receptionist)

    assert refusal(reader.post(path, asked))[:2] == (403, "scope_missing")


def test_a_form_with_a_decimal_comma(desk, path, asked):
    form = asked | {"contract_total": "1.234,56", "deposit_required": "0", "country": ""}

    number(desk.post(path, form, format="multipart"))

    assert Booking.objects.get().total == Decimal("1234.56")

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from bookyflow.billing.payments import payment_record, payment_reverse
from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.core.dates import utc_text
from bookyflow.guests.models import Guest
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking, BookingLine, Note
from bookyflow.reservations.notes import note_save
from bookyflow.rooms.models import Room
from bookyflow.tariffs.models import TariffType
from tests.conftest import make_hotel
from tests.domain.billing.conftest import add
from tests.domain.conftest import book, stay
from tests.examples import example
from tests.features.listbooking.conftest import GUEST
from tests.features.reading import read, refusal, statements

pytestmark = pytest.mark.django_db

PARTS = ("arr-dep", "guest", "rooms", "payment", "notes")


def part(client, booking, name):
    return read(client, f"listbooking/{booking.property_id}/{booking.pk}/{name}")


def day(ahead):
    return stay(ahead, 1).arrival.isoformat()


def test_dates_and_origin(desk, receptionist, hotel, booking):
    made = book(hotel, stay(1, 5), guest=GUEST, by=Actor(user_id=receptionist.pk))
    made.remarks = "Late arrival"
    made.save(update_fields=["personal"])
    Booking.objects.filter(pk=made.pk).update(
        arrival="2027-06-01", departs_on="2027-06-06", departure="2027-06-06"
    )

    (shown,) = example("listbooking.get_arrival_departure").answer
    assert part(desk, made, "arr-dep") == [shown | {"BOOKERSUSERNAME": receptionist.username}]
    assert part(desk, booking, "arr-dep")[0]["BOOKERSUSERNAME"] == "Ada Berger"


def test_dates_and_origin_in_another_language(desk, hotel, booking):
    Booking.objects.filter(pk=booking.pk).update(
        arrival="2027-06-01", departs_on="2027-06-06", departure="2027-06-07", made_by_staff=False
    )
    block = block_create(property_id=hotel.pk, stay=stay(20, 2), reason="Paint", by=SYSTEM)

    (found,) = part(desk, booking, "arr-dep/de")
    assert (found["BOOKING_ARRIVAL"], found["BOOKINGTYPE"], found["NUM_NIGHTS"]) == (
        "Dienstag, 1. Juni 2027",
        "Internet",
        5,
    )
    (found,) = part(desk, block, "arr-dep/fr")
    assert (found["BOOKINGTYPE"], found["SPECIALREQS"], found["BOOKERSUSERNAME"]) == (
        "Bloquée",
        "Paint",
        "",
    )


def test_the_guest_as_told_with_the_booking(desk, hotel, booking):
    entry = Guest.objects.get(pk=booking.guest_id)
    entry.vat_number = "ATU00000000"
    entry.save(update_fields=["personal"])

    (found,) = part(desk, booking, "guest")

    (shown,) = example("listbooking.get_guest").answer
    link = shown["EMAIL_LINK"].replace("5174092837", booking.number)
    picture = "http://testserver/static/listbooking/guest.svg"
    assert found == shown | {"EMAIL_LINK": link, "GUEST_IMAGE": picture}
    asked = parse_qs(urlsplit(found["EMAIL_LINK"]).query)
    assert asked["subject"] == [f"Booking number {booking.number} @ Harbour House"]


def test_the_guest_in_another_language(desk, hotel):
    odd = replace(GUEST, first_name="Zoë & Co?", email="zoe+x@mail.example", region="")
    booking = book(hotel, stay(1, 1), guest=odd)

    (found,) = part(desk, booking, "guest/de")

    assert (found["GUEST_COUNTRY"], found["GUEST_REGION"]) == ("Österreich", "")
    mail = urlsplit(found["EMAIL_LINK"])
    assert mail.path == "zoe%2Bx%40mail.example"
    assert parse_qs(mail.query)["body"] == [
        f"Guten Tag Zoë & Co? Berger, zu Ihrer Buchung Nr. {booking.number}"
    ]


def test_a_block_is_for_nobody(desk, hotel):
    block = block_create(property_id=hotel.pk, stay=stay(1, 1), by=SYSTEM)

    (found,) = part(desk, block, "guest")

    assert {name for name, value in found.items() if value} == {"GUEST_IMAGE"}
    assert len(part(desk, block, "rooms")) == 3
    assert part(desk, block, "payment")[0]["AMOUNTS"]["grand_total"] == "0.00"
    assert part(desk, block, "notes") == []


def test_rooms_with_their_tariffs(desk, hotel, booking):
    (uid,) = booking.room_ids()
    Room.objects.filter(pk=uid).update(name="Captain", number="05", floor="1")
    room_type = Room.objects.get(pk=uid).room_type
    tariff = TariffType.objects.create(property=hotel, room_type=room_type, name="Flexible")
    BookingLine.objects.filter(booking=booking).update(source_kind="tariff", source_id=tariff.pk)

    (shown,) = example("listbooking.get_rooms").answer
    own = {"ROOM_UID": uid, "TARIFFTYPE_ID": tariff.pk}
    assert part(desk, booking, "rooms") == [shown | own]
    assert part(desk, booking, "rooms/es")[0]["_BOOKYFLOW_COM_MR_EB_ROOM_FLOOR"] == "Planta"

    TariffType.objects.update(deleted_at="2027-01-01T00:00:00Z")
    (found,) = part(desk, booking, "rooms")
    assert (found["RINFO_TARIFF"], found["TARIFFTYPE_ID"]) == ("", None)


def test_what_has_ended_holds_no_rooms(desk, hotel, booking):
    booking_cancel(booking_id=booking.pk, property_id=hotel.pk, by=SYSTEM)

    assert part(desk, booking, "rooms") == []


def test_amounts_for_people_and_programs(desk, hotel, booking):
    BookingLine.objects.filter(booking=booking).update(net=475, tax=95, gross=570, tax_rate=20)
    add(booking, "12.00", tax_rate=20)
    Booking.objects.filter(pk=booking.pk).update(deposit_required=57)
    for reference in ("Typed twice", "Transfer 4711"):
        payment = payment_record(
            property_id=hotel.pk,
            booking_id=booking.pk,
            amount=Decimal(57),
            method="cash",
            reference=reference,
            by=SYSTEM,
        )
        if reference == "Typed twice":
            payment_reverse(property_id=hotel.pk, payment_id=payment.pk, by=SYSTEM)

    assert part(desk, booking, "payment") == example("listbooking.get_payment").answer


def test_amounts_of_other_kinds_and_languages(desk, hotel, booking):
    for kind, net in (("single_supplement", 10), ("discount", -20), ("city_tax", 3)):
        line = add(booking, net)
        BookingLine.objects.filter(pk=line.pk).update(kind=kind)

    (found,) = part(desk, booking, "payment/de")

    assert found["AMOUNTS"] == {
        "single_person_suppliment": "10.00",
        "room_total": "455.00",
        "booking_deposit_required": "570.00",
        "booking_contract_total": "563.00",
        "tax": "95.00",
        "extrasoptionsvalue": "3.00",
        "grand_total": "563.00",
        "remainder_to_pay": "563.00",
    }
    assert (found["DEPOSITPAID"], found["BOOKING_DEPOSIT_REF"]) == ("Nein", None)
    assert found["ROOM_TOTAL"] == "455,00\N{NO-BREAK SPACE}€"


def test_amounts_keep_the_currency_of_the_booking(desk, hotel):
    PropertySettings.objects.filter(property=hotel).update(currency="JPY")
    booking = book(hotel, stay(1, 1), price=9000)
    PropertySettings.objects.filter(property=hotel).update(currency="EUR")

    (found,) = part(desk, booking, "payment")

    assert (found["CURRENCY_CODE"], found["GRAND_TOTAL"]) == ("JPY", "JP¥9,000")
    assert found["AMOUNTS"]["grand_total"] == "9000"


def test_a_payments_reference_may_name_the_guest(client_for, hotel, booking):
    payment_record(
        property_id=hotel.pk,
        booking_id=booking.pk,
        amount=Decimal(5),
        method="cash",
        reference="Ada Berger",
        by=SYSTEM,
    )

    (found,) = part(client_for("bookings_get"), booking, "payment")

    assert found["BOOKING_DEPOSIT_REF"] == ""


def test_notes(desk, hotel, booking):
    text = example("listbooking.get_notes").answer[0]["NOTE"]
    note = note_save(booking_id=booking.pk, property_id=hotel.pk, text=text, by=SYSTEM)

    (shown,) = example("listbooking.get_notes").answer
    own = {"NOTE_UID": note.pk, "DATETIME": utc_text(note.created_at)}
    assert part(desk, booking, "notes") == [shown | own]
    assert part(desk, booking, "notes/fr")[0]["DELETETEXT"] == "Supprimer la note"


@pytest.mark.parametrize("name", PARTS)
def test_a_booking_that_there_is_not(desk, manager, hotel, name):
    others = book(make_hotel(manager), stay(1, 1))

    for unknown in (others.pk, others.pk + 1000, 10**17):
        path = f"listbooking/{hotel.pk}/{unknown}/{name}"
        assert refusal(desk, path)[:2] == (404, "booking_not_found")


@pytest.mark.parametrize("name", ["arr-dep", "guest", "notes"])
def test_who_the_guest_is_needs_a_scope_of_its_own(client_for, hotel, booking, name):
    path = f"listbooking/{hotel.pk}/{booking.pk}/{name}"

    assert refusal(client_for("bookings_get"), path)[:2] == (403, "scope_missing")


@pytest.mark.parametrize("name", PARTS)
def test_a_large_booking_costs_no_more_statements(desk, hotel, booking, name):
    path = f"listbooking/{hotel.pk}/{booking.pk}/{name}"

    def grow(number):
        for _ in range(number):
            add(booking, 1)
            Note.objects.create(booking=booking, text="x")
            room = Room.objects.create(
                property=hotel,
                room_type=hotel.rooms.first().room_type,
                number=f"x{Room.objects.count()}",
            )
            booking.occupancies.create(
                property=hotel,
                room=room,
                room_type=room.room_type,
                nights=booking.occupancies.first().nights,
                kind="booking",
            )

    grow(2)
    few, _ = statements(desk, path)
    grow(18)
    many, _ = statements(desk, path)

    assert few == many <= 6

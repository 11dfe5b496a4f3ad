"""Booking for somebody."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bookyflow.guests.models import Guest
from bookyflow.guests.profiles import GuestProfile, guest_add
from bookyflow.reservations.models import Booking
from bookyflow.tariffs.models import Extra, TariffType


@pytest.fixture
def stay(house):
    """Two nights from tomorrow, as the address has them."""
    arrival = house.settings.today() + timedelta(days=1)
    return f"arrival={arrival}&departure={arrival + timedelta(days=2)}&adults=2"


@pytest.fixture
def choice(house) -> str:
    """The double at its price, as the form sends it."""
    tariff = TariffType.objects.get(property=house)
    return f"{tariff.room_type_id}:{tariff.pk}"


@pytest.fixture
def new(url, stay) -> str:
    return f"{url}/bookings/new?{stay}"


def sent(choice: str, **changes: str) -> dict[str, str]:
    return {"choice": choice, "surname": "Rudolph", "once": "a" * 32, "do": "book"} | changes


def test_rooms_are_offered_at_their_price(desk, new, url):
    asked = desk.get(f"{url}/bookings/new")
    assert asked.status_code == 200
    assert "Look for rooms" in asked.content.decode()

    page = desk.get(new).content.decode()
    assert "3 rooms free" in page
    assert "€240.00" in page
    assert "2 nights at 120" in page


def test_a_guest_is_booked_in(desk, new, choice, house):
    made = desk.post(new, sent(choice, first_name="Wilma", remarks="A quiet room."))
    booking = Booking.objects.get(property=house)
    assert made["Location"] == f"/bookyflow/p/{house.pk}/bookings/{booking.pk}"
    assert (booking.total, booking.state, booking.adults) == (Decimal(240), "confirmed", 2)
    assert booking.booked_for().first_name == "Wilma"
    assert booking.remarks == "A quiet room."


def test_a_form_that_is_sent_twice_books_once(desk, new, choice, house):
    first = desk.post(new, sent(choice))
    second = desk.post(new, sent(choice))
    assert first["Location"] == second["Location"]
    assert Booking.objects.filter(property=house).count() == 1

    desk.post(new, sent(choice, once="b" * 32))
    assert Booking.objects.filter(property=house).count() == 2


def test_the_price_is_shown_and_nothing_booked(desk, new, choice, house):
    extra = Extra.objects.create(
        property=house, name="Breakfast", price=10, model="per_person_per_night", is_published=True
    )
    shown = desk.post(new, sent(choice, do="price", surname="", **{f"extra_{extra.pk}": "1"}))
    assert shown.status_code == 200
    assert "Breakfast" in shown.content.decode()
    assert "€280.00" in shown.content.decode()
    shown = desk.post(new, sent(choice, do="price", agreed="99.50"))
    assert "€99.50" in shown.content.decode()
    assert not Booking.objects.exists()


def test_a_certain_room(desk, url, stay, choice, house):
    room = house.rooms.last()
    page = desk.get(f"{url}/bookings/new?{stay}&room={room.pk}").content.decode()
    assert f'<option value="{room.pk}" selected>' in page
    desk.post(f"{url}/bookings/new?{stay}", sent(choice, room=str(room.pk)))
    assert Booking.objects.get(property=house).occupancies.get().room_id == room.pk


def test_a_room_that_is_taken_is_told(desk, url, stay, house):
    for room in ("0", "9" * 30, "x"):
        page = desk.get(f"{url}/bookings/new?{stay}&room={room}")
        assert page.status_code == 200
        assert ("is not free for this stay" in page.content.decode()) == (room == "0")
    assert 'name="room" value="7"' in desk.get(f"{url}/bookings/new?room=7").content.decode()


def test_several_rooms(desk, new, choice, house):
    desk.post(new.replace("adults=2", "adults=4") + "&rooms=2", sent(choice))
    booking = Booking.objects.get(property=house)
    assert (booking.total, booking.occupancies.count()) == (Decimal(480), 2)


def test_a_guest_of_the_guest_book(desk, new, choice, house, actor):
    known = guest_add(
        property_id=house.pk,
        profile=GuestProfile("Rudolph", "Wilma", discount=Decimal(10)),
        by=actor,
    )
    found = desk.post(new, sent(choice, do="find", guest_text="wilma"))
    assert f'name="take" value="{known.pk}"' in found.content.decode()
    taken = desk.post(new, {"choice": choice, "take": str(known.pk)})
    page = taken.content.decode()
    assert f'name="guest" value="{known.pk}"' in page
    assert 'value="Wilma"' in page
    assert "€216.00" in page

    desk.post(new, sent(choice, guest=str(known.pk), first_name="Wilma", mobile="+1 555 0101"))
    booking = Booking.objects.get(property=house)
    assert (booking.guest_id, booking.total) == (known.pk, Decimal(216))
    known.refresh_from_db()
    assert known.mobile == "+1 555 0101"
    assert Guest.objects.filter(property=house).count() == 1


def test_nobody_of_a_name(desk, new, choice):
    found = desk.post(new, sent(choice, do="find", guest_text="nobody"))
    assert "Nobody of this name or address." in found.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        "arrival=soon",
        "arrival=2030-01-05&departure=2030-01-05",
        "arrival=2030-01-05&departure=2030-01-01",
        "arrival=9999-12-31",
        "arrival=2030-01-05&adults=0",
        "arrival=2030-01-05&adults=999999",
        "arrival=2030-01-05&rooms=99",
        "arrival=2030-01-05&child_ages=old",
    ],
)
def test_a_search_at_fault(desk, url, asked):
    answer = desk.get(f"{url}/bookings/new?{asked}")
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"surname": ""},
        {"choice": "0:0"},
        {"choice": ""},
        {"room": "0"},
        {"agreed": "-1"},
        {"agreed": "0.001"},
        {"coupon": "NONE"},
        {"email": "nobody"},
        {"country": "XX"},
        {"override": "everything"},
    ],
)
def test_a_booking_at_fault(desk, new, choice, changes):
    answer = desk.post(new, sent(choice) | changes)
    assert answer.status_code == 400
    assert 'id="problems"' in answer.content.decode()
    assert not Booking.objects.exists()


def test_a_house_that_is_full(desk, new, choice, house):
    for number in range(3):
        desk.post(new, sent(choice, once=str(number) * 32))
    answer = desk.get(new)
    assert answer.status_code == 200
    assert "No room is free for this stay" in answer.content.decode()
    assert desk.post(new, sent(choice, once="z" * 32)).status_code == 200
    again = desk.post(new, sent(choice, once="2" * 32))
    assert again["Location"].endswith(f"/bookings/{max(one.pk for one in Booking.objects.all())}")
    assert Booking.objects.count() == 3

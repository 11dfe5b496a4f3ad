"""At a property that lets whole days a channel names the guest's last night, as everywhere."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bookyflow.availability.models import Occupancy
from bookyflow.core.acting import SYSTEM
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.models import Booking
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.services import quote_book
from bookyflow.reservations.stay_request import STAFF, RoomRequest, StayRequest
from tests.domain.reservations.conftest import GRACE, fresh
from tests.features.cmf.conftest import BASE, day, refusal, reservation, sent, stay_info, value

pytestmark = pytest.mark.django_db


@pytest.fixture
def villa(priced):
    """A house with one room, which is let by the day."""
    priced.rooms.exclude(number="1").delete()
    PropertySettings.objects.filter(property=priced).update(whole_day_booking=True)
    return priced


@pytest.fixture
def reserved(ota, villa):
    """The channel's reservation of the nights 3 and 4 from today."""
    value(ota.put(BASE + "reservations/add", sent(reservation("88412", stay_info(villa)))))
    return Booking.objects.get()


def free(ota, villa, first: int, last: int) -> int:
    path = f"{BASE}property/available/rooms/{villa.pk}/{day(first)}/{day(last)}"
    return len(value(ota.get(path))["continuously_available_rooms"])


def full(ota, villa) -> list[bool]:
    """Whether the nights from the second to the sixth are full."""
    days = value(ota.get(f"{BASE}property/calendar/{villa.pk}/{day(2)}/{day(6)}"))
    return [days[day(number)]["is_blocked"] for number in range(2, 7)]


def test_the_day_of_departure_of_a_channels_guest_is_taken(ota, villa, reserved):
    taken = Occupancy.objects.get().nights
    assert (taken.lower.isoformat(), taken.upper.isoformat()) == (day(3), day(6))
    assert full(ota, villa) == [False, True, True, True, False]
    again = sent(reservation("88413", stay_info(villa, 5, 6)))
    assert refusal(ota.put(BASE + "reservations/add", again))[:2] == (409, "no_room_available")
    later = sent(reservation("88413", stay_info(villa, 6, 6)))
    assert value(ota.put(BASE + "reservations/add", later))


def test_the_channel_is_shown_the_last_night_of_its_guest(ota, villa, reserved):
    shown = value(ota.get(f"{BASE}property/booking/{villa.pk}/{reserved.pk}"))[0]

    assert (shown["date_from"], shown["date_to"]) == (day(3), day(4))


def test_a_booking_of_the_house_itself_shows_the_last_night_of_its_guest(ota, villa, double):
    arrival, departure = date.fromisoformat(day(3)), date.fromisoformat(day(5))
    stay_request = StayRequest(arrival, departure, (RoomRequest(double.pk),), adults=2)
    quote = quote_make(prop=fresh(villa), stay_request=stay_request, booker=STAFF)
    booking = quote_book(quote=quote, guest=GRACE, booker=STAFF, by=SYSTEM)

    shown = value(ota.get(f"{BASE}property/booking/{villa.pk}/{booking.pk}"))[0]

    assert Occupancy.objects.get().nights.upper == departure + timedelta(days=1)
    assert (shown["date_from"], shown["date_to"]) == (day(3), day(4))


def test_a_block_closes_the_day_after_its_last_night(ota, villa):
    body = {
        "property_uid": villa.pk,
        "availability": {"date_from": day(3), "date_to": day(4)},
    }
    value(ota.put(BASE + "property/blackbooking", body))

    listed = value(ota.get(f"{BASE}property/list/blackbookings/{villa.pk}"))["blackbookings"]
    nights = {"date_from": day(3), "date_to": day(4)}
    assert list(listed.values()) == [nights | {"remote_booking_id": ""}]
    assert full(ota, villa) == [False, True, True, True, False]


def test_a_room_is_offered_where_its_day_of_departure_is_free(ota, villa, reserved):
    found = [free(ota, villa, *nights) for nights in ((1, 1), (1, 2), (5, 5), (6, 7))]

    assert found == [1, 0, 0, 1]


def test_a_price_is_that_of_all_days_that_are_taken(ota, villa):
    path = f"{BASE}property/price/{villa.pk}"
    price = value(ota.get(f"{path}/{day(3)}/{day(4)}/2"))["2"]
    PropertySettings.objects.update(whole_day_booking=False)
    by_the_night = value(ota.get(f"{path}/{day(3)}/{day(5)}/2"))["2"]

    assert price == by_the_night

"""Days that calendars make odd: leap days, year ends, changes of the clock, far time zones."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from bookyflow.core.errors import DomainError
from bookyflow.reservations.lifecycle import booking_check_in, booking_check_out, booking_no_show
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.stay_request import STAFF, VISITOR, RoomRequest, StayRequest
from tests.domain.reservations.conftest import fresh, price, settle

pytestmark = pytest.mark.django_db


def at(moment):
    return time_machine.travel(moment, tick=False)


@pytest.mark.parametrize(
    ("zone", "arrival", "departure", "nights"),
    [
        ("Europe/Berlin", date(2027, 3, 27), date(2027, 3, 29), 2),  # an hour is missing
        ("Europe/Berlin", date(2027, 10, 30), date(2027, 11, 1), 2),  # an hour comes twice
        ("America/New_York", date(2027, 3, 13), date(2027, 3, 15), 2),
        ("Europe/London", date(2028, 2, 28), date(2028, 3, 1), 2),  # a leap day
        ("Europe/London", date(2027, 2, 28), date(2027, 3, 1), 1),
        ("Pacific/Kiritimati", date(2027, 12, 31), date(2028, 1, 2), 2),  # a year ends
        ("Pacific/Pago_Pago", date(2027, 12, 31), date(2028, 1, 1), 1),
    ],
)
def test_every_night_is_paid_and_taken_once(hotel, double, book, zone, arrival, departure, nights):
    with at("2027-01-10T12:00:00+00:00"):
        prop = settle(hotel, time_zone=zone, deposit_kind="none")
        price(prop, double, 120)
        booking = book(
            StayRequest(arrival, departure, (RoomRequest(double.pk),), adults=2), prop=prop
        )

        assert booking.total == 120 * nights
        held = booking.occupancies.get().nights
        assert (held.lower, held.upper) == (arrival, departure)


@pytest.mark.parametrize(
    ("zone", "moment", "today"),
    [
        ("Pacific/Kiritimati", "2027-06-09T10:30:00+00:00", date(2027, 6, 10)),  # UTC+14
        ("Pacific/Pago_Pago", "2027-06-11T10:30:00+00:00", date(2027, 6, 10)),  # UTC-11
        ("Europe/Berlin", "2027-06-09T22:30:00+00:00", date(2027, 6, 10)),
    ],
)
def test_today_is_the_propertys_own(hotel, double, book, by, zone, moment, today):
    with at("2027-01-10T12:00:00+00:00"):
        prop = settle(hotel, time_zone=zone, deposit_kind="none")
        price(prop, double, 120)
        stay_request = StayRequest(
            today, today + timedelta(days=1), (RoomRequest(double.pk),), adults=2
        )
        booking, other = book(stay_request, prop=prop), book(stay_request, prop=prop)
    facts = {"property_id": prop.pk, "by": by}

    with at(moment):
        assert prop.settings.today() == today
        assert booking_check_in(booking_id=booking.pk, **facts).state == "checked_in"
        assert booking_no_show(booking_id=other.pk, **facts).state == "no_show"
        assert (
            quote_make(prop=fresh(prop), stay_request=stay_request, booker=STAFF).breakdown.total
            == 120
        )
        with pytest.raises(DomainError) as refused:
            quote_make(prop=fresh(prop), stay_request=stay_request, booker=VISITOR)
        assert refused.value.key == "arrival_too_soon"


def test_the_day_before_is_too_early(hotel, double, book, by):
    with at("2027-01-10T12:00:00+00:00"):
        prop = settle(hotel, time_zone="Pacific/Pago_Pago", deposit_kind="none")
        price(prop, double, 120)
        day = date(2027, 6, 10)
        stay_request = StayRequest(
            day, day + timedelta(days=1), (RoomRequest(double.pk),), adults=2
        )
        booking = book(stay_request, prop=prop)

    with at("2027-06-10T10:30:00+00:00"), pytest.raises(DomainError) as refused:  # still the 9th
        booking_check_in(booking_id=booking.pk, property_id=prop.pk, by=by)

    assert refused.value.key == "too_early"


def test_leaving_early_on_a_leap_day(hotel, double, book, by):
    with at("2027-12-10T12:00:00+00:00"):
        prop = settle(hotel, time_zone="Europe/London", deposit_kind="none")
        price(prop, double, 120)
        stay_request = StayRequest(
            date(2028, 2, 28), date(2028, 3, 3), (RoomRequest(double.pk),), adults=2
        )
        booking = book(stay_request, prop=prop)
    facts = {"booking_id": booking.pk, "property_id": prop.pk, "by": by}

    with at("2028-02-28T15:00:00+00:00"):
        booking_check_in(**facts)
    with at("2028-02-29T09:00:00+00:00"):
        left = booking_check_out(**facts, free_remaining=True)

    assert left.departure == date(2028, 2, 29)
    assert left.occupancies.get().nights.upper == date(2028, 2, 29)

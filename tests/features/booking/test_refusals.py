"""What a visitor is refused by the property's rules, and for what has changed since the quote."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bookyflow.availability.allotments import AllotmentChange, OpenRange, allotments_set
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import ONE_DAY, Stay
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import booking_check_in
from bookyflow.reservations.models import Booking
from bookyflow.rooms.models import Room
from bookyflow.tariffs.models import Coupon, DailyRate
from bookyflow.tariffs.selectors import DAYS_OF_WEEK, weekday
from tests.features.booking.conftest import API, GUEST, data, told

pytestmark = pytest.mark.django_db


def settle(**values):
    """That the property has these settings from now on."""
    return lambda _stay, _double: PropertySettings.objects.update(**values)


def another_changeover_day(stay, double):
    day = (weekday(stay.arrival) + 1) % DAYS_OF_WEEK
    PropertySettings.objects.update(fixed_arrival_on=True, fixed_arrival_weekday=day)


def stop_sale(stay, double):
    nights = OpenRange(stay.arrival, stay.last_night, available=False)
    change = AllotmentChange([nights], room_type_id=double.pk)
    allotments_set(property_id=Room.objects.first().property_id, change=change, by=SYSTEM)


def block_all(stay, double):
    block_create(property_id=Room.objects.first().property_id, stay=stay, by=SYSTEM)


def ask_for_a_week(stay, double):
    DailyRate.objects.update(min_stay=7)


def take_families(*, places):
    """That children need places, of which a room has some, and takes two people in all."""

    def arrange(stay, double):
        PropertySettings.objects.update(allow_children=True, children_count_for_capacity=True)
        Room.objects.update(max_adults=2, max_children=places, max_occupancy=2)

    return arrange


@pytest.fixture
def stay(asked):
    return Stay(date.fromisoformat(asked["arrival"]), date.fromisoformat(asked["departure"]))


@pytest.fixture
def call(hold, confirm, request):
    """Hold or book what is quoted."""
    return {"hold": hold, "confirm": confirm}[request.param]


both = pytest.mark.parametrize("call", ["hold", "confirm"], indirect=True)


@pytest.mark.parametrize(
    ("key", "arrange", "changes"),
    [
        ("not_bookable_online", settle(visitors_can_book=False), {}),
        ("arrival_too_late", settle(advance_limit_on=True, advance_limit_days=7), {}),
        ("changeover_day", another_changeover_day, {}),
        ("fixed_period", settle(fixed_periods_on=True, fixed_period_nights=7), {}),
        ("no_room_available", block_all, {}),
        ("stop_sell", stop_sale, {}),
        ("too_many_rooms", settle(), {"adults": 1, "rooms": [{}, {}]}),
        ("too_many_children", take_families(places=0), {"adults": 1, "child_ages": [3]}),
        ("too_many_guests", take_families(places=1), {"child_ages": [3]}),
        ("no_valid_tariffs", ask_for_a_week, {}),
    ],
)
def test_no_price_against_the_rules_of_the_property(
    anonymous, asked, stay, double, key, arrange, changes
):
    arrange(stay, double)

    assert told(anonymous.post(f"{API}/quote", asked | changes)) == (409, key)


def test_no_price_for_strangers_where_guests_have_to_be_known(anonymous, asked):
    PropertySettings.objects.update(only_registered_can_book=True)

    assert told(anonymous.post(f"{API}/quote", asked)) == (403, "registration_needed")


@both
@pytest.mark.parametrize(
    ("refusal", "arrange"),
    [
        ((403, "registration_needed"), settle(only_registered_can_book=True)),
        ((409, "no_room_available"), block_all),
        ((409, "stop_sell"), stop_sale),
    ],
)
def test_what_has_changed_since_the_quote(call, quoted, stay, double, refusal, arrange):
    quote = quoted()["quote"]
    arrange(stay, double)

    assert told(call(quote)) == refusal
    assert not Booking.objects.filter(kind="booking").exists()


@both
def test_a_coupon_that_somebody_else_was_the_last_to_use(call, confirm, quoted, inn):
    Coupon.objects.create(property=inn, code="LAST", amount=10, max_uses=1)
    quote, others = (quoted(coupon_code="LAST")["quote"] for _ in range(2))
    ada = {"guest": GUEST | {"email": "ada@guest.example"}}
    assert confirm(others, also=ada).status_code == 201

    assert told(call(quote)) == (409, "coupon_invalid")


@both
def test_a_night_that_is_over_by_now(call, quoted, inn, time_machine):
    PropertySettings.objects.update(min_days_before_arrival=0)
    today = inn.settings.today()
    midnight = datetime.combine(today + ONE_DAY, time(), UTC)
    time_machine.move_to(midnight - timedelta(minutes=5))
    tonight = {"arrival": today.isoformat(), "departure": (today + ONE_DAY).isoformat()}
    quote = quoted(**tonight)["quote"]
    time_machine.move_to(midnight + timedelta(minutes=5))

    assert told(call(quote)) == (409, "dates_in_past")


def test_who_has_arrived_does_not_cancel(confirm, cancel, inn):
    booked = data(confirm(), 201)
    booking = Booking.objects.get()
    booking_check_in(booking_id=booking.pk, property_id=inn.pk, by=SYSTEM, override=True)

    assert told(cancel(booked)) == (409, "booking_state")
    booking.refresh_from_db()
    assert booking.state == "checked_in"

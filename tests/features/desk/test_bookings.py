"""Bookings at the desk: made, read, listed, and those that end before their time."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookyflow.availability.allotments import AllotmentChange, OpenRange, allotments_set
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import Stay
from bookyflow.guests.services import GuestDetails
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import booking_check_in
from bookyflow.reservations.models import Booking, BookingState
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.services import Remarks, quote_book
from bookyflow.reservations.stay_request import VISITOR, RoomRequest, StayRequest
from bookyflow.rooms.models import Room
from bookyflow.tariffs.models import Coupon, DailyRate
from bookyflow.tariffs.selectors import DAYS_OF_WEEK, weekday
from tests.domain.reservations.conftest import fresh, settle
from tests.examples import example
from tests.features.desk.conftest import API, at, data, like, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def enquiry(inn, breakfast, by_visitor):
    PropertySettings.objects.update(requires_approval=True)
    return by_visitor()


@pytest.fixture
def by_visitor(inn, breakfast, double, asked):
    """Book as a guest does, ten days ahead."""

    def make():
        prop = fresh(inn)
        first = prop.settings.today() + timedelta(days=10)
        request = StayRequest(
            first,
            first + timedelta(days=3),
            (RoomRequest(double.pk),),
            adults=2,
            extras={breakfast.pk: 1},
        )
        quote = quote_make(prop=prop, stay_request=request, booker=VISITOR)
        guest = {
            name: value
            for name, value in example("desk.create_booking").request["guest"].items()
            if name in {"surname", "email", "house", "street", "town", "region", "postcode"}
        }
        told = GuestDetails(first_name="Grace", mobile="+1 555 0100", country="US", **guest)
        remarks = Remarks("Late arrival", language="en-GB")
        return quote_book(quote=quote, guest=told, booker=VISITOR, by=SYSTEM, remarks=remarks)

    return make


def test_a_booking_is_made_read_and_listed(desk, inn, shown_booking):
    like(shown_booking, "create_booking")
    like(data(desk.get(at(shown_booking))), "read_booking")
    like(data(desk.get(f"{API}/{inn.pk}/bookings")), "list_bookings")
    assert (shown_booking["arrival"], shown_booking["lines"][0]["description"]) == (
        inn.settings.today().isoformat(),
        "Double",
    )
    assert Booking.objects.get().made_by_staff


def test_what_else_may_be_told_of_a_booking(book, desk):
    booked = book(referrer="Fair", adults=1, agreed_price="200.00")
    booking = Booking.objects.get()
    booking.answers = {"allergies": "none"}
    booking.pay_by = timezone.now()
    booking.coupon = Coupon.objects.create(property=booking.property, code="X", amount=1)
    booking.state = BookingState.PROVISIONAL
    booking.save()

    found = data(desk.get(at(booked)))

    assert (found["referrer"], found["answers"]) == ("Fair", {"allergies": "none"})
    assert (found["total"], found["lines"][0]["rule"]) == ("200.00", "agreed_price")
    assert (found["coupon_uid"], found["pay_by"] is None) == (booking.coupon_id, False)


def test_nothing_personal_without_its_scope(client_for, receptionist, shown_booking):
    reader = client_for("bookings_get", user=receptionist)
    hidden = ("guest", "remarks", "referrer", "answers", "cancellation_reason")

    for found in (
        data(reader.get(at(shown_booking))),
        *data(reader.get(f"{API}/{shown_booking['property_uid']}/bookings")),
    ):
        assert not any(found[name] for name in hidden if name in found)
        assert "Hopper" not in str(found)
    assert told(reader.get(at(shown_booking, "guest"))) == (403, "scope_missing")


def test_whom_a_booking_is_for(desk, shown_booking):
    like(data(desk.get(at(shown_booking, "guest"))), "read_guest")
    shown = example("desk.correct_guest")
    like(data(desk.put(at(shown_booking, "guest"), shown.request)), "correct_guest")

    Booking.objects.update(personal="")
    assert told(desk.put(at(shown_booking, "guest"), shown.request)) == (404, "guest_not_found")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"surname": ""}, "surname"),
        ({"country": "XX"}, "country"),
        ({"region": "Penryn"}, "region"),
        ({"email": "grace"}, "email"),
        ({"town": "x" * 101}, "town"),
    ],
)
def test_a_correction_that_is_none(desk, booked, body, field):
    refused = desk.put(at(booked, "guest"), body)

    assert told(refused) == (400, "validation_failed")
    assert list(refused.json()["fields"]) == [field]


def test_the_list_by_state_and_day(desk, inn, book, asked):
    today, tomorrow = (inn.settings.today() + timedelta(days=n) for n in (0, 1))
    here = book(adults=1)
    later = book(arrival=tomorrow.isoformat(), adults=1)
    desk.put(at(here, "checkin"))

    def listed(**query):
        found = data(desk.get(f"{API}/{inn.pk}/bookings", query))
        return [one["contract_uid"] for one in found]

    uids = [here["contract_uid"], later["contract_uid"]]
    assert listed() == uids
    assert listed(status="checked_in") == listed(arrival=today.isoformat()) == uids[:1]
    assert listed(arrival=tomorrow.isoformat(), status="confirmed") == uids[1:]
    assert listed(departure=asked["departure"]) == uids
    assert listed(status="cancelled") == []
    for wrong in ({"status": "there"}, {"arrival": "today"}):
        assert told(desk.get(f"{API}/{inn.pk}/bookings", wrong)) == (400, "validation_failed")


def test_reads_take_the_same_few_statements_whatever_there_is(desk, inn, book, hotel):
    type_id = Room.objects.first().room_type_id
    Room.objects.bulk_create(
        Room(property=hotel, room_type_id=type_id, number=str(n)) for n in range(10, 30)
    )

    def statements(path):
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(path).status_code == 200
        return len(queries)

    booked = [book(adults=1) for _ in range(2)]
    few = statements(f"{API}/{inn.pk}/bookings")
    single = statements(at(booked[0]))
    booked += [book(adults=1) for _ in range(18)]
    for _ in range(3):
        desk.put(at(booked[0], "checkin"))
        desk.delete(at(booked[0], "checkin"))

    assert (few, single) == (2, 6)
    assert (statements(f"{API}/{inn.pk}/bookings"), statements(at(booked[0]))) == (2, 6)


def settings_of(**changes):
    """That the property has these settings from now on."""
    return lambda _: changes and PropertySettings.objects.update(**changes)


def another_changeover_day(stay):
    day = (weekday(stay.arrival) + 1) % DAYS_OF_WEEK
    PropertySettings.objects.update(fixed_arrival_on=True, fixed_arrival_weekday=day)


def stop_sale(stay):
    nights = OpenRange(stay.arrival, stay.last_night, available=False)
    room = Room.objects.first()
    change = AllotmentChange([nights], room_type_id=room.room_type_id)
    allotments_set(property_id=room.property_id, change=change, by=SYSTEM)


def block_all(stay):
    block_create(property_id=Room.objects.first().property_id, stay=stay, by=SYSTEM)


def take_families(places):
    def arrange(stay):
        PropertySettings.objects.update(allow_children=True, children_count_for_capacity=True)
        Room.objects.update(max_adults=2, max_children=places, max_occupancy=2)

    return arrange


YESTERDAY = (timezone.now() - timedelta(days=1)).date().isoformat()
CERTAIN = {"rooms": [{"room_uid": 10**9}]}
REFUSED = [
    ("stay_too_long", settings_of(), {"departure": "2199-12-31"}),
    ("arrival_too_soon", settings_of(), {"arrival": YESTERDAY}),
    ("changeover_day", another_changeover_day, {}),
    ("fixed_period", settings_of(fixed_periods_on=True, fixed_period_nights=7), {}),
    ("no_room_available", block_all, {}),
    ("room_taken", settings_of(), CERTAIN),
    ("stop_sell", stop_sale, {}),
    ("too_many_rooms", settings_of(), {"adults": 1, "rooms": [{}, {}]}),
    ("too_many_adults", settings_of(), {"adults": 9}),
    ("too_many_children", take_families(0), {"adults": 1, "child_ages": [3]}),
    ("too_many_guests", take_families(1), {"child_ages": [3]}),
    ("children_not_allowed", settings_of(allow_children=False), {"child_ages": [3]}),
    ("no_valid_tariffs", lambda _: DailyRate.objects.update(min_stay=7), {}),
    ("extra_not_available", settings_of(), {"extras": {"999999": 1}}),
    ("coupon_invalid", settings_of(), {"coupon_code": "NONE"}),
]


@pytest.fixture
def stay(asked):
    return Stay(date.fromisoformat(asked["arrival"]), date.fromisoformat(asked["departure"]))


@pytest.mark.parametrize(("key", "arrange", "changes"), REFUSED, ids=[one[0] for one in REFUSED])
def test_no_booking_against_the_rules(desk, inn, asked, stay, key, arrange, changes):
    arrange(stay)

    assert told(desk.post(f"{API}/{inn.pk}/bookings", asked | changes)) == (409, key)
    assert not Booking.objects.filter(kind="booking").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"arrival": None}, "arrival"),
        ({"arrival": "2027-06-10", "departure": "2027-06-10"}, "departure"),
        ({"rooms": []}, "rooms"),
        ({"rooms": [{"adults": -1}]}, "rooms"),
        ({"rooms": [{}] * 51}, "rooms"),
        ({"adults": 10**9}, "adults"),
        ({"child_ages": [99]}, "child_ages"),
        ({"extras": {"x": 1}}, "extras"),
        ({"agreed_price": "-1"}, "agreed_price"),
        ({"agreed_price": "1.005"}, "agreed_price"),
        ({"guest": {"surname": ""}}, "guest"),
        ({"guest": "Grace"}, "guest"),
        ({"language": "english"}, "language"),
    ],
)
def test_a_booking_that_is_none(desk, inn, asked, changes, field):
    refused = desk.post(f"{API}/{inn.pk}/bookings", asked | changes)

    assert told(refused) == (400, "validation_failed")
    assert list(refused.json()["fields"]) == [field]


def test_a_dry_run_shows_the_price_and_the_same_key_books_once(desk, inn, asked):
    def post(**headers):
        return data(desk.post(f"{API}/{inn.pk}/bookings", asked, **headers), 201)

    assert post(HTTP_X_BOOKYFLOW_DRY_RUN="1")["total"] == "360.00"
    assert not Booking.objects.exists()
    assert post(HTTP_IDEMPOTENCY_KEY="once") == post(HTTP_IDEMPOTENCY_KEY="once")
    assert Booking.objects.count() == 1


def test_an_enquiry_is_approved_or_rejected_once(desk, enquiry):
    approved = data(desk.put(at(enquiry, "approval")))
    like(approved, "approve_booking")
    assert told(desk.put(at(enquiry, "approval"))) == (409, "booking_state")
    assert told(desk.put(at(enquiry, "rejection"))) == (409, "booking_state")


def test_an_enquiry_is_rejected(desk, enquiry):
    shown = example("desk.reject_booking")

    answers = [data(desk.put(at(enquiry, "rejection"), shown.request)) for _ in range(2)]

    assert answers[0] == answers[1]
    assert answers[0]["lines"][-1]["explanation"] == "Taken back."
    like(answers[0] | {"lines": shown.answer["lines"]}, "reject_booking")


@pytest.mark.parametrize(
    ("key", "arrange"), [("no_room_available", block_all), ("stop_sell", stop_sale)]
)
def test_an_enquiry_for_which_there_is_no_room_any_more(desk, enquiry, key, arrange):
    enquiry.occupancies.all().delete()
    arrange(enquiry.stay())

    assert told(desk.put(at(enquiry, "approval"))) == (409, key)


def test_an_enquiry_whose_time_is_over(desk, enquiry):
    Booking.objects.update(
        arrival=enquiry.arrival - timedelta(days=99),
        departs_on=enquiry.departs_on - timedelta(days=99),
        departure=enquiry.departure - timedelta(days=99),
    )

    assert told(desk.put(at(enquiry, "approval"))) == (409, "dates_in_past")


def test_a_booking_that_is_kept_without_its_deposit(desk, inn, by_visitor):
    settle(inn, deposit_kind="percentage", deposit_value=20)
    booking = by_visitor()
    assert data(desk.get(at(booking)))["pay_by"]

    like(data(desk.put(at(booking, "keeping"))), "keep_booking")


@pytest.fixture
def fees(inn):
    """A night's price for who cancels or does not come."""
    settle(
        inn,
        cancellation_free_days=7,
        cancellation_fee_kind="fixed",
        cancellation_fee=Decimal(120),
        no_show_fee_kind="fixed",
        no_show_fee=Decimal(120),
    )


def test_the_fee_is_shown_first(desk, shown_booking, fees):
    Booking.objects.update(paid=150)

    like(data(desk.post(at(shown_booking, "cancellation/preview"))), "preview_cancellation")
    Booking.objects.update(paid=50)
    terms = data(desk.post(at(shown_booking, "cancellation/preview")))
    assert (terms["refund"], terms["amount_due"]) == ("0.00", "70.00")
    assert data(desk.get(at(shown_booking)))["status"] == "confirmed"


@pytest.mark.parametrize(
    ("action", "path"), [("cancel_booking", "cancellation"), ("mark_no_show", "no_show")]
)
def test_a_booking_that_comes_to_nothing(desk, shown_booking, fees, action, path):
    shown = example(f"desk.{action}")

    answers = [data(desk.put(at(shown_booking, path), shown.request)) for _ in range(2)]

    like(answers[0], action)
    assert answers[0] == answers[1]
    assert sum(Decimal(line["gross"]) for line in answers[0]["lines"]) == 120


@pytest.mark.parametrize("path", ["cancellation", "no_show"])
def test_no_fee_where_staff_say_so(desk, booked, fees, path):
    assert data(desk.put(at(booked, path), {"charge_fee": False}))["total"] == "0.00"


def test_who_has_arrived_neither_cancels_nor_stays_away(desk, booked):
    place = {"booking_id": booked["contract_uid"], "property_id": booked["property_uid"]}
    booking_check_in(**place, by=SYSTEM)

    for answer in (
        desk.post(at(booked, "cancellation/preview")),
        desk.put(at(booked, "cancellation")),
        desk.put(at(booked, "no_show")),
        desk.put(at(booked, "rejection")),
    ):
        assert told(answer) == (409, "booking_state")


def test_nobody_is_missed_before_the_day(desk, book, inn):
    tomorrow = inn.settings.today() + timedelta(days=1)
    booked = book(arrival=tomorrow.isoformat())

    assert told(desk.put(at(booked, "no_show"))) == (409, "too_early")

"""What a booking session is refused, each with its number; a refused call changes nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bookyflow.booking_sessions.models import BookingSession
from bookyflow.core.dates import Stay
from bookyflow.guests.models import Guest
from bookyflow.properties.models import CustomField, PluginSetting, Property, PropertySettings
from bookyflow.reservations.models import Booking, Hold
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import DailyRate, TariffType
from tests.features.booking.conftest import data
from tests.features.booking.test_refusals import (
    another_changeover_day,
    block_all,
    settle,
    stop_sale,
    take_families,
)

pytestmark = pytest.mark.django_db

ADDRESS = {"surname": "Hopper", "email": "grace@guest.example"}
GETS = """
    regions/GB format_price/1 rooms prices deposit city_tax cleaning_fee validate/address
    validate/dates validate/guest/numbers validate/rooms validate/booking ok_to_book session
"""
POSTS = {
    "set/dates": {"arrivalDate": "2027-06-10", "departureDate": "2027-06-13"},
    "set/guest/numbers": {"adults": 2},
    "set/property/booking": {"selectedRooms": "1^1"},
    "set/rooms/booking": {"roomTariffPairs": "1^1"},
    "set/address": ADDRESS,
    "set/note": {"note": "By train."},
    "create": {},
    "session/prolong": {},
}
CALLS = [*(f"GET {path}" for path in GETS.split()), *(f"POST {path}" for path in POSTS)]
CALLS += ["DELETE session"]
SETS = [name for name in CALLS if name.startswith("POST set/")]


def call(form, name, **headers):
    method, _, path = name.partition(" ")
    headers = form.headers | getattr(form, "token", {}) | headers
    send = getattr(form.client, method.lower())
    body = [POSTS[path]] if method == "POST" else []
    return send(f"/bookyflow/api/booking/{path}", *body, **headers)


def told(answer):
    """Status, key and number of a refusal."""
    body = answer.json()
    return answer.status_code, body["key"], body.get("error_number")


def refusals(form, names, **headers):
    """What calls are refused with, by call."""
    return {name: told(call(form, name, **headers)) for name in names}


def test_no_call_without_the_id_of_a_session(form):
    none = {"HTTP_X_BOOKYFLOW_BOOKING_SESSION_ID": ""}
    refused = (400, "session_id_missing", "001")

    assert refusals(form, CALLS, **none) == dict.fromkeys(CALLS, refused)
    assert told(form.initialise(**none)) == refused


def test_no_call_before_the_beginning_and_none_when_the_time_is_over(form):
    refused = dict.fromkeys(CALLS, (409, "session_not_initialised", "002"))
    made_up = {"HTTP_X_BOOKYFLOW_BOOKING_SESSION_TOKEN": "made up"}
    assert refusals(form, CALLS, **made_up) == refused
    form.begin()
    BookingSession.objects.update(expires_at="2026-01-01T00:00:00Z")

    assert refusals(form, CALLS) == refused


def test_a_token_that_is_not_sent_is_missed_before_the_session(form):
    opened = ["GET session", "POST session/prolong", "DELETE session"]

    refused = (403, "session_token_invalid", "101")
    assert refusals(form, opened) == dict.fromkeys(opened, refused)


def test_no_call_of_a_property_that_has_closed(form):
    form.begin()
    Property.objects.update(is_published=False)

    assert refusals(form, CALLS) == dict.fromkeys(CALLS, (404, "property_not_found", "003"))


def test_a_property_that_is_not_published_begins_nothing(form):
    Property.objects.update(is_published=False)

    assert told(form.initialise()) == (404, "property_not_found", "003")


@pytest.mark.parametrize("session", ["a b", "ä", "x" * 256])
def test_an_id_that_is_none(form, session):
    answer = form.initialise(HTTP_X_BOOKYFLOW_BOOKING_SESSION_ID=session)

    assert told(answer)[:2] == (400, "validation_failed")


@pytest.mark.parametrize("token", ["", "wrong"])
def test_what_needs_the_token(form, token):
    form.fill()
    names = ("GET session", "POST session/prolong", "DELETE session")
    wrong = {"HTTP_X_BOOKYFLOW_BOOKING_SESSION_TOKEN": token}

    refused = dict.fromkeys(names, (403, "session_token_invalid", "101"))
    assert refusals(form, names, **wrong) == refused
    assert data(form.read())["address"]["surname"] == "Hopper"


def test_nothing_changes_once_it_is_booked(form):
    form.fill()
    data(form.create())
    names = [*SETS, "POST session/prolong"]

    assert refusals(form, names) == dict.fromkeys(names, (409, "session_booked", "101"))


@pytest.mark.parametrize(
    ("names", "steps", "expected"),
    [
        ("POST set/guest/numbers", (), (409, "dates_not_set", "006")),
        ("GET rooms", (), (409, "dates_not_set", "006")),
        ("POST set/property/booking", (), (409, "dates_not_set", "006")),
        ("POST set/rooms/booking", (), (409, "dates_not_set", "006")),
        ("POST set/property/booking", ("set_dates",), (409, "guests_not_set", "005")),
        ("POST set/rooms/booking", ("set_dates",), (409, "guests_not_set", "005")),
        ("GET prices", (), (409, "dates_not_set", "006")),
        ("GET prices", ("set_dates",), (409, "guests_not_set", "005")),
        ("GET prices", ("set_dates", "set_party"), (409, "no_room_selected", "018")),
        ("POST session/prolong", ("set_dates", "set_party"), (409, "no_room_selected", "018")),
        ("POST create", ("set_dates", "set_party"), (409, "booking_not_ready", "018")),
    ],
)
def test_what_comes_too_early(form, names, steps, expected):
    form.fill("begin", *steps)

    assert told(call(form, names)) == expected


@pytest.mark.parametrize("path", ["deposit", "city_tax", "cleaning_fee"])
def test_fees_need_all_that_prices_need(form, path):
    refused = []
    for step in ("begin", "set_dates", "set_party"):
        form.fill(step)
        refused.append(told(form.get(path))[1])
    form.fill("choose")
    Hold.objects.update(expires_at="2026-01-01T00:00:00Z")

    assert [*refused, told(form.get(path))[1]] == [
        "dates_not_set",
        "guests_not_set",
        "no_room_selected",
        "hold_expired",
    ]


def test_a_hold_that_is_over(form):
    form.fill()
    Hold.objects.update(expires_at="2026-01-01T00:00:00Z")

    assert told(form.get("prices")) == (409, "hold_expired", "020")
    assert told(call(form, "POST session/prolong")) == (409, "hold_expired", "020")
    assert told(form.create()) == (409, "booking_not_ready", "020")
    assert data(form.get("validate/rooms"))["key"] == "hold_expired"


@pytest.mark.parametrize(
    ("changes", "fields", "number"),
    [
        ({"arrivalDate": None}, ["arrivalDate"], "008"),
        ({"arrivalDate": "2027/06/10"}, ["arrivalDate"], "008"),
        ({"arrivalDate": "2027-02-30"}, ["arrivalDate"], "008"),
        ({"departureDate": 7}, ["departureDate"], "009"),
        ({"departureDate": "2020-01-01"}, ["departureDate"], "009"),
    ],
)
def test_dates_that_are_none(form, changes, fields, number):
    form.fill("begin")
    answer = form.set_dates(**changes)

    assert told(answer) == (400, "validation_failed", number)
    assert list(answer.json()["fields"]) == fields


@pytest.mark.parametrize(("missing", "number"), [("arrivalDate", "006"), ("departureDate", "007")])
def test_dates_that_are_missing(form, missing, number):
    form.fill("begin")
    form.dates.pop(missing)

    assert told(form.set_dates()) == (400, "validation_failed", number)


def ask_for_a_week(stay, double):
    DailyRate.objects.update(min_stay=7)


OF_NO_RATE = {"adults": 2, "children": [{"id": 999, "quantity": 1}]}
NO_CHILDREN, ONE_CHILD = take_families(places=0), take_families(places=1)
AGAINST_DATES = [
    ("not_bookable_online", 409, "101", settle(visitors_can_book=False)),
    ("registration_needed", 403, "101", settle(only_registered_can_book=True)),
    ("arrival_too_soon", 409, "014", settle(min_days_before_arrival=31)),
    ("arrival_too_late", 409, "014", settle(advance_limit_on=True, advance_limit_days=7)),
    ("changeover_day", 409, "014", another_changeover_day),
    ("fixed_period", 409, "015", settle(fixed_periods_on=True, fixed_period_nights=7)),
    ("no_valid_tariffs", 409, "013", ask_for_a_week),
]


@pytest.fixture
def stay(form):
    return Stay(*map(date.fromisoformat, form.dates.values()))


@pytest.mark.parametrize(
    ("key", "status", "number", "arrange"),
    [*AGAINST_DATES, ("property_not_available", 409, "014", block_all)],
)
def test_dates_against_the_rules(form, stay, double, key, status, number, arrange):
    form.fill("begin")
    arrange(stay, double)

    assert told(form.set_dates()) == (status, key, number)
    assert BookingSession.objects.get().arrival is None


def test_a_stay_of_many_years(form, stay):
    form.fill("begin")
    long = str(stay.arrival + timedelta(days=1200))

    assert told(form.set_dates(departureDate=long)) == (409, "stay_too_long", "015")


@pytest.mark.parametrize(
    ("body", "arrange", "expected"),
    [
        ({"adults": 0}, settle(), (400, "validation_failed", "011")),
        ({}, settle(), (400, "validation_failed", "005")),
        (
            {"adults": 2, "children": [{"id": 999, "quantity": 1}]},
            settle(),
            (400, "validation_failed", "012"),
        ),
        ({"adults": 2, "children": [{"quantity": 1}]}, settle(), (400, "validation_failed", "012")),
        ({"adults": 2, "child_ages": [18]}, settle(), (400, "validation_failed", "012")),
        ({"adults": 2, "child_ages": [3]}, settle(), (409, "children_not_allowed", "012")),
        ({"adults": 7}, settle(), (409, "too_many_adults", "011")),
        (
            {"adults": 1, "child_ages": [3]},
            NO_CHILDREN,
            (409, "too_many_children", "012"),
        ),
        (
            {"adults": 6, "child_ages": [3]},
            ONE_CHILD,
            (409, "too_many_guests", "011"),
        ),
        ({"adults": 2}, block_all, (409, "no_room_available", "013")),
    ],
)
def test_guests_that_have_no_place(form, stay, double, body, arrange, expected):
    form.fill("begin", "set_dates")
    arrange(stay, double)

    assert told(form.post("set/guest/numbers", body)) == expected
    assert BookingSession.objects.get().adults is None


def take_all(stay, double):
    PropertySettings.objects.update(rooms_list=1)
    block_all(stay, double)


def close_rates(stay, double):
    DailyRate.objects.update(closed=True)


AGAINST_ROOMS = [
    *AGAINST_DATES[:-1],
    ("no_valid_tariffs", 409, "013", close_rates),
    ("no_room_available", 409, "013", block_all),
    ("room_taken", 409, "013", take_all),
    ("stop_sell", 409, "013", stop_sale),
]


@pytest.fixture
def choose(form):
    """Choose rooms by both calls, which refuse alike."""

    def refused(pairs=None, **more):
        pairs = pairs or form.pairs()
        first = told(form.post("set/property/booking", {"selectedRooms": pairs, **more}))
        assert told(form.post("set/rooms/booking", {"roomTariffPairs": pairs, **more})) == first
        return first

    return refused


@pytest.mark.parametrize(("key", "status", "number", "arrange"), AGAINST_ROOMS)
def test_rooms_against_the_rules(form, stay, double, choose, key, status, number, arrange):
    form.fill("begin", "set_dates", "set_party")
    arrange(stay, double)

    assert choose() == (status, key, number)
    assert BookingSession.objects.get().rooms == []
    assert not Hold.objects.exists()


@pytest.mark.parametrize(
    ("party", "rooms", "arrange", "expected"),
    [
        ({"adults": 1}, 2, settle(), (409, "too_many_rooms", "011")),
        ({"adults": 3}, 1, settle(), (409, "too_many_adults", "011")),
        (
            {"adults": 1, "child_ages": [3, 4]},
            1,
            ONE_CHILD,
            (409, "too_many_children", "012"),
        ),
        (
            {"adults": 2, "child_ages": [3]},
            1,
            ONE_CHILD,
            (409, "too_many_guests", "011"),
        ),
    ],
)
def test_rooms_not_for_so_many(form, stay, double, choose, party, rooms, arrange, expected):
    PropertySettings.objects.update(allow_children=True, children_count_for_capacity=False)
    Room.objects.update(max_children=1, max_occupancy=3)
    form.fill("begin", "set_dates")
    data(form.set_party(**party))
    arrange(stay, double)

    assert choose(form.pairs(rooms)) == expected


def test_children_where_there_may_be_none_any_more(form, choose):
    PropertySettings.objects.update(allow_children=True, children_count_for_capacity=False)
    form.fill("begin", "set_dates")
    data(form.set_party(child_ages=[3]))
    PropertySettings.objects.update(allow_children=False)

    assert choose() == (409, "children_not_allowed", "012")


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ("{room}", (400, "validation_failed", "013")),
        ("{room}^{tariff},{room}^{tariff}", (400, "validation_failed", "013")),
        ("0^{tariff}", (400, "validation_failed", "013")),
        ("{room}^999999", (404, "tariff_type_not_found", "017")),
        ("999999^{tariff}", (404, "room_not_found", "016")),
        ("{room}^{other}", (400, "room_tariff_incorrect", "013")),
    ],
)
def test_pairs_that_there_are_not(form, inn, choose, pairs, expected):
    form.fill("begin", "set_dates", "set_party")
    room, tariff = form.pairs().split("^")
    suite = RoomType.objects.create(name="Suite", property=inn)
    other = TariffType.objects.create(property=inn, room_type=suite)

    assert choose(pairs.format(room=room, tariff=tariff, other=other.pk)) == expected


def test_extras_that_are_not_offered(form, choose):
    form.fill("begin", "set_dates", "set_party")

    assert choose(extras={"999": 1}) == (409, "extra_not_available", "101")


def test_no_rooms_where_some_are_needed(form):
    form.fill("begin", "set_dates", "set_party")

    answer = form.post("set/property/booking", {"selectedRooms": ""})
    assert told(answer) == (409, "no_room_selected", "018")


@pytest.mark.parametrize(
    ("limits", "key", "number"),
    [
        ({"HOLD_LONGEST_NIGHTS": 2}, "stay_too_long", "015"),
        ({"HOLD_FURTHEST_DAYS": 20}, "arrival_too_late", "014"),
        ({"ROOM_NIGHTS_PER_ADDRESS": 2}, "too_many_holds", "101"),
    ],
)
def test_more_than_a_stranger_may_hold(form, choose, settings, limits, key, number):
    form.fill("begin", "set_dates", "set_party")
    for name, value in limits.items():
        setattr(settings, name, value)

    assert choose()[1:] == (key, number)


@pytest.mark.parametrize(
    ("changes", "key", "fields"),
    [
        ({"firstname": "undefined"}, "guest_fields_missing", ["firstname"]),
        ({"surname": "null"}, "guest_fields_missing", ["surname"]),
        ({"email": ""}, "guest_fields_missing", ["email"]),
        ({"email": "no address"}, "validation_failed", ["email"]),
        ({"country": "ZZ"}, "validation_failed", ["country"]),
        ({"region": "GB-CON"}, "validation_failed", ["region"]),
        ({"region": "Atlantis"}, "validation_failed", ["region"]),
        ({"surname": "two\nlines"}, "validation_failed", ["surname"]),
        ({"tel_mobile": 4711}, "validation_failed", ["tel_mobile"]),
        ({"town": "x" * 101}, "validation_failed", ["town"]),
        ({"answers": {"unknown": "1"}}, "validation_failed", ["answers"]),
    ],
)
def test_an_address_that_will_not_do(form, changes, key, fields):
    form.fill("begin")
    answer = form.set_address(**changes)

    assert told(answer)[:2] == (400, key)
    assert list(answer.json()["fields"]) == fields
    assert not BookingSession.objects.get().address


@pytest.mark.parametrize("note", ["", "  ", "undefined", "x" * 5001, 7, None])
def test_a_remark_that_is_none(form, note):
    form.fill("begin")

    assert told(form.post("set/note", {"note": note}))[:2] == (400, "validation_failed")


def test_remarks_have_an_end(form):
    form.fill("begin")
    for _ in range(20):
        data(form.post("set/note", {"note": "By train."}))

    assert told(form.post("set/note", {"note": "By train."}))[:2] == (400, "validation_failed")


def test_an_unanswered_question_keeps_it_from_being_ready(form, inn):
    CustomField.objects.create(property=inn, name="by_train", answer="flag", required=True)
    form.fill()
    assert told(form.create()) == (409, "booking_not_ready", "101")

    data(form.set_address(answers={"by_train": "1"}))

    data(form.create())
    assert dict(Booking.objects.get().answers) == {"by_train": True}


def test_guests_who_are_not_welcome_are_refused_like_anybody(form, inn):
    form.fill()
    data(form.create())
    Guest.objects.update(blacklisted=True)
    form.headers = {"HTTP_X_BOOKYFLOW_BOOKING_SESSION_ID": "another"}
    form.fill()

    assert told(form.create()) == (409, "no_room_available", "013")
    assert Hold.objects.get(booking=None).released_at is not None


@pytest.fixture
def by_card(inn):
    """That guests of the inn pay by card, before they book."""
    for name, value in {"active": "1", "secret_key": "sk_1", "webhook_secret": "whsec_1"}.items():
        PluginSetting.objects.create(property=inn, plugin="stripe", name=name, value=value)


def test_a_guest_pays_before_where_something_is_due(form, inn, by_card):
    page = f"http://testserver/bookyflow/book/{inn.pk}?lang=en-GB"
    begun = form.begin()
    form.fill()

    answer = form.create()

    assert begun["confirmation_url"] == page
    assert begun["bypass_confirmation"] is False
    assert told(answer) == (409, "payment_needed", "101")
    assert answer.json()["confirmation_url"] == page
    assert not Booking.objects.exists()
    held = data(form.read())
    assert (held["booked"], bool(held["reference"]), bool(held["token"])) == (False, True, True)


@pytest.mark.parametrize("changes", [{"deposit_kind": "none"}, {"requires_approval": True}])
def test_nobody_pays_before_where_nothing_is_due_or_staff_decide(form, inn, by_card, changes):
    PropertySettings.objects.update(**changes)
    form.fill()

    assert data(form.create())["valid"] is True


@pytest.mark.parametrize("until", ["2027-06-01", "2027-06-03", "2027-06-31"])
def test_ranges_that_are_none(form, until):
    assert told(form.get(f"dates_in_range/2027-06-03/{until}"))[:2] == (400, "validation_failed")


@pytest.mark.parametrize("price", ["-1", "abc", "1e9", "1.2345", "1,5"])
def test_prices_that_are_none(form, price):
    form.begin()

    assert told(form.get(f"format_price/{price}"))[:2] == (400, "validation_failed")

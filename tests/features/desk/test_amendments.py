"""Other dates, rooms, guests and extras for a booking, at the desk."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bookyflow.availability.models import Allotment, Occupancy
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import Stay
from bookyflow.events.models import Event
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.models import Booking
from bookyflow.rooms.models import Room
from bookyflow.tariffs.models import DailyRate
from tests.examples import as_shown, example
from tests.features.desk.conftest import API, OWN, at, data, like, told
from tests.features.desk.test_bookings import (
    another_changeover_day,
    settings_of,
    take_families,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def stay(asked):
    return Stay(date.fromisoformat(asked["arrival"]), date.fromisoformat(asked["departure"]))


@pytest.fixture
def amend(desk):
    """Change a booking, or only look (`preview`)."""

    def post(booked, price="repriced", *, preview=False, **changes):
        path = "amendments/preview" if preview else "amendments"
        return desk.post(at(booked, path), {"price": price} | changes)

    return post


def a_day_longer(booked):
    last = date.fromisoformat(booked["departure"])
    return (last + timedelta(days=1)).isoformat()


def test_a_change_is_shown_and_made(amend, desk, shown_booking):
    departure = a_day_longer(shown_booking)
    found = data(amend(shown_booking, "granted", preview=True, departure=departure))
    shown = example("desk.preview_amendment").answer
    assert as_shown(found, shown, *OWN) == shown
    assert found["booking"]["departure"] == departure
    assert data(desk.get(at(shown_booking))) == shown_booking
    assert not Event.objects.filter(kind="booking_modified").exists()

    changed = like(data(amend(shown_booking, "granted", departure=departure)), "amend_booking")
    assert changed["rooms"] == shown_booking["rooms"]


@pytest.mark.parametrize(
    ("price", "total"), [("kept", "360.00"), ("repriced", "800.00"), ("granted", "560.00")]
)
def test_what_becomes_of_the_price(amend, booked, price, total):
    DailyRate.objects.update(price=200)

    changed = data(amend(booked, price, departure=a_day_longer(booked)))

    assert (changed["total"], changed["version"]) == (total, 2)
    assert (changed["balance"], changed["departure"]) == (total, a_day_longer(booked))


def test_guests_rooms_extras_and_an_agreed_price(amend, booked, breakfast, double):
    more = data(amend(booked, adults=3, rooms=[{"room_type_uid": double.pk}, {}], child_ages=[]))
    assert (more["adults"], len(more["rooms"]), more["total"]) == (3, 2, "720.00")
    fed = data(amend(booked, "granted", extras={str(breakfast.pk): 1}))
    assert fed["total"] == "792.00"
    agreed = data(amend(booked, agreed_price="500.00"))
    assert agreed["total"] == "572.00"
    assert data(amend(booked, drop_agreed_price=True))["total"] == "792.00"


def test_what_is_billed_is_taken_back_by_lines(amend, desk, client_for, manager, booked):
    client_for("invoices_set", user=manager).post(at(booked, "invoices"))

    changed = data(amend(booked, departure=a_day_longer(booked)))

    first, back, anew = changed["lines"]
    assert (first["is_billed"], back["reverses_uid"]) == (True, first["line_uid"])
    assert (back["gross"], anew["gross"], changed["total"]) == ("-360.00", "480.00", "480.00")


def block_others(stay):
    free = Room.objects.exclude(pk__in=Occupancy.objects.values("room"))
    room_ids = list(free.values_list("pk", flat=True))
    block_create(
        property_id=Room.objects.first().property_id, stay=stay, room_ids=room_ids, by=SYSTEM
    )


def close_all(stay):
    room = Room.objects.first()
    closed = {"property_id": room.property_id, "room_type_id": room.room_type_id}
    Allotment.objects.create(**closed, date=stay.arrival, stop_sell=True)


TWO = {"rooms": [{}, {}]}
NOTHING = settings_of()
REFUSED = [
    ("stay_too_long", NOTHING, {"departure": "2199-12-31"}),
    ("changeover_day", another_changeover_day, {"arrival": "+2"}),
    ("fixed_period", settings_of(fixed_periods_on=True, fixed_period_nights=7), {"arrival": "+2"}),
    ("no_room_available", block_others, TWO),
    ("room_taken", NOTHING, {"rooms": [{"room_uid": 10**9}]}),
    ("stop_sell", close_all, TWO),
    ("too_many_rooms", NOTHING, TWO | {"adults": 1}),
    ("too_many_adults", NOTHING, {"adults": 9}),
    ("too_many_children", take_families(0), {"adults": 1, "child_ages": [3]}),
    ("too_many_guests", take_families(1), {"child_ages": [3]}),
    ("children_not_allowed", settings_of(allow_children=False), {"child_ages": [3]}),
    ("no_valid_tariffs", lambda _: DailyRate.objects.update(min_stay=7), {}),
    ("extra_not_available", NOTHING, {"extras": {"999999": 1}}),
    ("coupon_invalid", NOTHING, {"coupon_code": "NONE"}),
]


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize(("key", "arrange", "changes"), REFUSED, ids=[one[0] for one in REFUSED])
def test_no_change_against_the_rules(amend, desk, booked, stay, preview, key, arrange, changes):
    arrange(stay)
    if changes.get("arrival") == "+2":
        changes = {"arrival": (stay.arrival + timedelta(days=2)).isoformat()}

    assert told(amend(booked, preview=preview, **changes)) == (409, key)
    assert data(desk.get(at(booked))) == booked


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"price": "free"}, "price"),
        ({"price": None}, "price"),
        ({"price": "kept", "extras": {"1": 1}}, "extras"),
        ({"price": "kept", "coupon_code": ""}, "coupon_code"),
        ({"price": "kept", "agreed_price": "1"}, "agreed_price"),
        ({"price": "kept", "drop_agreed_price": True}, "drop_agreed_price"),
        ({"agreed_price": "1", "drop_agreed_price": True}, "agreed_price"),
        ({"departure": "2001-01-01"}, "departure"),
        ({"rooms": []}, "rooms"),
        ({"adults": 0}, "adults"),
        ({"child_ages": [-1]}, "child_ages"),
        ({"override": ["everything"]}, "override"),
        ({"override": ["stop_sell"] * 9}, "override"),
    ],
)
@pytest.mark.parametrize("preview", [True, False])
def test_a_change_that_is_none(amend, booked, preview, changes, field):
    refused = amend(booked, preview=preview, **changes)

    assert told(refused) == (400, "validation_failed")
    assert list(refused.json()["fields"]) == [field]


@pytest.mark.parametrize("preview", [True, False])
def test_a_booking_that_is_over_or_not_there(amend, desk, booked, preview):
    nowhere = booked | {"contract_uid": 10**15}
    assert told(amend(nowhere, preview=preview)) == (404, "booking_not_found")
    desk.put(at(booked, "cancellation"))
    assert told(amend(booked, preview=preview)) == (409, "booking_state")


def test_only_while_the_booking_is_as_it_is_known(desk, booked):
    body = {"price": "kept", "departure": a_day_longer(booked)}

    def post(version):
        return desk.post(at(booked, "amendments"), body, HTTP_IF_MATCH=f'"v{version}"')

    assert told(post(2)) == (412, "precondition_failed")
    assert data(post(1))["version"] == 2
    assert told(post(1)) == (412, "precondition_failed")


def test_staff_set_rules_aside_and_it_is_told(desk, inn, asked, amend, double):
    DailyRate.objects.update(min_stay=7)
    short = {"override": ["length_of_stay"]}
    assert told(desk.post(f"{API}/{inn.pk}/bookings", asked)) == (409, "no_valid_tariffs")

    booked = data(desk.post(f"{API}/{inn.pk}/bookings", asked | short), 201)

    assert Booking.objects.get().history.get().reason == "Set aside: length_of_stay."
    assert Event.objects.get(kind="booking_added").data["overridden"] == ["length_of_stay"]
    assert told(amend(booked, departure=a_day_longer(booked))) == (409, "no_valid_tariffs")
    assert data(amend(booked, departure=a_day_longer(booked), **short))["total"] == "480.00"


def test_a_room_that_is_taken_is_never_free(desk, inn, book, asked):
    everything = ["length_of_stay", "changeover", "advance_limit", "stop_sell"]
    certain = {"rooms": [{"room_uid": book()["rooms"][0]["room_uid"]}], "override": everything}

    assert told(desk.post(f"{API}/{inn.pk}/bookings", asked | certain)) == (409, "room_taken")


def test_a_change_of_another_currency_keeps_the_price(amend, booked):
    PropertySettings.objects.update(currency="GBP")

    assert told(amend(booked, departure=a_day_longer(booked))) == (400, "validation_failed")
    kept = data(amend(booked, "kept", departure=a_day_longer(booked)))
    assert (kept["currency_code"], kept["total"]) == ("EUR", "360.00")

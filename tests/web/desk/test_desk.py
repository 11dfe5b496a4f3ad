"""The day of one property, and of several."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.messaging.models import Conversation, Message
from bookyflow.properties.models import ManagerAccess
from bookyflow.reservations.models import Booking, BookingState
from tests.conftest import make_hotel

pytestmark = pytest.mark.django_db


def desk_of(prop, day=None):
    return f"/bookyflow/p/{prop.pk}" + (f"?day={day:%Y-%m-%d}" if day else "")


def step(booking, name):
    return f"/bookyflow/p/{booking.property_id}/desk/{booking.pk}/{name}"


def test_several_properties_are_seen_together(at_desk, inn, booked, receptionist):
    second = make_hotel(receptionist, name="Second House")
    booked(0, 2)
    booked(0, 2, prop=second, state=BookingState.CHECKED_IN)

    answer = at_desk.get("/bookyflow/")

    assert answer.status_code == 200
    totals = answer.context["totals"]
    assert (totals.arrived, totals.arrivals, totals.in_house) == (1, 2, 1)
    assert (totals.taken, totals.rooms) == (2, 6)
    assert b"Second House" in answer.content


def test_who_works_on_one_property_gets_to_its_desk(at_desk, inn):
    assert at_desk.get("/bookyflow/").headers["Location"] == desk_of(inn)


def test_a_visitor_is_sent_to_sign_in(client, inn):
    assert client.get(desk_of(inn)).headers["Location"].startswith("/bookyflow/sign-in")
    assert client.get("/bookyflow/properties").status_code == 302


def test_the_desk_of_others_is_not_there(client, inn, stranger, booked):
    client.force_login(stranger)

    assert client.get(desk_of(inn)).status_code == 404
    assert client.post(step(booked(), "check-in")).status_code == 404
    assert not Booking.objects.filter(state=BookingState.CHECKED_IN).exists()


def test_the_day_tells_who_comes_goes_and_is_there(at_desk, inn, booked):
    coming = booked(0, 2, room="1")
    going = booked(-1, 1, room="2", state=BookingState.CHECKED_IN)

    shown = at_desk.get(desk_of(inn)).context

    assert [one.booking for one in shown["lines"].arrivals] == [coming]
    assert [one.booking for one in shown["lines"].departures] == [going]
    assert [one.booking for one in shown["lines"].in_house] == [going]
    assert (shown["night"].taken, shown["free"], shown["occupancy"]) == (1, 2, 33)
    assert shown["cleaning"] == ["2"]


def test_another_day_offers_no_step_beforehand(at_desk, inn, booked, day):
    booked(1, 3)
    tomorrow = at_desk.get(desk_of(inn, day(1))).context["lines"]
    later = at_desk.get(desk_of(inn, day(2))).context["lines"]

    assert [one.step for one in tomorrow.arrivals] == [None]
    assert len(later.in_house) == 1


@pytest.mark.parametrize("asked", ["", "x", "2026-02-31", "0001-01-01", "9999-12-31", "٣"])
def test_a_day_that_is_none_is_today(at_desk, inn, today, asked):
    assert at_desk.get(desk_of(inn), {"day": asked}).context["day"] == today


def test_what_is_to_do_is_told(at_desk, inn, booked):
    booked(-1, 2, room="1", state=BookingState.CONFIRMED)
    booked(-3, 2, room="2", state=BookingState.CHECKED_IN)
    booked(5, 1, state=BookingState.ENQUIRY)
    owing = booked(9, 1)
    conversation = Conversation.objects.create(property=inn, booking=owing, newest=1)
    message = Message.objects.create(conversation=conversation, is_by_team=False, body="Hello?")
    Conversation.objects.update(newest=message.pk)

    shown = at_desk.get(desk_of(inn))

    labels = [task.label for task in shown.context["tasks"]]
    assert labels[:3] == ["Overdue", "Not here yet", "Enquiry"]
    assert labels.count("Message") == 1
    assert f"Booking {owing.number}" in shown.content.decode()


def test_a_guest_is_checked_in_and_that_is_undone(at_desk, inn, booked):
    booking = booked()

    answer = at_desk.post(step(booking, "check-in"), follow=True)
    assert "Guest checked in." in answer.content.decode()
    booking.refresh_from_db()
    assert booking.state == BookingState.CHECKED_IN

    at_desk.post(step(booking, "undo-check-in"))
    booking.refresh_from_db()
    assert booking.checked_in_at is None


def test_who_comes_too_early_is_checked_in_when_staff_insist(at_desk, inn, booked):
    booking = booked(3)

    refused = at_desk.post(step(booking, "check-in"))
    assert refused.status_code == 409
    assert "The day of arrival is" in refused.content.decode()

    at_desk.post(step(booking, "check-in"), {"override": "1"})
    booking.refresh_from_db()
    assert booking.state == BookingState.CHECKED_IN


def test_nobody_leaves_unpaid_by_one_click(at_desk, inn, booked):
    booking = booked(-1, 1, state=BookingState.CHECKED_IN)

    asked = at_desk.post(step(booking, "check-out"))
    assert asked.status_code == 409
    assert "€100.00 is open" in asked.content.decode()
    booking.refresh_from_db()
    assert booking.state == BookingState.CHECKED_IN

    at_desk.post(step(booking, "check-out"), {"confirmed": "1"})
    booking.refresh_from_db()
    assert booking.state == BookingState.CHECKED_OUT


def test_who_has_paid_leaves_by_one_click_and_comes_back(at_desk, inn, booked):
    booking = booked(-1, 1, state=BookingState.CHECKED_IN, paid=100)

    at_desk.post(step(booking, "check-out"))
    booking.refresh_from_db()
    assert booking.state == BookingState.CHECKED_OUT

    twice = at_desk.post(step(booking, "check-out"))
    assert twice.status_code == 409
    at_desk.post(step(booking, "undo-check-out"))
    booking.refresh_from_db()
    assert booking.state == BookingState.CHECKED_IN


def test_the_nights_of_who_leaves_early_can_be_sold_again(at_desk, inn, booked, today):
    booking = booked(-1, 5, state=BookingState.CHECKED_IN, paid=100)

    assert at_desk.post(step(booking, "check-out")).status_code == 409
    at_desk.post(step(booking, "check-out"), {"confirmed": "1", "free_remaining": "1"})

    booking.refresh_from_db()
    assert booking.departs_on == today


def test_steps_that_there_are_not(at_desk, inn, booked):
    booking = booked()

    assert at_desk.post(step(booking, "burn-down")).status_code == 404
    booking.pk = 99_999_999
    assert at_desk.get(step(booking, "check-in")).status_code == 404


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "nowhere", "javascript:alert(1)", "/" * 3000],
)
def test_back_is_never_elsewhere(at_desk, inn, booked, elsewhere):
    answer = at_desk.post(step(booked(), "check-in"), {"next": elsewhere})

    assert answer.headers["Location"] == desk_of(inn)


def test_properties_are_looked_up(client, super_manager, inn):
    for number in range(30):
        make_hotel(name=f"Lodge {number:02}", town="Truro")
    client.force_login(super_manager)
    properties = "/bookyflow/properties"

    assert len(client.get(properties).context["rows"]) == 25
    assert len(client.get(properties, {"page": "2"}).context["rows"]) == 6
    found = client.get(properties, {"q": "lodge 07"}).context["rows"]
    assert [prop.name for prop, _, _ in found] == ["Lodge 07"]
    assert len(client.get(properties, {"q": "truro", "page": "2"}).context["rows"]) == 5
    by_number = client.get(properties, {"q": str(inn.pk)}).context["rows"]
    assert inn in [prop for prop, _, _ in by_number]
    assert b"No property is called so" in client.get(properties, {"q": "\u0661" * 300}).content


def statements(client, path):
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def test_statements_do_not_grow_with_the_day(at_desk, inn, booked):
    booked(0, 2, room="1")
    few = statements(at_desk, desk_of(inn))
    for ahead in range(4, 20):
        booked(ahead, 1, state=BookingState.PROVISIONAL)
    booked(0, 2, room="2")

    assert statements(at_desk, desk_of(inn)) == few <= 12


def test_statements_do_not_grow_with_the_properties(at_desk, inn, receptionist):
    make_hotel(receptionist)
    few = statements(at_desk, "/bookyflow/")
    for number in range(8):
        prop = make_hotel(name=f"Lodge {number}")
        ManagerAccess.objects.create(user=receptionist, property=prop)

    assert statements(at_desk, "/bookyflow/") == few

"""Guests checked in and out, and what was done by mistake undone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking, Note
from bookyflow.rooms.models import Room
from tests.conftest import make_hotel
from tests.domain.conftest import book, stay
from tests.examples import example
from tests.foreign import foreign

pytestmark = pytest.mark.django_db

API = "/bookyflow/api/bookguestinout"
STEPS = {
    "checkin": ("check_in", "checkin_booked_in", "guest_checkedin"),
    "checkout": ("check_out", "checkout_bookedout", "guest_checkedout"),
    "undo_checkout": ("undo_check_out", "undo_checkout_bookedout", "guest_checkedout_undone"),
    "undo_checkin": ("undo_check_in", "undo_checkin_booked_in", "guest_checkedin_undone"),
}
NOTES = ["Guest checked in.", "Guest checked out.", "Check-out undone.", "Check-in undone."]


@pytest.fixture
def desk(client_for, receptionist):
    return client_for("desk_set bookings_get", user=receptionist)


@pytest.fixture
def booking(hotel):
    """A stay that begins in three days."""
    return book(hotel, stay(3, 2))


def at(booking, step="", prop=None):
    return f"{API}/{prop or booking.property_id}/{booking.pk}/{step}".rstrip("/")


def status(desk, booking):
    return desk.get(at(booking)).json()["data"]["booking_status"]


def test_every_step_is_answered_noted_and_told(desk, booking):
    Event.objects.all().delete()
    for step, (action, key, kind) in STEPS.items():
        response = desk.put(at(booking, step))

        (shown,) = example(f"bookguestinout.{action}").answer
        ids = {"contract_uid": booking.pk, "property_uid": booking.property_id}
        assert response.json()["data"] == {key: [shown | ids]}
        assert list(Event.objects.order_by("pk").values_list("kind", flat=True)[:2]) == [
            kind,
            "booking_note_saved",
        ]
        Event.objects.all().delete()

    assert [note.text for note in Note.objects.filter(booking=booking)] == NOTES


def test_the_state_by_the_propertys_own_date(desk, booking):
    PropertySettings.objects.filter(property=booking.property_id).update(
        time_zone="Pacific/Auckland"
    )
    shown = example("bookguestinout.get_status").answer
    nobody = dict.fromkeys(shown, "") | {"booked_in": 0, "booked_out": 0}
    assert status(desk, booking) == nobody

    moments = Booking.objects.filter(pk=booking.pk)
    moments.update(checked_in_at=datetime(2026, 5, 19, 20, tzinfo=UTC))
    assert status(desk, booking) == shown
    moments.update(checked_out_at=datetime(2026, 5, 22, 9, tzinfo=UTC))
    assert status(desk, booking) == shown | {"booked_out": 1, "booked_out_date": "2026-05-22"}


@pytest.mark.parametrize(
    ("done", "step"),
    [
        ([], "checkout"),
        ([], "undo_checkin"),
        ([], "undo_checkout"),
        (["checkin"], "checkin"),
        (["checkin", "checkout"], "checkout"),
        (["checkin", "checkout"], "undo_checkin"),
        (["checkin", "checkout"], "checkin"),
    ],
)
def test_a_step_that_there_is_not_changes_nothing(desk, booking, done, step):
    for before in done:
        assert desk.put(at(booking, before)).status_code == 200
    known = status(desk, booking)

    refused = desk.put(at(booking, step))

    assert (refused.status_code, refused.json()["key"]) == (409, "booking_state")
    assert status(desk, booking) == known
    assert Note.objects.count() == len(done)


def test_a_room_whose_last_guest_has_not_left(desk, booking, hotel):
    Room.objects.exclude(pk=booking.room_ids()[0]).update(deleted_at=timezone.now())
    before = book(hotel, stay(0, 3))
    desk.put(at(before, "checkin"))
    assert told(desk.put(at(booking, "checkin"))) == (409, "room_occupied")

    desk.put(at(before, "checkout"))
    assert desk.put(at(booking, "checkin")).status_code == 200
    assert told(desk.put(at(before, "undo_checkout"))) == (409, "room_occupied")


def told(response):
    return response.status_code, response.json()["key"]


@pytest.mark.parametrize("step", STEPS)
def test_a_cancelled_booking_and_another_propertys(client_for, desk, booking, manager, step):
    other = make_hotel(manager, name="Hill House")
    strayed = client_for("desk_set bookings_get").put(at(booking, step, prop=other.pk))
    assert (strayed.status_code, strayed.json()["key"]) == (404, "booking_not_found")

    booking_cancel(booking_id=booking.pk, property_id=booking.property_id, by=SYSTEM)
    refused = desk.put(at(booking, step))
    assert (refused.status_code, refused.json()["key"]) == (409, "booking_state")


def test_no_state_of_what_is_no_booking(desk, booking):
    for uid in (booking.pk + 1, 10**17):
        answer = desk.get(f"{API}/{booking.property_id}/{uid}")
        assert (answer.status_code, answer.json()["key"]) == (404, "booking_not_found")


@pytest.mark.parametrize("form", ["checkin/de-DE", "checkin?language=de"])
def test_the_note_is_in_the_language_of_the_request(desk, booking, foreign_language, form):
    (answer,) = desk.put(at(booking, form)).json()["data"]["checkin_booked_in"]

    assert answer["note"] == foreign("Guest checked in.") == Note.objects.get().text


def test_only_while_the_booking_is_as_it_is_known(desk, booking):
    refused = desk.put(at(booking, "checkin"), HTTP_IF_MATCH='"v2"')
    assert (refused.status_code, refused.json()["key"]) == (412, "precondition_failed")

    first, again = (
        desk.put(at(booking, "checkin"), HTTP_IF_MATCH='"v1"', HTTP_IDEMPOTENCY_KEY="once")
        for _ in range(2)
    )
    assert first.json() == again.json()
    assert (again["Idempotency-Replayed"], Note.objects.count()) == ("true", 1)


def test_a_dry_run_leaves_nothing(desk, booking):
    answer = desk.put(at(booking, "checkin"), HTTP_X_BOOKYFLOW_DRY_RUN="1")

    assert answer.json()["data"]["checkin_booked_in"][0]["booked_in"] == 1
    assert status(desk, booking)["booked_in"] == 0
    assert not Note.objects.exists()


def test_the_state_takes_two_statements(desk, booking):
    with CaptureQueriesContext(connection) as queries:
        assert desk.get(at(booking)).status_code == 200

    assert len(queries) == 2

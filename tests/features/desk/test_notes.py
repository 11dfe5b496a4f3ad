"""Notes that staff keep with a booking."""

from __future__ import annotations

import pytest

from bookyflow.reservations.models import Note
from tests.examples import as_shown, example
from tests.features.desk.conftest import API, OWN, at, data, like, told

pytestmark = pytest.mark.django_db

NOTE = {"text": "Asks for a quiet room."}


@pytest.fixture
def noted(desk, booked):
    return data(desk.post(at(booked, "notes"), NOTE), 201)


def test_a_note_is_kept_changed_and_removed(desk, booked, noted):
    like(noted, "add_note")
    other = data(desk.post(at(booked, "notes"), NOTE), 201)
    changed = example("desk.update_note")

    like(data(desk.put(at(booked, f"notes/{other['note_uid']}"), changed.request)), "update_note")
    like(data(desk.delete(at(booked, f"notes/{other['note_uid']}"))), "delete_note")
    like(data(desk.get(at(booked, "notes"))), "list_notes")
    assert as_shown(data(desk.get(at(booked)))["notes"], [noted], *OWN) == [noted]


def test_notes_are_personal(client_for, receptionist, desk, booked, noted):
    reader = client_for("bookings_get desk_set", user=receptionist)

    assert [one["text"] for one in data(reader.get(at(booked, "notes")))] == [""]
    assert data(reader.post(at(booked, "notes"), NOTE), 201)["text"] == NOTE["text"]


@pytest.mark.parametrize("text", ["", "  ", None, "x" * 10_001, "\x07", {"a": 1}])
def test_a_text_that_is_none(desk, booked, noted, text):
    for answer in (
        desk.post(at(booked, "notes"), {"text": text}),
        desk.put(at(booked, f"notes/{noted['note_uid']}"), {"text": text}),
    ):
        assert told(answer) == (400, "validation_failed")
        assert list(answer.json()["fields"]) == ["text"]
    assert Note.objects.get().text == NOTE["text"]


def test_notes_of_another_booking(desk, inn, booked, noted, book):
    other = book(adults=1)
    path = f"notes/{noted['note_uid']}"
    nowhere = f"{API}/{inn.pk}/bookings/{10**15}"

    for answer in (desk.put(at(other, path), NOTE), desk.delete(at(other, path))):
        assert told(answer) == (404, "note_not_found")
    for answer in (
        desk.get(f"{nowhere}/notes"),
        desk.post(f"{nowhere}/notes", NOTE),
        desk.put(f"{nowhere}/{path}", NOTE),
        desk.delete(f"{nowhere}/{path}"),
    ):
        assert told(answer) == (404, "booking_not_found")

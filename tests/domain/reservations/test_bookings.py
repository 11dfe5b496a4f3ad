from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction

from bookyflow.availability.models import Occupancy
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event, EventKind
from bookyflow.guests.models import Guest
from bookyflow.guests.services import GuestDetails
from bookyflow.reservations.blocks import block_create, block_remove
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.models import Booking, BookingState
from bookyflow.reservations.services import RoomsWanted
from tests.conftest import make_hotel
from tests.domain.conftest import ADA, book, stay

pytestmark = pytest.mark.django_db


def kinds():
    found = Event.objects.filter(subject_kind="booking").order_by("id")
    return list(found.values_list("kind", flat=True))


def test_a_booking_has_lines_rooms_history_and_one_event(hotel, by):
    booking = book(hotel, stay(3, 2), by=by, price="120.00")

    line = booking.lines.get()
    assert (line.net, line.tax, line.gross) == (Decimal(100), Decimal(20), Decimal(120))
    assert booking.total == Decimal("120.00")
    assert booking.occupancies.count() == 1
    step = booking.history.get()
    assert (step.from_state, step.to_state, step.user_id) == ("", "provisional", by.user_id)
    event = Event.objects.get(subject_kind="booking")
    assert (event.kind, event.data) == (EventKind.BOOKING_ADDED, {"contract_uid": booking.pk})
    assert len(booking.number) == 10


def test_several_rooms_are_all_taken_or_none(hotel):
    book(hotel, stay(3, 2))

    assert book(hotel, stay(3, 2), rooms=RoomsWanted(2)).occupancies.count() == 2
    with pytest.raises(DomainError) as refused:
        book(hotel, stay(4, 1), rooms=RoomsWanted(1))
    assert refused.value.key == "no_room_available"
    assert Booking.objects.count() == 2


def test_a_refused_booking_leaves_nothing_behind(hotel):
    with pytest.raises(DomainError):
        book(hotel, stay(3, 2), rooms=RoomsWanted(4))

    assert not Guest.objects.exists()
    assert not Booking.objects.exists()
    assert not Event.objects.exists()


def test_a_stay_in_the_past_is_refused(hotel):
    with pytest.raises(DomainError) as refused:
        book(hotel, stay(-3, 3))
    assert refused.value.key == "dates_in_past"
    assert book(hotel, stay(-3, 4)).pk


def test_today_is_the_propertys_own(hotel, time_machine):
    hotel.settings.time_zone = "Pacific/Kiritimati"  # UTC+14
    hotel.settings.save()
    time_machine.move_to("2027-06-10T11:00:00Z")  # there it is the 11th already

    with pytest.raises(DomainError) as refused:
        book(hotel, stay(0, 1))
    assert refused.value.key == "dates_in_past"


def test_the_same_e_mail_is_the_same_guest_of_a_property(hotel, manager):
    other = make_hotel(manager, name="Other")
    first = book(hotel, stay(1, 1))
    moved = GuestDetails("Lovelace", "Ada", " ADA@guest.example", town="Paris")

    second = book(hotel, stay(1, 1), guest=moved)
    elsewhere = book(other, stay(1, 1))

    assert first.guest_id == second.guest_id != elsewhere.guest_id
    assert Guest.objects.get(pk=first.guest_id).town == "Paris"


def test_guests_without_e_mail_are_never_the_same(hotel):
    nobody = GuestDetails("Nemo")

    assert (
        book(hotel, stay(1, 1), guest=nobody).guest_id
        != book(hotel, stay(1, 1), guest=nobody).guest_id
    )


def test_personal_fields_are_not_readable_in_the_database(hotel):
    book(hotel, stay(1, 1), guest=ADA)

    row = Guest.objects.extra(select={"raw": "guests_guest::text"}).get()
    assert row.surname == "Lovelace"
    assert "Lovelace" not in row.raw
    assert "ada@" not in row.raw


def test_cancelling_frees_the_rooms_and_keeps_the_booking(hotel, by):
    booking = book(hotel, stay(3, 2), by=by)

    ended = booking_cancel(booking_id=booking.pk, property_id=hotel.pk, reason="ill", by=by)

    assert ended.state == BookingState.CANCELLED
    assert ended.cancellation_reason == "ill"
    assert ended.version == 2
    assert not Occupancy.objects.exists()
    assert kinds() == ["booking_added", "booking_cancelled"]
    assert list(booking.history.values_list("from_state", "to_state")) == [
        ("", "provisional"),
        ("provisional", "cancelled"),
    ]


def test_cancelling_twice_changes_nothing(hotel, by):
    booking = book(hotel, stay(3, 2), by=by)

    for _ in range(2):
        booking_cancel(booking_id=booking.pk, property_id=hotel.pk, by=by)

    assert kinds() == ["booking_added", "booking_cancelled"]


@pytest.mark.parametrize("state", [BookingState.CHECKED_IN, BookingState.CHECKED_OUT])
def test_a_guest_who_has_arrived_is_not_cancelled(hotel, by, state):
    booking = book(hotel, stay(3, 2), by=by)
    Booking.objects.update(state=state)

    with pytest.raises(DomainError) as refused:
        booking_cancel(booking_id=booking.pk, property_id=hotel.pk, by=by)
    assert refused.value.key == "booking_state"
    assert Occupancy.objects.exists()


def test_another_propertys_booking_is_not_found(hotel, manager, by):
    booking = book(make_hotel(manager, name="Other"), stay(3, 2))

    with pytest.raises(DomainError) as refused:
        booking_cancel(booking_id=booking.pk, property_id=hotel.pk, by=by)
    assert refused.value.key == "booking_not_found"


def test_a_block_closes_all_rooms_and_opens_them_again(hotel, by):
    block = block_create(property_id=hotel.pk, stay=stay(3, 2), reason="Painting", by=by)
    assert Occupancy.objects.count() == 3

    for _ in range(2):
        block_remove(block_id=block.pk, property_id=hotel.pk, by=by)

    assert not Occupancy.objects.exists()
    assert kinds() == ["blackbooking_added", "blackbooking_deleted"]


def test_a_block_of_a_strange_room_is_refused(hotel, manager, by):
    strange = make_hotel(manager, name="Other").rooms.first()

    with pytest.raises(DomainError) as refused, transaction.atomic():
        block_create(property_id=hotel.pk, stay=stay(3, 2), room_ids=[strange.pk], by=by)
    assert refused.value.key == "room_not_found"
    assert not Booking.objects.exists()


def test_a_block_needs_rooms_and_a_future(hotel, by):
    with pytest.raises(DomainError) as past, transaction.atomic():
        block_create(property_id=hotel.pk, stay=stay(-5, 2), by=by)
    hotel.rooms.all().delete()
    with pytest.raises(DomainError) as empty, transaction.atomic():
        block_create(property_id=hotel.pk, stay=stay(5, 2), by=by)

    assert (past.value.key, empty.value.key) == ("dates_in_past", "no_rooms_in_property")


def test_a_guests_booking_is_no_block(hotel, by):
    booking = book(hotel, stay(3, 2))

    with pytest.raises(DomainError) as refused:
        block_remove(block_id=booking.pk, property_id=hotel.pk, by=by)
    assert refused.value.key == "block_not_found"

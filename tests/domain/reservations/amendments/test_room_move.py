"""Giving bookings other rooms by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.reservations.amendments.changes import PriceMode
from bookyflow.reservations.amendments.room_move import booking_room_move
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.quotes.codec import request_of
from bookyflow.reservations.stay_request import RoomRequest, StayRequest
from bookyflow.rooms.models import RoomType
from tests.domain.reservations.conftest import price

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_moving_to_another_room_by_hand(book, stay_request, by, inn):
    booking = book(stay_request)
    room = booking.occupancies.get().room_id
    other = inn.rooms.exclude(pk=room).last()

    def move(start, end):
        return booking_room_move(
            booking_id=booking.pk,
            property_id=inn.pk,
            from_room_id=start,
            to_room_id=end,
            by=by,
        )

    moved = move(room, other.pk).occupancies.get()

    assert (moved.room_id, moved.pinned) == (other.pk, True)
    with pytest.raises(DomainError) as not_there:
        move(room, other.pk)
    blocked = inn.rooms.exclude(pk=other.pk).first()
    block_create(
        property_id=inn.pk,
        stay=Stay(stay_request.arrival, stay_request.departure),
        room_ids=[blocked.pk],
        by=by,
    )
    with pytest.raises(DomainError) as taken:
        move(other.pk, blocked.pk)
    assert (not_there.value.key, taken.value.key) == ("room_not_found", "room_taken")


@pytest.mark.parametrize(
    ("mode", "total"),
    [(PriceMode.REPRICED, 1200), (PriceMode.KEPT, 360), (PriceMode.GRANTED, 3 * 120 + 300)],
)
def test_a_guest_who_was_moved_by_hand_is_not_moved_back(
    inn, book, stay_request, amend, by, soon, mode, total
):
    suite = RoomType.objects.create(name="Suite", property=inn)
    price(inn, suite, 300)
    other = inn.rooms.create(room_type=suite, number="S1", max_adults=2, max_occupancy=2)
    booking = book(stay_request)
    booking_room_move(
        booking_id=booking.pk,
        property_id=inn.pk,
        from_room_id=booking.occupancies.get().room_id,
        to_room_id=other.pk,
        by=by,
    )

    longer = amend(booking, departure=soon[1] + DAY, price=mode)

    held = longer.occupancies.get()
    assert (held.room_id, held.pinned) == (other.pk, True)
    assert longer.total == total


def test_of_several_rooms_only_the_one_moved_becomes_another(inn, book, amend, by, soon, double):
    certain = inn.rooms.first()
    rooms = (RoomRequest(double.pk, adults=1), RoomRequest(double.pk, certain.pk, adults=2))
    booking = book(StayRequest(*soon, rooms, adults=3))
    free = inn.rooms.exclude(occupancies__booking=booking).get()
    booking_room_move(
        booking_id=booking.pk,
        property_id=inn.pk,
        from_room_id=certain.pk,
        to_room_id=free.pk,
        by=by,
    )

    booking.refresh_from_db()
    assert [room.room_id for room in request_of(booking.request).stay_request.rooms] == [
        None,
        free.pk,
    ]

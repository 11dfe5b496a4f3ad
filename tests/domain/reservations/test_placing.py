"""A booking put elsewhere on the room plan."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.reservations.amendments.changes import PriceMode
from bookyflow.reservations.amendments.placing import Placing, booking_place, placing_previews
from bookyflow.reservations.blocks import block_change, block_create
from bookyflow.reservations.stay_request import RoomRequest, StayRequest
from bookyflow.rooms.models import Room
from tests.domain.conftest import stay
from tests.domain.reservations.conftest import settle

pytestmark = pytest.mark.django_db

ONE_DAY = timedelta(days=1)


@pytest.fixture
def rooms(inn):
    """The ids of rooms 1, 2 and 3."""
    return list(Room.objects.filter(property=inn).order_by("number").values_list("pk", flat=True))


@pytest.fixture
def both(book, soon, rooms):
    """A booking of rooms 1 and 2."""
    wanted = tuple(RoomRequest(room_id=pk) for pk in rooms[:2])
    return book(StayRequest(*soon, wanted, adults=4))


def place(booking, placing, by, price=PriceMode.KEPT):
    here = {"booking_id": booking.pk, "property_id": booking.property_id}
    return booking_place(**here, placing=placing, price=price, by=by)


def test_one_of_two_rooms_is_moved_and_both_get_the_nights(both, soon, rooms, by):
    first, end = soon
    placing = Placing(rooms[0], rooms[2], first + ONE_DAY, end + ONE_DAY)

    changed = place(both, placing, by, PriceMode.REPRICED)

    assert changed.room_ids() == rooms[1:]
    nights = {held.nights.lower for held in changed.occupancies.all()}
    assert nights == {first + ONE_DAY}
    assert changed.total == both.total


def test_a_room_for_two_that_is_let_go_may_be_any(both, soon, rooms, by):
    first, end = soon

    changed = place(both, Placing(rooms[0], None, first, end + ONE_DAY), by)

    assert changed.departs_on == end + ONE_DAY
    assert rooms[1] in changed.room_ids()


def test_looking_leaves_everything_as_it_is(both, soon, rooms, inn):
    block_create(property_id=inn.pk, stay=stay(30, 2), room_ids=rooms[2:], by=SYSTEM)
    first, end = soon
    here = {"booking_id": both.pk, "property_id": inn.pk}

    found = placing_previews(**here, placing=Placing(rooms[0], rooms[2], first, end + ONE_DAY))

    assert [one.difference for one in found] == [0, 240, 240]
    assert {one.room_numbers for one in found} == {("2", "3")}
    assert both.room_ids() == rooms[:2]
    assert both.history.count() == 1


def test_a_room_that_the_booking_does_not_have(both, soon, rooms, by):
    with pytest.raises(DomainError) as caught:
        place(both, Placing(rooms[2], rooms[1], *soon), by)
    assert caught.value.key == "room_not_found"


def test_a_block_of_two_rooms_moves_where_it_can(inn, rooms, by):
    settle(inn, whole_day_booking=True)
    block = block_create(property_id=inn.pk, stay=stay(3, 2), room_ids=rooms[:2], by=by)
    block_create(property_id=inn.pk, stay=stay(8, 2), room_ids=rooms[2:], by=by)
    here = {"block_id": block.pk, "property_id": inn.pk, "reason": "", "by": by}

    with pytest.raises(DomainError) as caught:
        block_change(**here, stay=stay(6, 2), room_ids=rooms[1:])
    assert caught.value.key == "room_taken"
    assert block.occupancies.count() == 2

    block_change(**here, stay=stay(5, 2), room_ids=rooms[1:])
    block.refresh_from_db()
    assert block.departure == block.departs_on + ONE_DAY
    assert {held.room_id for held in block.occupancies.all()} == set(rooms[1:])


def test_days_let_otherwise_by_now_do_not_change_the_same_block(inn, rooms, by):
    block = block_create(property_id=inn.pk, stay=stay(3, 2), room_ids=rooms[:1], by=by)
    settle(inn, whole_day_booking=True)
    here = {"block_id": block.pk, "property_id": inn.pk, "room_ids": rooms[:1], "by": by}

    same = block_change(**here, stay=stay(3, 2), reason="Paint")
    assert (same.departure, same.remarks) == (stay(3, 2).departure, "Paint")
    assert block_change(**here, stay=stay(4, 2), reason="").departure == stay(4, 3).departure

"""Which rooms a request gets: large enough, within what may be sold, and those that were quoted."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from bookyflow.availability.models import Allotment
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import BookingModel, Property, PropertyType
from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.changes import Changes, PriceMode
from bookyflow.reservations.blocks import block_create, block_remove
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.services import quote_book
from bookyflow.reservations.stay_request import VISITOR, RoomRequest, StayRequest
from bookyflow.reservations.taking import taking_order
from bookyflow.rooms.models import Room, RoomType
from tests.conftest import make_hotel
from tests.domain.reservations.conftest import GRACE, fresh, price, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def suite(inn, double):
    """A room of the same type that takes four adults, or two with two children."""
    return Room.objects.create(
        property=inn, room_type=double, number="9", max_adults=4, max_children=2, max_occupancy=4
    )


@pytest.fixture
def rooms(inn):
    return list(inn.rooms.order_by("number"))


def quoted(prop, soon, *wanted, adults=2, **people):
    stay_request = StayRequest(*soon, wanted, adults=adults, **people)
    return quote_make(prop=fresh(prop), stay_request=stay_request, booker=VISITOR)


def booked(quote, by) -> list[str]:
    """The numbers of the rooms that a quote gets."""
    booking = quote_book(quote=quote, guest=GRACE, booker=VISITOR, by=by)
    return sorted(booking.occupancies.values_list("room__number", flat=True))


def refused(prop, soon, *wanted, **people) -> DomainError:
    with pytest.raises(DomainError) as error:
        quoted(prop, soon, *wanted, **people)
    return error.value


def limit(prop, room_type, soon, **limits) -> None:
    Allotment.objects.create(property=prop, room_type=room_type, date=soon[0], **limits)


def test_a_party_gets_the_room_that_takes_it(inn, soon, double, suite, by):
    quote = quoted(inn, soon, RoomRequest(double.pk), adults=3)

    assert [room.adults for room in quote.rooms] == [3]
    assert booked(quote, by) == ["9"]


def test_a_party_in_several_rooms_gets_those_that_take_it_and_no_larger_ones(
    inn, soon, double, suite, by
):
    four = quoted(inn, soon, RoomRequest(double.pk), RoomRequest(double.pk), adults=4)
    five = quoted(inn, soon, RoomRequest(double.pk), RoomRequest(double.pk), adults=5)

    assert booked(five, by) == ["1", "9"]
    assert booked(four, by) == ["2", "3"]


def test_of_two_large_rooms_the_one_that_is_not_needed_is_given_up(inn, soon, double, suite):
    Room.objects.create(
        property=inn, room_type=double, number="8", max_adults=4, max_children=2, max_occupancy=4
    )
    Room.objects.filter(number__in=["8", "9"]).update(surcharge=Decimal(50))

    quote = quoted(inn, soon, RoomRequest(double.pk), RoomRequest(double.pk), adults=5)

    assert quote.breakdown.total == 3 * (120 + 50) + 3 * 120  # the party needs one of them


@pytest.mark.parametrize(
    ("wishes", "order"),
    [
        (((2, 0), (1, 2)), [1, 0]),  # three people before two
        (((1, 2), (2, 0)), [0, 1]),
        (((1, 1), (2, 0)), [1, 0]),  # as many: more adults first
        (((1, 0), (3, 0), (2, 2)), [2, 1, 0]),
    ],
)
def test_the_largest_parties_choose_their_rooms_first(wishes, order):
    rooms = [RoomRequest(1, adults=adults, children=children) for adults, children in wishes]

    assert taking_order(rooms) == order


def test_a_party_that_no_rooms_take_is_told_so(inn, soon, double, suite):
    both = (RoomRequest(double.pk), RoomRequest(double.pk))

    assert refused(inn, soon, *both, adults=7).key == "too_many_adults"
    assert refused(inn, soon, *both[:1], adults=5).key == "too_many_adults"


def test_children_get_a_room_with_places_for_them(inn, soon, double, suite, by):
    prop = settle(inn, allow_children=True, children_count_for_capacity=True)
    quote = quoted(prop, soon, RoomRequest(double.pk), child_ages=(5, 7))

    assert [room.children for room in quote.stay_request.rooms] == [2]
    assert booked(quote, by) == ["9"]
    assert refused(prop, soon, RoomRequest(double.pk), child_ages=(5,)).key == "too_many_children"


def test_children_who_need_no_place_take_any_room(inn, soon, double, suite, by):
    prop = settle(inn, allow_children=True, children_count_for_capacity=False)

    assert booked(quoted(prop, soon, RoomRequest(double.pk), child_ages=(5, 7)), by) == ["1"]


def test_a_smaller_room_that_is_free_again_is_not_given_to_children(
    inn, soon, double, suite, rooms, by
):
    prop = settle(inn, allow_children=True, children_count_for_capacity=True)
    small = [room.pk for room in rooms if room != suite]
    block = block_create(property_id=prop.pk, stay=Stay(*soon), room_ids=small, by=by)
    quote = quoted(prop, soon, RoomRequest(double.pk), child_ages=(5, 7))
    block_remove(block_id=block.pk, property_id=inn.pk, by=by)

    assert booked(quote, by) == ["9"]


@pytest.fixture
def halves(inn, soon, double, suite, book):
    """Two large rooms, one taken on the first night and one on the last."""
    day = timedelta(days=1)
    big = Room.objects.create(
        property=inn, room_type=double, number="8", max_adults=4, max_occupancy=4
    )
    for room, first, last in (
        (suite, soon[0], soon[0] + day),
        (big, soon[1] - day, soon[1]),
    ):
        made = book(StayRequest(first, last, (RoomRequest(double.pk),), adults=3))
        made.occupancies.update(room=room)


def test_a_large_room_is_made_free_for_a_large_party(inn, soon, double, halves):
    (room,) = quoted(inn, soon, RoomRequest(double.pk), adults=4).rooms
    assert room.adults == 4


def test_who_asks_for_what_only_moves_make_free_writes_nothing_and_locks_nobody_out(
    inn, soon, double, halves
):
    texts = []

    def note(execute, text, *more):
        texts.append(text)
        return execute(text, *more)

    with connection.execute_wrapper(note):
        quoted(inn, soon, RoomRequest(double.pk), adults=4)

    assert len(texts) > 5  # those of a plan
    assert not [one for one in texts if re.search(r"\b(UPDATE|INSERT|DELETE|SAVEPOINT)\b", one)]


def test_limits_on_selling_hold_for_certain_rooms(inn, soon, double, rooms, stay_request, book):
    limit(inn, double, soon, max_to_sell=1)
    assert quoted(inn, soon, RoomRequest(room_id=rooms[2].pk)).rooms[0].room_id == rooms[2].pk
    pair = [RoomRequest(room_id=room.pk) for room in rooms[:2]]
    assert refused(inn, soon, *pair).key == "no_room_available"
    book(stay_request)
    assert refused(inn, soon, RoomRequest(room_id=rooms[2].pk)).key == "no_room_available"
    Allotment.objects.update(stop_sell=True)
    assert refused(inn, soon, RoomRequest(room_id=rooms[2].pk)).key == "stop_sell"


def test_a_certain_room_that_was_stopped_after_the_quote_is_not_taken(inn, soon, double, rooms, by):
    quote = quoted(inn, soon, RoomRequest(room_id=rooms[0].pk))
    limit(inn, double, soon, stop_sell=True)

    with pytest.raises(DomainError) as error:
        booked(quote, by)
    assert error.value.key == "stop_sell"


def test_a_certain_room_is_what_was_wished_for(inn, soon, double, suite, rooms, manager):
    other = RoomType.objects.create(name="Loft", property=inn)
    strange = make_hotel(manager, name="Other").rooms.first()
    one = rooms[0].pk

    wrong_type = refused(inn, soon, RoomRequest(other.pk, one))
    assert (wrong_type.key, list(wrong_type.fields)) == ("validation_failed", ["rooms"])
    twice = refused(inn, soon, RoomRequest(room_id=one), RoomRequest(room_id=one))
    assert (twice.key, list(twice.fields)) == ("validation_failed", ["rooms"])
    crowded = (RoomRequest(room_id=one, adults=4), RoomRequest(room_id=suite.pk, adults=2))
    assert refused(inn, soon, *crowded, adults=6).key == "too_many_adults"
    for nowhere in (strange.pk, 10**9):
        assert refused(inn, soon, RoomRequest(room_id=nowhere)).key == "room_taken"


def test_a_certain_room_is_not_given_to_a_wish_before_it(inn, soon, double, rooms, by):
    certain = RoomRequest(room_id=rooms[0].pk)

    assert booked(quoted(inn, soon, RoomRequest(double.pk), certain), by) == ["1", "2"]


def test_any_room_leaves_those_of_a_type_to_who_needs_it(inn, soon, double, by):
    single = RoomType.objects.create(name="Cabin", property=inn)
    Room.objects.create(property=inn, room_type=single, number="0", max_adults=1, max_occupancy=1)
    price(inn, single, 60)

    quote = quoted(inn, soon, RoomRequest(adults=1), RoomRequest(single.pk, adults=1))

    assert [room.room_type_id for room in quote.rooms] == [double.pk, single.pk]
    assert booked(quote, by) == ["0", "1"]


def test_items_are_hired_whatever_they_take(inn, soon, double, by):
    hire = PropertyType.objects.create(name="Canoes", flag=BookingModel.ITEM_HIRE)
    Property.objects.filter(pk=inn.pk).update(property_type=hire)

    assert booked(quoted(inn, soon, RoomRequest(double.pk, adults=5), adults=5), by) == ["1"]


@pytest.mark.parametrize("limits", [{"stop_sell": True}, {"max_to_sell": 1}])
def test_a_booking_can_be_changed_where_no_more_is_sold(
    inn, soon, double, stay_request, book, by, limits
):
    booking = book(stay_request)
    book(stay_request)
    limit(inn, double, soon, **limits)
    changes = Changes(departure=soon[1] - timedelta(days=1))

    changed = booking_amend(
        booking_id=booking.pk, property_id=inn.pk, changes=changes, price=PriceMode.REPRICED, by=by
    )

    assert (changed.total, changed.occupancies.get().room.number) == (240, "1")


def test_a_changed_booking_is_priced_for_the_room_that_it_keeps(inn, soon, double, rooms, book, by):
    Room.objects.filter(pk=rooms[2].pk).update(surcharge=Decimal(10))
    booking = book(StayRequest(*soon, (RoomRequest(room_id=rooms[2].pk),), adults=2))
    limit(inn, double, soon, max_to_sell=1)

    changed = booking_amend(
        booking_id=booking.pk,
        property_id=inn.pk,
        changes=Changes(rooms=(RoomRequest(double.pk),)),
        price=PriceMode.REPRICED,
        by=by,
    )

    assert changed.occupancies.get().room == rooms[2]
    assert changed.total == 3 * 130

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bookyflow.availability.allotments import AllotmentChange, OpenRange, allotments_set
from bookyflow.availability.models import Allotment
from bookyflow.availability.selectors import calendar, rooms_continuously_free
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.properties.models import BookingModel, PropertyType
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.reservations.price_lookup import party_prices
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.services import base_price_set
from tests.domain.conftest import book, stay, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def double(hotel):
    return RoomType.objects.get(name="Double", property=None)


@pytest.fixture
def single(hotel):
    """Another room type, of which the hotel has one room, number 4."""
    kind = RoomType.objects.get(name="Single", property=None)
    Room.objects.create(property=hotel, room_type=kind, number="4", max_occupancy=1, max_adults=1)
    return kind


@pytest.fixture
def put(hotel, double, by, today):
    """Open or close nights, counted from today; (first, last, available) each."""

    def write(*ranges, room_type=double, inventory=None, prop=hotel, **limit):
        change = AllotmentChange(
            ranges=[
                OpenRange(today + timedelta(days=a), today + timedelta(days=b), available)
                for a, b, available in ranges
            ],
            room_type_id=room_type and room_type.pk,
            inventory=inventory,
            **limit,
        )
        allotments_set(property_id=prop.pk, change=change, by=by)

    return write


def nights(prop, today, number=4):
    """(for sale, full) of the next nights."""
    days = calendar(property_id=prop.pk, first=today, last=today + timedelta(days=number - 1))
    return [(day.for_sale, day.is_full) for day in days]


def free(prop, when):
    found = rooms_continuously_free(
        property_id=prop.pk, nights=taken(when), today=prop.settings.today()
    )
    return [room.number for room in found]


def key_of(refused) -> str:
    return refused.value.key


def test_a_closed_type_is_not_for_sale(hotel, put, today, by):
    put((1, 2, False))

    assert nights(hotel, today) == [(3, False), (0, True), (0, True), (3, False)]
    assert free(hotel, stay(0, 2)) == []
    assert free(hotel, stay(3, 2)) == ["1", "2", "3"]
    with pytest.raises(DomainError) as refused:
        book(hotel, stay(2, 1))
    assert key_of(refused) == "stop_sell"


def test_the_other_types_stay_for_sale(hotel, put, single, today):
    put((0, 0, False))

    assert nights(hotel, today, 2) == [(1, False), (4, False)]
    assert free(hotel, stay(0, 1)) == ["4"]


def test_an_open_range_sells_so_many_rooms(hotel, put, double, today):
    put((0, 3, True), inventory=2)

    assert nights(hotel, today, 5) == [(2, False)] * 4 + [(3, False)]
    assert len(free(hotel, stay(0, 2))) == 2
    book(hotel, stay(1, 1))
    book(hotel, stay(1, 1))

    assert nights(hotel, today, 3) == [(2, False), (0, True), (2, False)]
    assert free(hotel, stay(1, 1)) == []
    with pytest.raises(DomainError) as refused:
        book(hotel, stay(0, 2))
    assert key_of(refused) == "no_room_available"


def test_sales_are_counted_with_the_free_rooms_not_on_top_of_them(hotel, put, by, today):
    block_create(property_id=hotel.pk, stay=stay(0, 1), room_ids=[hotel.rooms.first().pk], by=by)
    put((0, 0, True), inventory=3)

    assert nights(hotel, today, 1) == [(2, False)]


def test_nothing_to_sell(hotel, put, today):
    put((0, 0, True), inventory=0)

    assert nights(hotel, today, 1) == [(0, True)]


def test_opening_again_ends_the_stop(hotel, put, today):
    put((0, 2, False))
    put((1, 1, True), inventory=3)

    assert [full for _, full in nights(hotel, today)] == [True, False, True, False]


def test_closing_keeps_the_limit_for_later(hotel, put, double, today):
    put((0, 0, True), inventory=2)
    put((0, 0, False))

    rule = Allotment.objects.get()
    assert (rule.max_to_sell, rule.stop_sell) == (2, True)


def test_the_later_range_wins(hotel, put, today):
    put((0, 2, True), (1, 2, False), (2, 2, True), inventory=3)

    assert [full for _, full in nights(hotel, today, 3)] == [False, True, False]


def test_blocks_stay_blocks(hotel, put, by, today):
    block = block_create(property_id=hotel.pk, stay=stay(0, 2), room_ids=[], by=by)
    put((0, 1, False))
    put((0, 1, True), inventory=3)

    assert block.occupancies.count() == 3
    assert nights(hotel, today, 1) == [(0, True)]


def test_a_range_with_a_guest_in_it_is_closed_to_others(hotel, put, today, by):
    booking = book(hotel, stay(5, 3))

    put((7, 9, False))

    assert Allotment.objects.filter(stop_sell=True).count() == 3
    assert booking.occupancies.count() == 1
    with pytest.raises(DomainError) as refused:
        book(hotel, stay(7, 1))
    assert key_of(refused) == "stop_sell"


def test_nights_that_are_over_stay_as_they_are(hotel, put, double, today):
    yesterday = today - timedelta(days=1)
    Allotment.objects.create(property=hotel, room_type=double, date=yesterday, max_to_sell=2)

    put((-1, 1, False))

    stopped = Allotment.objects.filter(stop_sell=True).values_list("date", flat=True)
    assert sorted(stopped) == [today, today + timedelta(days=1)]


def test_opening_alone_keeps_the_limit(hotel, put, today):
    put((0, 0, True), inventory=2)
    put((0, 1, False))
    put((0, 1, True))

    assert nights(hotel, today, 2) == [(2, False), (3, False)]


def test_rooms_left_count_from_what_is_booked_now(hotel, put, today, by):
    book(hotel, stay(0, 1))
    put((0, 1, True), rooms_left=1)
    assert nights(hotel, today, 2) == [(1, False), (1, False)]
    cancelled = book(hotel, stay(0, 2))
    assert nights(hotel, today, 2) == [(0, True), (0, True)]

    booking_cancel(booking_id=cancelled.pk, property_id=hotel.pk, by=by)
    put((0, 1, True), rooms_left=0)

    assert nights(hotel, today, 2) == [(0, True), (0, True)]
    assert list(Allotment.objects.order_by("date").values_list("max_to_sell", flat=True)) == [1, 0]


def test_what_changes_nothing_is_not_told(put):
    put((0, 1, True), inventory=2)
    put((0, 1, True), inventory=2)
    put((0, 1, True))

    assert Event.objects.filter(kind="availability_updated").count() == 1


def test_a_property_let_as_a_whole_has_no_limit_and_needs_no_room_type(hotel, put, today):
    hotel.property_type = PropertyType.objects.create(name="Hut", flag=BookingModel.SINGLE_ROOM)
    hotel.save()
    hotel.rooms.exclude(number="1").delete()
    put((0, 1, False), room_type=None)
    assert nights(hotel, today, 3) == [(0, True), (0, True), (1, False)]

    put((1, 1, True), room_type=None, inventory=0)

    assert nights(hotel, today, 3) == [(0, True), (1, False), (1, False)]
    assert set(Allotment.objects.values_list("max_to_sell", flat=True)) == {None}
    put((1, 2, True), room_type=None, rooms_left=0)
    assert nights(hotel, today, 3) == [(0, True)] * 3


def test_what_is_refused(hotel, put, single, today):
    unused = RoomType.objects.get(name="Twin", property=None)
    for key, ranges, room_type in (
        ("room_type_id_zero", [(0, 1, True)], None),
        ("no_rooms_of_this_type", [(0, 1, True)], unused),
        ("dates_in_past", [(1, 2, True), (-2, -1, True)], single),
        ("validation_failed", [(1, 2, True), (2, 1, True)], single),
        ("validation_failed", [(1, 4000, True)], single),
        ("validation_failed", [], single),
    ):
        with pytest.raises(DomainError) as refused:
            put(*ranges, room_type=room_type)
        assert key_of(refused) == key
    for field, limit in (
        ("inventory", {"inventory": -1}),
        ("rooms_left", {"rooms_left": -1}),
        ("rooms_left", {"inventory": 1, "rooms_left": 1}),
    ):
        with pytest.raises(DomainError) as refused:
            put((0, 1, True), room_type=single, **limit)
        assert list(refused.value.fields) == [field]

    assert not Allotment.objects.exists()


def test_the_change_is_told(hotel, put, double, today):
    put((0, 1, True), (5, 6, False))

    event = Event.objects.get(kind="availability_updated")
    assert event.data == {
        "room_type_id": double.pk,
        "date_from": today.isoformat(),
        "date_to": (today + timedelta(days=6)).isoformat(),
    }


def test_prices_of_a_type_that_is_not_for_sale_are_not_offered(hotel, put, single, by, double):
    base_price_set(property_id=hotel.pk, price=Decimal(100), max_people=4, by=by)
    assert party_prices(prop=hotel, stay=stay(1, 2), people=1)

    put((2, 2, False), room_type=double)
    found = party_prices(prop=hotel, stay=stay(1, 2), people=1)
    put((1, 1, True), room_type=single, inventory=0)

    assert [price.guests for price in found] == [1]
    with pytest.raises(DomainError) as refused:
        party_prices(prop=hotel, stay=stay(1, 2), people=1)
    assert key_of(refused) == "property_not_available"


def test_a_property_without_rooms_is_full(hotel, today):
    hotel.rooms.all().delete()

    assert nights(hotel, today, 1) == [(0, True)]

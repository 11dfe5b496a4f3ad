from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from bookyflow.availability.models import Allotment, Occupancy, OccupancyKind
from bookyflow.availability.selectors import calendar, free_rooms
from bookyflow.availability.services import Taking, occupy
from bookyflow.core.errors import DomainError
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.services import RoomsWanted
from bookyflow.rooms.models import RoomType
from bookyflow.tariffs.ranges import PriceRange
from bookyflow.tariffs.services import base_price_set, prices_set
from tests.conftest import make_hotel
from tests.domain.conftest import book, stay, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(hotel):
    return hotel.rooms.get(number="1")


def free_numbers(hotel, when):
    free = free_rooms(property_id=hotel.pk, nights=taken(when), today=hotel.settings.today())
    ids = [found.room_id for found in free]
    return sorted(hotel.rooms.filter(pk__in=ids).values_list("number", flat=True))


@pytest.mark.parametrize(
    ("start", "nights", "is_free"),
    [(13, 2, True), (8, 2, True), (9, 2, False), (12, 1, False), (10, 3, False), (5, 20, False)],
)
def test_ex_1_a_room_is_free_until_arrival_and_from_departure_on(
    hotel, room, by, start, nights, is_free
):
    block_create(property_id=hotel.pk, stay=stay(10, 3), room_ids=[room.pk], by=by)

    assert ("1" in free_numbers(hotel, stay(start, nights))) is is_free


def test_the_database_refuses_two_stays_on_a_night_whatever_the_code_does(hotel, room, by):
    block = block_create(property_id=hotel.pk, stay=stay(10, 3), room_ids=[room.pk], by=by)
    when = stay(12, 1)

    with pytest.raises(IntegrityError, match="occupancy_one_per_room_and_night"):
        Occupancy.objects.create(
            property=hotel,
            room=room,
            room_type=room.room_type,
            nights=DateRange(when.arrival, when.departure),
            kind=OccupancyKind.BOOKING,
            booking=block,
        )


@pytest.mark.parametrize(
    "nights",
    [
        DateRange(date(2030, 1, 1), date(2030, 1, 1)),
        DateRange(date(2030, 1, 1), None),
        DateRange(None, date(2030, 1, 1)),
        DateRange(date(2030, 1, 1), date(2033, 1, 4)),
    ],
)
def test_the_database_refuses_nights_that_are_empty_endless_or_too_many(hotel, room, nights):
    with pytest.raises(IntegrityError, match="occupancy_"):
        Occupancy.objects.create(
            property=hotel,
            room=room,
            room_type=room.room_type,
            nights=nights,
            kind=OccupancyKind.HOLD,
            expires_at=timezone.now(),
        )


def test_the_database_refuses_a_room_of_another_property(hotel, room, manager):
    other = make_hotel(manager, name="Other")
    when = stay(1, 1)

    with pytest.raises(IntegrityError, match="occupancy_room_of_its_property"):
        Occupancy.objects.create(
            property=other,
            room=room,
            room_type=room.room_type,
            nights=DateRange(when.arrival, when.departure),
            kind=OccupancyKind.HOLD,
            expires_at=timezone.now() + timedelta(hours=1),
        )


def hold(hotel, room, when, *, minutes):
    occupy(
        Taking(
            property_id=hotel.pk,
            room_ids=[room.pk],
            nights=taken(when),
            kind=OccupancyKind.HOLD,
            expires_at=timezone.now() + timedelta(minutes=minutes),
        )
    )


def test_a_hold_keeps_a_room_until_it_expires(hotel, room):
    hold(hotel, room, stay(5, 2), minutes=5)

    assert "1" not in free_numbers(hotel, stay(5, 2))


def test_an_expired_hold_is_as_if_it_were_not_there(hotel, room, by):
    hold(hotel, room, stay(5, 2), minutes=-1)

    assert "1" in free_numbers(hotel, stay(5, 2))
    assert not calendar(property_id=hotel.pk, first=stay(5, 2).arrival, last=stay(5, 2).arrival)[
        0
    ].taken
    block_create(property_id=hotel.pk, stay=stay(5, 2), room_ids=[room.pk], by=by)
    assert Occupancy.objects.get().kind == OccupancyKind.BLOCK


def test_occupying_is_all_or_nothing(hotel, room, by):
    block_create(property_id=hotel.pk, stay=stay(10, 3), room_ids=[room.pk], by=by)

    with pytest.raises(DomainError) as refused, transaction.atomic():
        block_create(property_id=hotel.pk, stay=stay(11, 1), by=by)

    assert refused.value.key == "room_taken"
    assert Occupancy.objects.count() == 1


def test_more_than_three_years_are_refused(hotel, by):
    with pytest.raises(DomainError) as refused, transaction.atomic():
        block_create(property_id=hotel.pk, stay=stay(1, 1099), by=by)

    assert refused.value.key == "validation_failed"


def test_what_may_be_sold_of_a_type_is_limited_by_the_day(hotel, room):
    when = stay(5, 3)
    Allotment.objects.create(
        property=hotel, room_type=room.room_type, date=stay(6, 1).arrival, max_to_sell=2
    )
    book(hotel, stay(6, 1))

    book(hotel, when)
    with pytest.raises(DomainError) as refused:
        book(hotel, when)
    assert refused.value.key == "no_room_available"


def test_blocks_do_not_use_up_what_may_be_sold(hotel, room, by):
    Allotment.objects.create(
        property=hotel, room_type=room.room_type, date=stay(6, 1).arrival, max_to_sell=1
    )
    block_create(property_id=hotel.pk, stay=stay(6, 1), room_ids=[room.pk], by=by)

    assert book(hotel, stay(6, 1)).pk


def test_a_type_that_is_not_sold_is_refused_and_says_so(hotel, room):
    Allotment.objects.create(
        property=hotel, room_type=room.room_type, date=stay(6, 1).arrival, stop_sell=True
    )

    with pytest.raises(DomainError) as refused:
        book(hotel, stay(5, 3))
    assert refused.value.key == "stop_sell"


def test_the_smallest_room_that_fits_is_taken(hotel):
    suite = RoomType.objects.create(name="Big suite")
    big = hotel.rooms.create(number="0", room_type=suite, max_adults=6, max_occupancy=6)

    small_party = book(hotel, stay(1, 1), rooms=RoomsWanted(guests=2))
    big_party = book(hotel, stay(1, 1), rooms=RoomsWanted(guests=5))

    assert small_party.occupancies.get().room_id != big.pk
    assert big_party.occupancies.get().room_id == big.pk


def test_calendar_tells_each_night(hotel, by, today):
    base_price_set(property_id=hotel.pk, price=100, max_people=2, by=by)
    prices_set(property_id=hotel.pk, ranges=[PriceRange(today, today, 120)], by=by)
    block_create(property_id=hotel.pk, stay=stay(1, 2), by=by)
    book(hotel, stay(0, 1))

    days = calendar(property_id=hotel.pk, first=today, last=today + timedelta(days=3))

    assert [(day.taken, day.is_full, day.min_stay) for day in days] == [
        (1, False, 1),
        (3, True, 1),
        (3, True, 1),
        (0, False, 1),
    ]
    assert days[0].date == today


def test_calendar_of_a_leap_day_and_a_year_end(hotel):
    leap = calendar(property_id=hotel.pk, first=date(2028, 2, 27), last=date(2028, 3, 1))
    year = calendar(property_id=hotel.pk, first=date(2028, 12, 31), last=date(2029, 1, 1))

    assert [day.date.day for day in leap] == [27, 28, 29, 1]
    assert [day.date.year for day in year] == [2028, 2029]


def test_calendar_and_free_rooms_cost_one_query_each(hotel, django_assert_num_queries):
    today = hotel.settings.today()
    with django_assert_num_queries(1):
        free = free_rooms(property_id=hotel.pk, nights=taken(stay(0, 300)), today=today)
    assert len(free) == 3
    with django_assert_num_queries(1):
        found = calendar(property_id=hotel.pk, first=date(2030, 1, 1), last=date(2030, 12, 31))
    assert len(found) == 365

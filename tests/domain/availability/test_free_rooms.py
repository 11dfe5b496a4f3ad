"""Which rooms are free and in which order, told by an index, is what all stays together say."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby, product
from random import Random

import pytest
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bookyflow.availability import selectors
from bookyflow.availability.models import Occupancy, OccupancyKind
from bookyflow.availability.nights import OccupiedNights
from bookyflow.availability.reassignment import RoomsAsked, rooms_least_taken
from bookyflow.availability.selectors import (
    free_rooms,
    priced_rooms,
    priced_rooms_of_each,
    rooms_continuously_free,
)
from bookyflow.availability.services import Taking, occupy
from bookyflow.core.dates import days
from bookyflow.rooms.models import Room, RoomType

pytestmark = pytest.mark.django_db
ROOMS, SPAN = 12, 20  # days from the first arrival to the last
ENDLESS = timedelta(days=30)


@pytest.fixture
def house(hotel):
    """A hotel with rooms of three kinds, each with stays of any length, some of them expired."""
    chance = Random(5)
    suite = RoomType.objects.create(name="Suite", property=hotel)
    plain = hotel.rooms.first().room_type
    Room.objects.bulk_create(
        Room(
            property=hotel,
            room_type=suite if number % 3 else plain,
            number=str(100 + number),
            max_adults=2 + number % 2,
            max_occupancy=2 + number % 2,
        )
        for number in range(ROOMS)
    )
    today = hotel.settings.today()
    for room in hotel.rooms.all():
        night = today - timedelta(days=3)
        while night < today + timedelta(days=SPAN):
            leaving = night + timedelta(days=chance.choice([1, 2, 3, 9]))
            if chance.random() < 0.4:
                hold(room, OccupiedNights.stored(night, leaving), is_over=chance.random() < 0.3)
            night = leaving
    return hotel


def hold(room, nights, *, is_over):
    with transaction.atomic():
        occupy(
            Taking(
                property_id=room.property_id,
                room_ids=[room.pk],
                nights=nights,
                kind=OccupancyKind.HOLD,
                expires_at=timezone.now() + timedelta(hours=-1 if is_over else 1),
            )
        )


def expected(house, nights, today):
    """The rooms that are free, in order, by all stays that there are."""
    found = []
    for room in house.rooms.all():
        stays = [
            (one.nights.lower, one.nights.upper)
            for one in Occupancy.objects.filter(room=room, expires_at__gt=timezone.now())
        ]
        if any(first < nights.end and end > nights.first for first, end in stays):
            continue
        ends = [end for _, end in stays if end <= nights.first]
        starts = [first for first, _ in stays if first >= nights.end]
        since = max([*ends, nights.first - ENDLESS, min(today, nights.first)])
        until = min([*starts, nights.end + ENDLESS])
        found.append((room.max_occupancy, until - since, room.number, room.pk))
    return [pk for *_, pk in sorted(found)]


def asked(house) -> list[tuple[date, OccupiedNights]]:
    today = house.settings.today()
    return [
        (today, OccupiedNights.stored(first, first + timedelta(days=length)))
        for first in days(today - timedelta(days=2), today + timedelta(days=SPAN + 3))
        for length in (1, 3, 7)
    ]


def test_free_rooms_are_those_that_no_stay_is_in_the_one_it_fills_best_first(house):
    lengths = set()
    for today, nights in asked(house):
        right = expected(house, nights, today)
        which = {"property_id": house.pk, "nights": nights, "today": today}

        assert [one.room_id for one in free_rooms(**which)] == right
        assert [one.room_id for one in priced_rooms(**which).now()] == right
        assert {room.pk for room in rooms_continuously_free(**which)} == set(right)
        lengths.add(len(right))
    assert len(lengths) > 5  # of nearly none to nearly all


@pytest.mark.parametrize("wanted", [1, 4])
def test_of_rooms_that_are_alike_so_many_are_compared(house, monkeypatch, wanted):
    monkeypatch.setattr(selectors, "COMPARED", 2)
    rooms = house.rooms.in_bulk()

    def kind(pk):
        room = rooms[pk]
        return room.room_type_id, room.max_adults, room.max_occupancy

    for today, nights in asked(house):
        right = expected(house, nights, today)
        of_kinds = sorted(right, key=lambda pk: (kind(pk), pk))
        compared = {
            pk for _, alike in groupby(of_kinds, kind) for pk in list(alike)[: max(wanted, 2)]
        }
        which = {"property_id": house.pk, "nights": nights, "today": today, "wanted": wanted}
        first = [pk for pk in right if pk in compared]

        assert [one.room_id for one in free_rooms(**which)] == first
        assert [one.room_id for one in priced_rooms(**which).now()] == first
        of_each = priced_rooms_of_each(asked={house.pk: (nights, today)}, wanted=wanted).now()
        assert [one.room_id for one in of_each.get(house.pk, [])] == first


@pytest.mark.parametrize("most", [2, 100])
def test_of_each_type_the_rooms_with_the_fewest_nights_taken_are_moved_first(house, most):
    """Those that are asked for before all others; a type without such a room is left out."""
    rooms = list(house.rooms.order_by("max_occupancy", "number", "pk"))
    suite = next(room.room_type_id for room in rooms if room.room_type.name == "Suite")
    several = frozenset(room.pk for room in rooms[::3])
    wishes = [{}, {"adults": 3}, {"room_type_id": suite}, {"room_ids": several}, {"guests": 9}]
    for (_, nights), wish in product(asked(house)[::5], wishes):
        right = {}
        for kind in {room.room_type_id for room in rooms}:
            own = [room for room in rooms if room.room_type_id == kind]
            fits = {room.pk: fitting(room, **wish) for room in own}
            if any(fits.values()):
                order = [(not fits[room.pk], taken(room, nights), room.pk) for room in own]
                chosen = {pk for *_, pk in sorted(order)[:most]}
                right[kind] = [
                    (room.pk, fits[room.pk], sum(fits.values()), len(own))
                    for room in own
                    if room.pk in chosen
                ]

        found = rooms_least_taken(house.pk, nights, RoomsAsked(**wish), most)

        assert {
            own[0].room_type_id: [(one.room_id, one.fits, one.fitting, one.of_type) for one in own]
            for own in found
        } == right


def fitting(room, *, adults=0, guests=0, room_type_id=None, room_ids=None):
    return (
        room.max_adults >= adults
        and room.max_occupancy >= max(guests, adults)
        and room_type_id in {None, room.room_type_id}
        and (room_ids is None or room.pk in room_ids)
    )


def taken(room, nights):
    """On how many of the nights somebody has a room."""
    found = Occupancy.objects.filter(room=room).filter(
        Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    )
    stays = [(one.nights.lower, one.nights.upper) for one in found]
    return sum(
        any(first <= night < end for first, end in stays)
        for night in days(nights.first, nights.end)
    )

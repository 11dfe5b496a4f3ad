from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone

from bookyflow.availability.models import Allotment, Occupancy, OccupancyKind
from bookyflow.availability.selectors import calendar, free_rooms, types_for_sale
from bookyflow.availability.services import (
    Taking,
    enquiry_to_booking,
    expired_holds_drop,
    hold_to_booking,
    occupy,
    release_hold,
    release_nights,
    rooms_choose,
)
from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.properties.locking import property_lock
from bookyflow.reservations.models import Hold
from bookyflow.reservations.services import RoomsWanted
from tests.domain.conftest import book, stay, taken

pytestmark = pytest.mark.django_db
WHEN = (5, 3)


@pytest.fixture
def rooms(hotel):
    return [room.pk for room in hotel.rooms.order_by("number")]


def held(hotel, room_ids, *, minutes=30, when=WHEN) -> Hold:
    """A hold of rooms that expires in so many minutes."""
    asked, expires = stay(*when), timezone.now() + timedelta(minutes=minutes)
    hold = Hold.objects.create(
        property=hotel,
        serial=Hold.objects.count() + 1_000_000,
        number=f"H{Hold.objects.count()}",
        arrival=asked.arrival,
        departure=asked.departure,
        quote={},
        expires_at=expires,
    )
    occupy(
        Taking(
            property_id=hotel.pk,
            room_ids=room_ids,
            nights=taken(asked),
            kind=OccupancyKind.HOLD,
            hold_id=hold.pk,
            expires_at=expires,
        )
    )
    return hold


def enquired(hotel, *, minutes=30):
    """An enquiry whose room is held."""
    booking = book(hotel, stay(*WHEN))
    expires = timezone.now() + timedelta(minutes=minutes)
    booking.occupancies.update(kind=OccupancyKind.HOLD, expires_at=expires)
    return booking


def kinds(booking) -> list[str]:
    return list(booking.occupancies.values_list("kind", flat=True))


def test_a_hold_becomes_a_booking_in_place(hotel, rooms):
    hold = held(hotel, rooms[:2])
    before = set(Occupancy.objects.values_list("pk", "room_id"))
    booking = book(hotel, stay(200, 1))
    booking.occupancies.all().delete()

    assert hold_to_booking(hold_id=hold.pk, booking_id=booking.pk) == 2

    assert kinds(booking) == ["booking", "booking"]
    assert set(Occupancy.objects.values_list("pk", "room_id")) == before
    assert set(Occupancy.objects.values_list("expires_at", "hold_id")) == {(None, None)}


def test_an_expired_hold_becomes_nothing(hotel, rooms):
    booking = book(hotel, stay(200, 1))
    hold = held(hotel, rooms[:1], minutes=-1)

    assert hold_to_booking(hold_id=hold.pk, booking_id=booking.pk) == 0
    assert Occupancy.objects.get(hold=hold.pk).kind == OccupancyKind.HOLD


def test_a_hold_is_released_once(hotel, rooms):
    hold, other = held(hotel, rooms[:2]), held(hotel, rooms[2:])

    assert [release_hold(hold_id=hold.pk), release_hold(hold_id=hold.pk)] == [2, 0]
    assert Occupancy.objects.get().hold_id == other.pk


def test_what_has_become_a_booking_is_not_released_as_a_hold(hotel, rooms):
    hold = held(hotel, rooms[:1])
    booking = book(hotel, stay(200, 1))
    hold_to_booking(hold_id=hold.pk, booking_id=booking.pk)

    assert release_hold(hold_id=hold.pk) == 0
    assert booking.occupancies.count() == 2


def test_an_enquiry_becomes_a_booking_while_its_nights_are_held(hotel):
    booking, late = enquired(hotel), enquired(hotel, minutes=-1)

    assert enquiry_to_booking(booking_id=booking.pk) == 1
    assert enquiry_to_booking(booking_id=booking.pk) == 0
    assert enquiry_to_booking(booking_id=late.pk) == 0

    assert (kinds(booking), kinds(late)) == (["booking"], ["hold"])


def test_leaving_early_frees_the_nights_that_are_left(hotel):
    booking = book(hotel, stay(5, 4), rooms=RoomsWanted(3))
    two = taken(stay(5, 2))

    assert release_nights(booking_id=booking.pk, keep=two) == 3
    assert release_nights(booking_id=booking.pk, keep=two) == 0

    assert (
        len(
            free_rooms(property_id=hotel.pk, nights=taken(stay(7, 2)), today=hotel.settings.today())
        )
        == 3
    )
    assert (
        free_rooms(property_id=hotel.pk, nights=taken(stay(6, 1)), today=hotel.settings.today())
        == []
    )


def test_rooms_that_were_only_needed_later_are_let_go(hotel):
    booking, other = book(hotel, stay(5, 2)), book(hotel, stay(5, 2))

    assert release_nights(booking_id=booking.pk, keep=taken(stay(4, 1))) == 1
    assert release_nights(booking_id=other.pk, keep=taken(stay(5, 2))) == 0

    assert Occupancy.objects.get().booking_id == other.pk


@pytest.mark.parametrize("minutes", [30, -1])
def test_expired_holds_count_nowhere(hotel, rooms, minutes):
    when, lasts = stay(*WHEN), minutes > 0
    kind = hotel.rooms.first().room_type
    Allotment.objects.create(property=hotel, room_type=kind, date=when.arrival, max_to_sell=3)
    held(hotel, rooms, minutes=minutes)

    found = free_rooms(property_id=hotel.pk, nights=taken(when), today=hotel.settings.today())
    (day,) = calendar(property_id=hotel.pk, first=when.arrival, last=when.arrival)

    assert [room.left_to_sell for room in found] == ([] if lasts else [3, 3, 3])
    assert (day.taken, day.for_sale) == ((3, 0) if lasts else (0, 3))
    for_sale = types_for_sale(nights={hotel.pk: taken(when)})
    assert for_sale == ({} if lasts else {hotel.pk: {kind.pk: 2}})


def test_an_expired_hold_makes_no_gap_and_is_not_in_the_way(hotel, rooms):
    held(hotel, rooms[2:], minutes=-1, when=(8, 3))

    with transaction.atomic():
        property_lock(hotel.pk)
        expired_holds_drop(property_id=hotel.pk)
        chosen = rooms_choose(
            property_id=hotel.pk,
            nights=taken(stay(*WHEN)),
            today=hotel.settings.today(),
            quantity=1,
            by=SYSTEM,
        )

    assert chosen == rooms[:1]
    assert not Occupancy.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_hold_that_is_dropped_meanwhile_does_not_become_a_booking(hotel, rooms):
    """It expires while the guest who pays waits for somebody else's booking."""
    hold = held(hotel, rooms[:1])
    booking = book(hotel, stay(200, 1))
    found: list[int] = []
    waiting = threading.Event()

    def pay():
        try:
            with transaction.atomic():
                waiting.set()
                property_lock(hotel.pk)
                found.append(hold_to_booking(hold_id=hold.pk, booking_id=booking.pk))
        finally:
            connections.close_all()

    thread = threading.Thread(target=pay)
    with transaction.atomic():
        property_lock(hotel.pk)
        thread.start()
        assert waiting.wait(timeout=30)
        Occupancy.objects.filter(hold=hold).update(expires_at=timezone.now())
        release_hold(hold_id=hold.pk)
        occupy(
            Taking(
                property_id=hotel.pk,
                room_ids=rooms[:1],
                nights=taken(stay(*WHEN)),
                kind=OccupancyKind.BOOKING,
                booking_id=booking.pk,
            )
        )
    thread.join()

    assert found == [0]


def test_a_held_room_is_taken(hotel, rooms):
    held(hotel, rooms[:1])

    with pytest.raises(DomainError) as refused, transaction.atomic():
        held(hotel, rooms[:2])
    assert refused.value.key == "room_taken"

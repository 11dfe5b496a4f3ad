"""Where whole days are let, the day of departure is taken too, whichever way a stay comes in."""

from __future__ import annotations

import inspect
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine

import bookyflow
from bookyflow.availability import reassignment, reassignment_plan, selectors, services
from bookyflow.availability.models import Occupancy
from bookyflow.availability.nights import nights_taken
from bookyflow.availability.search import Wanted, search
from bookyflow.availability.selectors import calendar, free_rooms
from bookyflow.channels.models import ChannelProperty
from bookyflow.channels.reservations import reservations_add
from bookyflow.core.acting import SYSTEM
from bookyflow.core.acting import VISITOR as ANYBODY
from bookyflow.core.dates import Stay
from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.changes import Changes, PriceMode
from bookyflow.reservations.amendments.room_move import booking_room_move
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.holds import hold_confirm, hold_make
from bookyflow.reservations.lifecycle import booking_approve, booking_check_in, booking_check_out
from bookyflow.reservations.models import Booking
from bookyflow.reservations.quotes.make import quote_make
from bookyflow.reservations.stay_request import VISITOR, RoomRequest, StayRequest
from tests.domain.conftest import remote
from tests.domain.reservations.conftest import GRACE, fresh, settle

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class House:
    """A property with three rooms, and all the ways to take one of them for a stay."""

    def __init__(self, inn, double, book, channel, reach):
        self.inn, self.double, self.book = inn, double, book
        self.channel, self.reach = channel, reach

    def stay_request(self, stay: Stay) -> StayRequest:
        return StayRequest(stay.arrival, stay.departure, (RoomRequest(self.double.pk),), adults=2)

    def quote(self, stay: Stay):
        return quote_make(
            prop=fresh(self.inn), stay_request=self.stay_request(stay), booker=VISITOR
        )

    def known(self, booking: Booking) -> dict:
        return {"booking_id": booking.pk, "property_id": self.inn.pk, "by": SYSTEM}

    def direct(self, stay: Stay) -> None:
        self.book(self.stay_request(stay), booker=VISITOR)

    def from_channel(self, stay: Stay) -> Booking:
        (outcome,) = reservations_add(
            reservations=[remote("R1", self.inn, stay)],
            channel_id=self.channel.pk,
            reach=self.reach,
            by=SYSTEM,
        )
        return outcome.bookings[0]

    def blocked(self, stay: Stay) -> None:
        rooms = [self.inn.rooms.first().pk]
        block_create(property_id=self.inn.pk, stay=stay, room_ids=rooms, by=SYSTEM)

    def held(self, stay: Stay) -> None:
        hold_make(quote=self.quote(stay), by=ANYBODY)

    def held_and_confirmed(self, stay: Stay) -> None:
        hold = hold_make(quote=self.quote(stay), by=ANYBODY)
        hold_confirm(
            hold_id=hold.pk, property_id=self.inn.pk, guest=GRACE, booker=VISITOR, by=ANYBODY
        )

    def enquired(self, stay: Stay) -> None:
        settle(self.inn, requires_approval=True)
        self.book(self.stay_request(stay), booker=VISITOR)

    def approved(self, stay: Stay) -> None:
        settle(self.inn, requires_approval=True, enquiry_hold_hours=0)
        booking_approve(**self.known(self.book(self.stay_request(stay), booker=VISITOR)))

    def amended(
        self, stay: Stay, *, booking: Booking | None = None, price: PriceMode = PriceMode.REPRICED
    ) -> None:
        booking = booking or self.book(
            self.stay_request(Stay(stay.arrival - 2 * DAY, stay.arrival))
        )
        changes = Changes(arrival=stay.arrival, departure=stay.departure)
        booking_amend(**self.known(booking), changes=changes, price=price)

    def amended_at_the_old_price(self, stay: Stay) -> None:
        self.amended(stay, price=PriceMode.KEPT)

    def amended_from_channel(self, stay: Stay) -> None:
        booking = self.from_channel(stay)
        booking_amend(**self.known(booking), changes=Changes(adults=1), price=PriceMode.KEPT)

    def moved(self, stay: Stay) -> None:
        booking = self.book(self.stay_request(stay))
        here, there = self.inn.rooms.exclude(occupancies=None).get(), self.inn.rooms.last()
        booking_room_move(**self.known(booking), from_room_id=here.pk, to_room_id=there.pk)

    def left_early(self, stay: Stay) -> None:
        booking = self.book(self.stay_request(Stay(stay.arrival, stay.departure + 3 * DAY)))
        with time_machine.travel(f"{stay.departure}T12:00:00+00:00", tick=False):
            booking_check_in(**self.known(booking))
            booking_check_out(**self.known(booking), free_remaining=True)


WAYS = (
    House.direct,
    House.from_channel,
    House.blocked,
    House.held,
    House.held_and_confirmed,
    House.enquired,
    House.approved,
    House.amended,
    House.amended_at_the_old_price,
    House.amended_from_channel,
    House.moved,
    House.left_early,
)


@pytest.fixture
def house(inn, double, book, channel, reach):
    ChannelProperty.objects.create(channel=channel, property=inn, remote_id="1")
    return House(inn, double, book, channel, reach)


@pytest.fixture(params=[(True, False), (False, False), (True, True)])
def extra(request, inn) -> timedelta:
    """How much longer than its guest a stay takes a room."""
    whole_days, fixed_periods = request.param
    settle(
        inn,
        whole_day_booking=whole_days,
        fixed_periods_on=fixed_periods,
        fixed_period_nights=1,
        fixed_periods_most=9,
    )
    return DAY if whole_days and not fixed_periods else timedelta(0)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_each_way_takes_the_same_nights_for_the_same_stay(house, extra, soon, way):
    stay, end = Stay(*soon), soon[1] + extra

    way(house, stay)

    (taken,) = Occupancy.objects.all()
    assert (taken.nights.lower, taken.nights.upper) == (stay.arrival, end)
    for booking in Booking.objects.all():
        assert booking.stay() == stay
        assert (booking.nights().first, booking.nights().end) == (stay.arrival, end)
    assert [free(house.inn, day) for day in (soon[1] - DAY, end - DAY, end)] == [2, 2, 3]
    assert [for_sale(house.inn, day) for day in (soon[1] - DAY, end - DAY, end)] == [2, 2, 3]
    assert found(soon[1]) == found(end) - (1 if extra else 0) == (2 if extra else 3)


def free(inn, arrival: date) -> int:
    nights = nights_taken(fresh(inn).settings, Stay(arrival, arrival + DAY))
    return len(free_rooms(property_id=inn.pk, nights=nights, today=inn.settings.today()))


def for_sale(inn, day: date) -> int:
    (shown,) = calendar(property_id=inn.pk, first=day, last=day)
    return shown.for_sale


def found(arrival: date) -> int:
    (item,) = search(Wanted(Stay(arrival, arrival + DAY), adults=1)).items
    return item.rooms


@pytest.mark.parametrize("module", [reassignment, reassignment_plan, selectors, services])
def test_what_takes_rooms_or_looks_for_them_wants_nights_and_no_stay(module):
    wanting = {
        name
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and "Stay" in inspect.get_annotations(function).values()
    }

    assert wanting == set()


def test_the_nights_are_computed_in_one_place():
    made = re.compile(r"\bOccupiedNights\(")
    root = Path(bookyflow.__file__).parent

    places = {path.name for path in root.rglob("*.py") if made.search(path.read_text())}

    assert places == {"nights.py"}

"""Bulk calls that meet each other, or a booking, in real threads."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bookyflow.availability.models import Allotment, Occupancy
from bookyflow.channels.models import ChannelProperty
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.tariffs.models import DailyRate, TariffType
from tests.conftest import make_hotel
from tests.domain.conftest import at_once, book, stay

pytestmark = pytest.mark.django_db(transaction=True)


def test_calls_on_the_same_properties_take_turns(write, row, linked, manager, plan, double):
    other = make_hotel(manager)
    ChannelProperty.objects.create(channel=linked, property=other)
    there = TariffType.objects.create(property=other, room_type=double)

    def call(number: int):
        price = Decimal(100 + number)
        rows = [row(0, 30, price=price), row(0, 30, prop=other, plan=there, price=price)]
        return write(*rows[:: (-1) ** number]).changed

    assert at_once(8, call) == [62] * 8
    prices = DailyRate.objects.values_list("price", flat=True)
    assert len(prices) == 62
    assert len(set(prices)) == 1  # one call was the last one, as a whole
    assert Event.objects.filter(kind="tariffs_updated").count() == 16


def test_rooms_left_and_bookings_never_sell_more_than_were_left(write, row, hotel, double):
    """Whichever comes first: of two rooms left, or of three rooms, and two of them booked."""

    def call(number: int):
        if number % 2:
            return book(hotel, stay(1, 1))
        return write(row(1, plan=None, kind=double, rooms_left=0)).changed

    found = at_once(8, call)

    booked = [one for one in found[1::2] if not isinstance(one, Exception)]
    assert all(
        isinstance(one, DomainError) and one.key == "no_room_available"
        for one in found
        if isinstance(one, Exception)
    )
    assert Occupancy.objects.filter(kind="booking").count() == len(booked)
    assert Allotment.objects.get().max_to_sell == len(booked)
    with pytest.raises(DomainError, match="no_room_available"):
        book(hotel, stay(1, 1))

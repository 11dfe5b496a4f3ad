"""Occupancy, ADR, RevPAR and revenue, reckoned by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.properties.models import PropertySettings
from bookyflow.reporting.performance import MOST_MONTHS, performance
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import booking_cancel
from bookyflow.rooms.models import Room
from tests.domain.conftest import book, stay

pytestmark = pytest.mark.django_db

JUNE, JULY = date(2027, 6, 1), date(2027, 7, 1)


@pytest.fixture(autouse=True)
def first_of_june(hotel):
    """Prices have no tax in them, so that amounts are those of the test; stay(0, 1) is 1 June."""
    PropertySettings.objects.filter(property=hotel).update(accommodation_tax_rate=0)
    with time_machine.travel(datetime(2027, 6, 1, 12, tzinfo=UTC), tick=False):
        yield


def report(prop, first=JUNE, months=2):
    prop.settings.refresh_from_db()
    return performance(prop=prop, first=first, months=months)


def test_a_stay_over_the_end_of_a_month_counts_in_both(hotel):
    """Of three nights from 29 June two are June's, and two thirds of the price."""
    rooms = Room.objects.filter(property=hotel).count()
    book(hotel, stay(28, 3), price=100)

    june, july = report(hotel).months

    assert (june.nights, july.nights) == (2, 1)
    assert (june.rooms, july.rooms) == (Decimal("66.67"), Decimal("33.33"))
    assert (june.available, july.available) == (30 * rooms, 31 * rooms)
    assert june.occupancy == round(Decimal(200) / (30 * rooms), 1)
    assert (june.adr, july.adr) == (Decimal("33.34"), Decimal("33.33"))
    assert june.revpar == round(Decimal("66.67") / (30 * rooms), 2)


def test_all_months_together(hotel):
    book(hotel, stay(28, 3), price=100)

    total = report(hotel).total()

    assert (total.nights, total.rooms, total.adr) == (3, Decimal("100.00"), Decimal("33.33"))


def test_blocks_are_neither_sold_nor_a_source(hotel):
    room = Room.objects.filter(property=hotel).first()
    block_create(property_id=hotel.pk, room_ids=[room.pk], stay=stay(1, 4), by=SYSTEM)

    found = report(hotel)

    assert (found.months[0].blocked, found.months[0].nights, found.sources) == (4, 0, [])


def test_a_cancelled_booking_leaves_its_fee(hotel):
    booking = book(hotel, stay(10, 2), price=100)
    booking_cancel(property_id=hotel.pk, booking_id=booking.pk, by=SYSTEM)
    booking.refresh_from_db()

    (june, _) = report(hotel).months

    assert (june.nights, june.rooms) == (0, 0)
    assert june.revenue == booking.total


def test_sources_add_up_to_the_months(hotel):
    book(hotel, stay(1, 2), price=100)
    book(hotel, stay(28, 3), price=50)

    found = report(hotel)

    (source,) = found.sources
    assert source.nights == 5
    assert source.revenue == sum(source.by_month.values()) == found.total().revenue == 150


def test_other_currencies_are_told_apart(hotel):
    book(hotel, stay(1, 2), price=100)
    PropertySettings.objects.filter(property=hotel).update(currency="JPY")

    found = report(hotel)

    assert (found.currency, found.total().revenue) == ("JPY", 0)
    assert list(found.other_currencies.values()) == [Decimal("100.00")]


def test_as_many_statements_for_many_bookings(hotel):
    book(hotel, stay(1, 1), price=100)
    prop = hotel
    prop.settings.refresh_from_db()
    with CaptureQueriesContext(connection) as few:
        performance(prop=prop, first=JUNE, months=2)
    for day in range(2, 12):
        book(hotel, stay(day, 1), price=100)

    with CaptureQueriesContext(connection) as many:
        performance(prop=prop, first=JUNE, months=MOST_MONTHS)

    assert len(many) == len(few) == 3


@pytest.mark.parametrize(
    ("first", "months"),
    [(JUNE, 0), (JUNE, -1), (JUNE, MOST_MONTHS + 1), (date(9999, 12, 1), 2)],
)
def test_refuses_what_is_no_period(hotel, first, months):
    with pytest.raises(DomainError, match="validation_failed"):
        report(hotel, first, months)

"""How many people come with a channel's booking, and what counts them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bookyflow.channels.reservations import reservations_add
from bookyflow.core.acting import Actor
from bookyflow.core.dates import ONE_DAY
from bookyflow.pricing.lines import LineKind
from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.changes import Changes, PriceMode
from tests.domain.conftest import remote, stay
from tests.domain.reservations.conftest import settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(inn, linked, reach, manager):
    """Bring in a stay of two nights in ten days and return its booking."""

    def call(**facts):
        (outcome,) = reservations_add(
            reservations=[remote("R1", inn, stay(10, 2), **facts)],
            channel_id=linked.pk,
            reach=reach,
            by=Actor(user_id=manager.pk, channel_id=linked.pk),
        )
        assert outcome.error is None, outcome.error
        return outcome.bookings[0]

    return call


@pytest.fixture
def lengthen(by):
    """Add a night, priced anew."""

    def call(booking):
        return booking_amend(
            booking_id=booking.pk,
            property_id=booking.property_id,
            changes=Changes(departure=booking.departure + ONE_DAY),
            price=PriceMode.REPRICED,
            by=by,
        )

    return call


def test_the_guests_of_every_room_are_counted(inn, bring, lengthen):
    settle(inn, per_person_per_night=True)
    booking = bring(rooms=2, guests=2, price=Decimal(960))

    changed = lengthen(booking)

    assert booking.adults == 4
    assert (changed.adults, changed.total) == (4, 1440)


def test_couples_of_a_channel_pay_no_single_supplement(inn, bring, lengthen):
    settle(inn, single_supplement_on=True, single_supplement=Decimal(10))

    changed = lengthen(bring(rooms=2, guests=2))

    assert changed.total == 2 * 3 * 120
    assert not changed.lines.filter(kind=LineKind.SINGLE_SUPPLEMENT).exists()


def test_city_tax_is_for_the_guests_of_every_room(inn, bring, lengthen):
    settle(inn, city_tax=Decimal(3), city_tax_model="perguestpernight")

    changed = lengthen(bring(rooms=2, guests=2))

    assert changed.lines.get(kind=LineKind.CITY_TAX).gross == 3 * 4 * 3


@pytest.mark.parametrize("rooms", [1, 2])
def test_a_booking_without_a_number_of_guests_is_for_one_in_each_room(bring, lengthen, rooms):
    booking = bring(rooms=rooms, guests=0)

    changed = lengthen(booking)

    assert (booking.adults, changed.adults) == (rooms, rooms)
    assert changed.departure - changed.arrival == timedelta(days=3)


def test_more_guests_than_a_room_holds_still_find_none(inn, linked, reach, manager):
    (outcome,) = reservations_add(
        reservations=[remote("R1", inn, stay(10, 2), rooms=2, guests=4)],
        channel_id=linked.pk,
        reach=reach,
        by=Actor(user_id=manager.pk, channel_id=linked.pk),
    )

    assert outcome.error is not None
    assert outcome.error.key == "no_room_available"


def test_more_guests_than_can_be_kept_are_refused(inn, linked, reach, manager):
    (outcome,) = reservations_add(
        reservations=[remote("R1", inn, stay(10, 2), rooms=1000, guests=1000)],
        channel_id=linked.pk,
        reach=reach,
        by=Actor(user_id=manager.pk, channel_id=linked.pk),
    )

    assert outcome.error is not None
    assert (outcome.error.key, list(outcome.error.fields)) == (
        "validation_failed",
        ["guests"],
    )

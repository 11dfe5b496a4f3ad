"""Open bookings keep currency, tax and kind of prices: who changes these of the house is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookyflow.core.errors import DomainError
from bookyflow.properties.models import PropertySettings
from bookyflow.property_settings.services import settings_save
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import booking_cancel, booking_check_in, booking_check_out
from tests.domain.conftest import book, stay

pytestmark = pytest.mark.django_db
CHANGES = [
    ({"currency": "USD"}, "property_currencycode"),
    ({"prices_inclusive": False}, "prices_inclusive"),
    ({"accommodation_tax_rate": "19"}, "accommodation_tax_rate"),
]


@pytest.fixture
def save(hotel, by):
    def do(values, **more):
        return settings_save(prop=hotel, values=values, by=by, **more)

    return do


def stored(hotel):
    settings = PropertySettings.objects.get(property=hotel)
    return settings.currency, settings.prices_inclusive, settings.accommodation_tax_rate


@pytest.mark.parametrize(("values", "name"), CHANGES)
def test_a_change_of_what_bookings_keep_is_confirmed_first(hotel, save, values, name):
    booking = book(hotel, stay(3, 2))
    before, sold = stored(hotel), (booking.total, booking.lines.get().tax_rate)

    with pytest.raises(DomainError) as refused:
        save(values | {"margin": 5})
    assert refused.value.key == "confirmation_needed"
    assert refused.value.detail.startswith("1 open booking(s) keep the currency")
    assert stored(hotel) == before

    assert len(save(values, confirmed=True)) == 1
    booking.refresh_from_db()
    assert (booking.currency, booking.total, booking.lines.get().tax_rate) == ("EUR", *sold)


def test_other_settings_need_no_word(hotel, save):
    book(hotel, stay(3, 2))

    assert save({"margin": 5, "currency": "EUR"}) == ["margin"]


def test_what_is_over_or_closes_rooms_is_no_open_booking(hotel, save, by, today, time_machine):
    gone = book(hotel, stay(3, 2))
    booking_cancel(booking_id=gone.pk, property_id=hotel.pk, by=by)
    left = book(hotel, stay(0, 2))
    booking_check_in(booking_id=left.pk, property_id=hotel.pk, by=by)
    booking_check_out(booking_id=left.pk, property_id=hotel.pk, by=by)
    block_create(property_id=hotel.pk, stay=stay(9, 2), by=by)
    book(hotel, stay(1, 1))  # nobody has come, nor said so
    time_machine.move_to(today + timedelta(days=3))

    assert save({"currency": "USD"})

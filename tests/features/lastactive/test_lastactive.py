from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from bookyflow.core.acting import SYSTEM
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.blocks import block_create
from bookyflow.reservations.lifecycle import booking_cancel
from tests.conftest import make_hotel
from tests.domain.conftest import book, stay
from tests.examples import example
from tests.features.reading import read, refusal

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu"])
def test_counts_what_came_in_lately(client_for, receptionist, hotel, zone):
    PropertySettings.objects.filter(property=hotel).update(time_zone=zone)
    for minutes in (61, 59, 30, 5):
        with time_machine.travel(NOW - timedelta(minutes=minutes), tick=False):
            made = book(hotel, stay(minutes, 1))
    with time_machine.travel(NOW - timedelta(minutes=2), tick=False):
        booking_cancel(booking_id=made.pk, property_id=hotel.pk, by=SYSTEM)
        block_create(property_id=hotel.pk, stay=stay(9, 1), by=SYSTEM)
    with time_machine.travel(NOW, tick=False):
        client = client_for("bookings_get", user=receptionist)

        found = {
            minutes: read(client, f"lastactive/{hotel.pk}/{minutes}")
            for minutes in (0, 5, 6, 60, 62, 5_000_000)
        }

    assert found == {0: 0, 5: 0, 6: 1, 60: example("lastactive.count_bookings").answer} | {
        62: 4,
        5_000_000: 4,
    }


def test_other_properties_do_not_count(client_for, manager, hotel):
    book(make_hotel(manager), stay(1, 1))
    book(hotel, stay(1, 1))

    assert read(client_for("bookings_get"), f"lastactive/{hotel.pk}/5") == 1


@pytest.mark.parametrize("minutes", ["6000000", "9" * 30])
def test_nobody_looks_back_for_ever(client_for, hotel, minutes):
    found = refusal(client_for("bookings_get"), f"lastactive/{hotel.pk}/{minutes}")

    assert found == (400, "validation_failed", ["minutes"])


@pytest.mark.parametrize("minutes", ["-5", "1.5", "x", ""])
def test_what_is_no_number_of_minutes_is_no_address(client_for, hotel, minutes):
    assert refusal(client_for("bookings_get"), f"lastactive/{hotel.pk}/{minutes}")[0] == 404

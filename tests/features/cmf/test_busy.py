"""Whoever waits for the lock of a property waits a while and is told to come again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookyflow.api.calls import transactions
from bookyflow.channels.models import ChannelProperty
from bookyflow.reservations.models import Booking
from tests.conftest import make_hotel
from tests.domain.conftest import lock_of
from tests.features.cmf.conftest import BASE, reservation, sent, stay_info, value

ADD = BASE + "reservations/add"
CANCEL = BASE + "reservations/cancel"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Nobody waits for long."""
    monkeypatch.setattr(transactions, "LONGEST_WAIT", timedelta(milliseconds=300))


def test_a_guest_who_waits_for_a_property_is_told_to_come_again(hotel, hold):
    with lock_of(hotel):
        busy = hold()

    assert (busy, hold()) == (503, 201)


def test_a_channel_that_waits_for_a_property_is_told_to_come_again(ota, hotel):
    body = sent(reservation("R1", stay_info(hotel)))
    with lock_of(hotel):
        response = ota.put(ADD, body, HTTP_IDEMPOTENCY_KEY="once")

    assert (response.status_code, response.json()["key"]) == (503, "busy")
    assert response["Retry-After"] == "2"
    assert response.json()["results"]["R1"]["key"] == "busy"
    assert not Booking.objects.exists()
    assert list(value(ota.put(ADD, body, HTTP_IDEMPOTENCY_KEY="once"))["successful_bookings"])


def test_a_busy_property_stops_no_reservation_of_another(ota, manager, linked, hotel):
    other = make_hotel(manager, name="Other")
    ChannelProperty.objects.create(channel=linked, property=other)
    body = sent(reservation("R1", stay_info(other)), reservation("R2", stay_info(hotel)))
    with lock_of(other):
        found = value(ota.put(ADD, body, HTTP_IDEMPOTENCY_KEY="once"))

    again = value(ota.put(ADD, body, HTTP_IDEMPOTENCY_KEY="once"))

    assert list(found["successful_bookings"]) == ["R2"]
    assert found["unsuccessful_bookings"]["R1"]["key"] == "busy"
    assert list(again["successful_bookings"]) == ["R1", "R2"]
    assert again["successful_bookings"]["R2"] == found["successful_bookings"]["R2"]


def test_prices_and_cancellations_of_a_busy_property_come_again_as_well(ota, hotel):
    value(ota.put(ADD, sent(reservation("R1", stay_info(hotel)))))
    base = {"property_uid": hotel.pk, "base_price": 90, "max_people": 2}
    with lock_of(hotel):
        cancelled = ota.put(CANCEL, {"reservation_ids": ["R1"]})
        priced = ota.put(f"{BASE}property/base/price", base)

    assert [cancelled.status_code, priced.status_code] == [503, 503]
    assert cancelled.json()["key"] == priced.json()["key"] == "busy"

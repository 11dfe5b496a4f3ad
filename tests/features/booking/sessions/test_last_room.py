"""Two hundred sessions fight for the last room."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from bookyflow.availability.models import Occupancy
from bookyflow.booking_sessions.models import BookingSession
from bookyflow.booking_sessions.naming import SessionName
from bookyflow.core.ids import digest
from bookyflow.reservations.models import Booking, Hold
from bookyflow.rooms.models import Room
from tests.features.booking.conftest import GUEST, data
from tests.features.booking.sessions.conftest import Form
from tests.openapi import CheckedClient

pytestmark = pytest.mark.django_db(transaction=True)
SESSIONS, THREADS = 200, 16


@pytest.fixture
def begin(form):
    """Have sessions come as far as the choice of rooms, like one that went all the way there."""

    def make(number):
        form.fill("begin", "set_dates", "set_party", "set_address")
        pattern = BookingSession.objects.get()
        rows = []
        for n in range(number):
            named = SessionName(f"rival-{n}")
            row = BookingSession(
                digest=named.digest,
                token_digest=digest("token"),
                property=pattern.property,
                language="en-GB",
                arrival=pattern.arrival,
                departure=pattern.departure,
                adults=2,
                expires_at=timezone.now() + timedelta(hours=1),
            )
            row.address = dict(pattern.address)
            rows.append(row)
        BookingSession.objects.bulk_create(rows)
        return form

    return make


def run(form, number, address):
    """Choose, and create where that was answered; the answers, or what went wrong."""
    try:
        mine = Form(CheckedClient(), form.prop, REMOTE_ADDR=address)
        mine.headers |= {"HTTP_X_BOOKYFLOW_BOOKING_SESSION_ID": f"rival-{number}"}
        chosen = mine.choose(form.pairs())
        if chosen.status_code != 200:
            return chosen.json()["key"], ""
        return "chosen", mine.create().json().get("key", "booked")
    finally:
        connections.close_all()


def test_one_gets_the_last_room_and_the_others_know_before_they_pay(begin):
    form = begin(SESSIONS)
    Room.objects.filter(number__in="23").delete()

    with ThreadPoolExecutor(THREADS) as pool:
        work = [pool.submit(run, form, n, f"192.0.2.{n}") for n in range(SESSIONS)]
        outcomes = [one.result() for one in work]

    assert outcomes.count(("chosen", "booked")) == 1
    assert outcomes.count(("no_room_available", "")) == SESSIONS - 1
    assert (Booking.objects.count(), Hold.objects.count()) == (1, 1)
    assert Occupancy.objects.count() == 1


def test_one_address_holds_no_more_than_its_share(begin, settings):
    settings.ROOM_NIGHTS_PER_ADDRESS = 6
    form = begin(20)

    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(lambda n: run(form, n, "192.0.2.1")[0], range(20)))

    assert sorted(set(outcomes)) == ["chosen", "too_many_holds"]
    assert outcomes.count("chosen") == 2  # of three nights each
    assert data(form.get("rooms"))["rooms"]
    assert GUEST["surname"] == Booking.objects.first().who.surname

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections, transaction

from bookyflow.availability.nights import OccupiedNights
from bookyflow.channels.models import ChannelProperty
from bookyflow.channels.remote import RemoteReservation, RemoteStay
from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.core.dates import Stay, today_in
from bookyflow.guests.services import GuestDetails
from bookyflow.pricing.engine import price_given
from bookyflow.properties.locking import property_lock
from bookyflow.properties.selectors import Reach
from bookyflow.reservations.price_inputs import rules_of
from bookyflow.reservations.services import RoomsWanted, Terms, booking_add_priced

ADA = GuestDetails("Lovelace", "Ada", "ada@guest.example")


@pytest.fixture
def today():
    return today_in("UTC")


@pytest.fixture
def by(manager):
    return Actor(user_id=manager.pk)


@pytest.fixture
def reach(manager):
    return Reach(
        user_id=manager.pk,
        level=manager.access_level,
        key_id=0,
        all_properties=True,
        is_test=False,
    )


@pytest.fixture
def linked(channel, hotel):
    ChannelProperty.objects.create(channel=channel, property=hotel, remote_id="26")
    return channel


def stay(start: int, nights: int) -> Stay:
    """Nights from `start` days after today."""
    arrival = today_in("UTC") + timedelta(days=start)
    return Stay(arrival, arrival + timedelta(days=nights))


def taken(when: Stay) -> OccupiedNights:
    """The nights of a stay where days of departure are not let."""
    return OccupiedNights.stored(when.arrival, when.departure)


def book(prop, when: Stay, *, rooms: RoomsWanted | None = None, guest=ADA, by=SYSTEM, price=100):
    """Book in a transaction of its own, as an endpoint does."""
    with transaction.atomic():
        locked = property_lock(prop.pk)
        breakdown = price_given(
            rules_of(locked),
            gross=Decimal(price),
            first_night=when.arrival,
            last_night=when.last_night,
            rooms=1,
        )
        return booking_add_priced(
            prop=locked,
            stay=when,
            rooms=rooms or RoomsWanted(),
            guest=guest,
            terms=Terms(breakdown, deposit_required=breakdown.total),
            by=by,
        )


def remote(remote_id: str, prop, when: Stay, **stay_changes) -> RemoteReservation:
    """A reservation of one stay as a channel sends it."""
    facts = {"property_id": prop.pk, "stay": when, "price": Decimal(200)} | stay_changes
    return RemoteReservation(
        remote_id=remote_id, guest=ADA, referrer="ota", stays=(RemoteStay(**facts),)
    )


def at_once(number: int, work):
    """Run `work(n)` in so many threads that start together; results or exceptions, in order."""
    barrier = threading.Barrier(number)

    def run(n: int):
        try:
            barrier.wait()
            return work(n)
        except Exception as error:  # noqa: BLE001  # whatever it is, the test looks at it
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


@contextmanager
def lock_of(prop):
    """Have another connection hold the lock of a property meanwhile."""
    locked, done = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                property_lock(prop.pk)
                locked.set()
                done.wait(60)
        finally:
            connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert locked.wait(10)
        yield
    finally:
        done.set()
        thread.join(10)


def somebody_waits():
    """How many connections wait for a lock now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees the first look
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


def day(text: str) -> date:
    """A date from ISO text."""
    return date.fromisoformat(text)

"""A property with 100,000 bookings or so, with invoices and a guest book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F
from django.db.models.functions import Least
from django.utils import timezone

from benchmarks.playground import Bench
from bookyflow.availability.models import Occupancy
from bookyflow.billing.models import Invoice
from bookyflow.core.fields import Sealed
from bookyflow.guests.models import Guest
from bookyflow.reservations.models import Booking
from bookyflow.rooms.models import Room

BOOKINGS, ROOMS, BOOKINGS_EACH = 100_000, 200, 5  # the last: of a guest
NIGHTS, PAST = 2, 900  # of a stay; days before today with which the first one begins
COUNTRIES = ("DE", "GB", "FR", "ES", "AT", "IT", "", "NL")
BATCH = 5_000


@dataclass(frozen=True)
class Busy:
    """How many rooms and bookings. In each room a stay begins `every` so many days, the first one
    `past` days before today; `start` is the number of the first booking, of any property."""

    rooms: int = ROOMS
    bookings: int = BOOKINGS
    every: int = NIGHTS
    past: int = PAST
    start: int = 0


USUAL = Busy()


@transaction.atomic
def busy_property(bench: Bench, today: date, busy: Busy = USUAL, *, priced: int = 0) -> int:
    """Make it, and return its id. As it is by default, about a hundred guests arrive and as many
    leave each day."""
    (uid,) = bench.hotels(1, rooms=busy.rooms, priced=priced)
    rooms = list(Room.objects.filter(property=uid))
    guests = Guest.objects.bulk_create(
        (
            Guest(property_id=uid, country=COUNTRIES[number % len(COUNTRIES)])
            for number in range(busy.bookings // BOOKINGS_EACH)
        ),
        batch_size=BATCH,
    )
    bookings = Booking.objects.bulk_create(_bookings(uid, guests, today, busy), batch_size=BATCH)
    Occupancy.objects.bulk_create(
        (
            Occupancy(
                property_id=uid,
                room=room,
                room_type_id=room.room_type_id,
                nights=DateRange(booking.arrival, booking.departure),
                kind="booking",
                booking=booking,
            )
            for number, booking in enumerate(bookings)
            for room in (rooms[number % busy.rooms],)
        ),
        batch_size=BATCH,
    )
    # Made a month before the arrival each, or yesterday, and not all in this minute.
    made = Least(F("arrival") - timedelta(30), timezone.now() - timedelta(1))
    Booking.objects.filter(property=uid).update(created_at=made, changed_at=made)
    left = (booking for booking in bookings if booking.state == "checked_out")
    Invoice.objects.bulk_create(map(_invoice, left, count(1)), batch_size=BATCH)
    return uid


def _bookings(uid: int, guests: list[Guest], today: date, busy: Busy) -> Iterator[Booking]:
    told = str(Sealed(lead_guest={"surname": "Guest", "first_name": "Ada"}))
    for number in range(busy.bookings):
        turn, room = divmod(number, busy.rooms)
        arrival = today + timedelta(turn * busy.every + room % busy.every - busy.past)
        departure = arrival + timedelta(NIGHTS)
        yield Booking(
            property_id=uid,
            number=f"C{busy.start + number:09}",  # none that a booking made later could get
            state=_state(arrival, departure, today),
            guest=guests[number % len(guests)],
            personal=Sealed(told),  # type: ignore[misc]  # as it is read
            arrival=arrival,
            departure=departure,
            departs_on=departure,
            adults=2,
            currency="EUR",
            total=Decimal(240),
        )


def _state(arrival: date, departure: date, today: date) -> str:
    if departure <= today:
        return "checked_out"
    return "checked_in" if arrival <= today else "confirmed"


def _invoice(booking: Booking, sequence: int) -> Invoice:
    issued = datetime.combine(booking.departs_on, time(12), tzinfo=timezone.get_current_timezone())
    return Invoice(
        property_id=booking.property_id,
        booking=booking,
        kind="invoice",
        number=str(sequence),
        sequence=sequence,
        currency="EUR",
        language="en-GB",
        issued_at=issued,
        issue_date=booking.departs_on,
        due_date=booking.departs_on,
        seller="",
        buyer="",
        arrival=booking.arrival,
        departure=booking.departs_on,
        net=Decimal(200),
        tax=Decimal(40),
        gross=Decimal(240),
        status=1,
        paid_at=issued,
    )

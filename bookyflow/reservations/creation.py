"""What making any booking has in common."""

from __future__ import annotations

from django.db.models.functions import Now

from bookyflow.availability.nights import OccupiedNights
from bookyflow.core.database import connection
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.core.ids import booking_number
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking


def next_serial() -> int:
    """The id of the next booking; taken, whether it is used or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('reservations_booking', 'id'))")
        (serial,) = cursor.fetchone()
    return int(serial)


def next_serials(number: int) -> list[int]:
    """The ids of the next bookings, as `next_serial`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('reservations_booking', 'id'))"
            " FROM generate_series(1, %s)",
            [number],
        )
        return [int(serial) for (serial,) in cursor.fetchall()]


def booking_insert(
    *,
    prop: Property,
    stay: Stay,
    nights: OccupiedNights,
    serial: int | None = None,
    **fields: object,
) -> Booking:
    """Add the row of a booking that takes the nights, under the number of its id.

    Its convention of prices is the property's of now, unless another one is among the fields.
    """
    fields.setdefault("prices_inclusive", prop.settings.prices_inclusive)
    pk = next_serial() if serial is None else serial
    booking = Booking(
        pk=pk,
        number=booking_number(pk),
        property=prop,
        arrival=stay.arrival,
        departs_on=stay.departure,
        departure=nights.end,
        **fields,
    )
    booking.payment_due_since = Now() if booking.missing_deposit() > 0 else None
    booking.save(force_insert=True)
    del booking.payment_due_since  # read again when it is asked for
    return booking


def refuse_past(prop: Property, nights: OccupiedNights) -> None:
    """Raise DomainError `dates_in_past` when the last night is before the property's today."""
    if nights.last < prop.settings.today():
        raise DomainError("dates_in_past")

"""What making any booking has in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.utils import timezone

from bookyflow.availability.nights import OccupiedNights
from bookyflow.availability.services import Taking
from bookyflow.core.acting import Actor
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.core.ids import booking_number
from bookyflow.core.prepared import (
    all_rows,
    first_row,
    fresh,
    is_stored,
    on_one_line,
    records,
    written,
)
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, recording
from bookyflow.properties.models import Property
from bookyflow.reservations import journal, sql
from bookyflow.reservations.mails import mails_queue
from bookyflow.reservations.models import Booking, BookingHistory, BookingLine


def booking_begin(property_id: int) -> int:
    """Remove holds whose time is over, before rooms are taken; the id of the booking to be.

    It is taken, whether it is used or not.
    """
    (serial,) = first_row(sql.BEGIN_BOOKING, {"property_ids": [property_id]}) or (0,)
    return int(serial)


def next_serials(number: int) -> list[int]:
    """The ids of as many bookings to be, as `booking_begin`."""
    return [int(serial) for (serial,) in all_rows(sql.SERIALS, {"number": number})]


def booking_new(
    *, prop: Property, stay: Stay, nights: OccupiedNights, serial: int, **fields: object
) -> Booking:
    """A booking that is to take the nights, under the number of its id; `booking_add` writes it.

    Its convention of prices is the property's of now, unless another one is among the fields.
    """
    fields.setdefault("prices_inclusive", prop.settings.prices_inclusive)
    return fresh(
        Booking,
        pk=serial,
        number=booking_number(serial),
        property=prop,
        arrival=stay.arrival,
        departs_on=stay.departure,
        departure=nights.end,
        **fields,
    )


def booking_add(
    booking: Booking,
    kind: EventKind,
    *,
    by: Actor,
    rooms: Taking,
    lines: Sequence[BookingLine] = (),
    also: Iterable[EventDraft] = (),
    reason: str = "",
    mails: bool = True,
    **data: object,
) -> None:
    """Add the row of a new booking with its rooms, its lines and its history, and record it.

    One statement. `reason` is of the history; `kind`, `data` and `also`, events that go with it, as
    for `journal.record_event`. Raises DomainError `room_taken`.
    """
    booking.created_at = booking.changed_at = timezone.now()
    drafts = [journal.event_draft(kind, booking, **data), *also]
    with recording(drafts, by=by) as events:
        parameters = events | rooms.parameters() | _rows(booking, lines, reason, by)
        rooms.check({room_id for (room_id,) in all_rows(_statement(), parameters)})
    is_stored(booking)
    del booking.payment_due_since  # read when it is asked for
    if mails:
        mails_queue(kind, booking, by=by, lines=lines)


def _rows(booking: Booking, lines: Iterable[BookingLine], reason: str, by: Actor) -> dict[str, Any]:
    """The parameters of the rows of the booking itself."""
    step = journal.step(booking, "", by=by, reason=reason)
    step.at = booking.created_at
    return {
        "booking_id": booking.pk,
        "is_due": booking.missing_deposit() > 0,
        "booking": records([booking]),
        "lines": records(lines),
        "steps": records([step]),
    }


@cache
def _statement() -> str:
    is_due = "CASE WHEN %(is_due)s THEN statement_timestamp() END"
    statement = sql.ADD_BOOKING.format(
        booking=written(Booking),
        values=written(Booking, payment_due_since=is_due),
        line=written(BookingLine),
        step=written(BookingHistory),
    )
    return on_one_line(statement)


def refuse_past(prop: Property, nights: OccupiedNights) -> None:
    """Raise DomainError `dates_in_past` when the last night is before the property's today."""
    if nights.last < prop.settings.today():
        raise DomainError("dates_in_past")

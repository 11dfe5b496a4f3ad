"""Putting right who a booking is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from django.db import transaction

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.guests.services import GuestDetails
from bookyflow.guests.validation import clean
from bookyflow.reservations import journal
from bookyflow.reservations.models import Booking


@transaction.atomic
def lead_guest_correct(
    *, booking_id: int, property_id: int, changes: Mapping[str, str], by: Actor
) -> Booking:
    """Correct fields of whom one booking is for: those of GuestDetails; "" empties one.

    By staff, also after the booking has ended. The guest book, other bookings and what is invoiced
    already stay as they are; the next invoice and mail follow. What stays as it was is no change.
    Raises DomainError `booking_not_found`, `guest_not_found` for an anonymised guest,
    `validation_failed`.
    """
    unknown = changes.keys() - GuestDetails.__dataclass_fields__.keys()
    if unknown:
        raise DomainError(
            "validation_failed", fields={name: ["No such field."] for name in sorted(unknown)}
        )
    values = clean(changes)
    _, booking = journal.lock(booking_id, property_id)
    if not booking.lead_guest:
        raise DomainError("guest_not_found")
    before = asdict(booking.booked_for())
    changed = [name for name, value in values.items() if value != before[name]]
    if changed:
        journal.save(booking, lead_guest=GuestDetails(**before | values).told())
        journal.record_history(
            booking, booking.state, by=by, reason="The guest's data were corrected."
        )
        journal.record_event(EventKind.BOOKING_MODIFIED, booking, by=by, fields=changed)
    return booking

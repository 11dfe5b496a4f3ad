"""Taking back the token that opens a booking to who has it."""

from __future__ import annotations

from django.db import transaction

from bookyflow.core.acting import Actor
from bookyflow.events.models import EventKind
from bookyflow.reservations import journal
from bookyflow.reservations.models import Booking


@transaction.atomic
def booking_token_revoke(*, booking_id: int, property_id: int, by: Actor) -> Booking:
    """Make the token of a booking invalid, as when it got into wrong hands.

    The booking's new `token_version` makes the next one. Raises DomainError `booking_not_found`.
    """
    _, booking = journal.lock(booking_id, property_id)
    journal.save(booking, token_version=booking.token_version + 1)
    journal.record_history(booking, booking.state, by=by, reason="The token was revoked.")
    journal.record_event(EventKind.BOOKING_MODIFIED, booking, by=by, fields=["token_version"])
    return booking

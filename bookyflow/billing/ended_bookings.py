"""A booking that ends after it was invoiced needs a credit note: a job issues it."""

from __future__ import annotations

from bookyflow.core.jobs import job_queue
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, consequence_add
from bookyflow.reservations.models import BookingLine

ENDS = (EventKind.BOOKING_CANCELLED, EventKind.BOOKING_MARKED_NOSHOW)
JOB = "bookyflow.billing.tasks.ended_booking_bill"


def ended_bookings_follow() -> None:
    """Have the job queued for every booking that ends, in the transaction that ends it."""
    consequence_add(_bill, *ENDS)


def _bill(draft: EventDraft) -> None:
    _, booking_id = draft.subject
    if BookingLine.objects.filter(booking=booking_id, billed=True).exists():
        job_queue(JOB, {"booking_id": booking_id, "property_id": draft.property_id})

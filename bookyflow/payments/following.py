"""What bookings go through ends or settles the attempts to pay for them."""

from __future__ import annotations

from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, consequence_add
from bookyflow.payments.models import PaymentAttempt
from bookyflow.payments.states import UNDER_WAY, ProviderName
from bookyflow.payments.steps import attempt_done, attempt_fail
from bookyflow.reservations.models import Booking

ENDS = (
    EventKind.BOOKING_CANCELLED,
    EventKind.BOOKING_MARKED_NOSHOW,
    EventKind.BOOKING_HOLD_RELEASED,
)
MONEY = (EventKind.PAYMENT_RECEIVED, EventKind.DEPOSIT_SAVED)


def bookings_follow() -> None:
    """Have attempts follow their bookings, in the transaction that changes these."""
    consequence_add(_end, *ENDS)
    consequence_add(_settle, *MONEY)


def _end(draft: EventDraft) -> None:
    """Let nobody pay for what has ended."""
    for attempt in _under_way(draft):
        attempt_fail(attempt, "booking_ended")


def _settle(draft: EventDraft) -> None:
    """Money was recorded: at another provider nobody pays the same once more.

    What was to be paid to the property itself is done once the deposit is complete.
    """
    for attempt in _under_way(draft):
        if attempt.provider != ProviderName.MANUAL:
            attempt_fail(attempt, "settled")
        elif Booking.objects.get(pk=attempt.serial).missing_deposit() <= 0:
            attempt_done(attempt)


def _under_way(draft: EventDraft) -> list[PaymentAttempt]:
    _, serial = draft.subject
    attempts = PaymentAttempt.objects.select_for_update()
    return list(attempts.filter(serial=serial, state__in=UNDER_WAY))

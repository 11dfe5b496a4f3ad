"""Money has come, as a provider says: what becomes of it, decided under the property's lock."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from bookyflow.billing.models import PaymentMethod
from bookyflow.billing.payments import payment_enter, payment_record
from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.core.fields import Sealed
from bookyflow.core.jobs import job_queue
from bookyflow.core.money import amount_text
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.guests.services import GuestDetails
from bookyflow.payments.mails import mails_queue
from bookyflow.payments.models import PaymentAttempt
from bookyflow.payments.providers import Report
from bookyflow.payments.states import UNDER_WAY, AttemptState
from bookyflow.reservations.holds import hold_release
from bookyflow.reservations.models import ENDED, Booking, BookingState, Hold
from bookyflow.reservations.paying import booking_retake, hold_retake
from bookyflow.reservations.public_booking import Confirmation, visitor_confirm
from bookyflow.reservations.tokens import booking_token

REFUND_JOB = "bookyflow.payments.tasks.payment_refund"
TAKES_MONEY = (*UNDER_WAY, AttemptState.FAILED)


def money_arrived(attempt: PaymentAttempt, report: Report) -> bool:
    """Record money that a provider says has come for a locked attempt; once, False afterwards.

    What is held is booked with it, and a booking is confirmed. Where the nights are gone they are
    taken again if they are free at the same price; else the money goes back. Money other than asked
    for is left to staff. Whatever becomes of it is told. The caller has locked the property.
    """
    if attempt.state not in TAKES_MONEY:
        return False
    attempt.paid_at = timezone.now()
    attempt.failure = ""
    attempt.provider_payment = report.provider_payment
    attempt.provider_id = attempt.provider_id or report.provider_id
    if (report.amount, report.currency) != (attempt.amount, attempt.currency):
        _unmatched(attempt, report)
        return True
    ended = Booking.objects.filter(pk=attempt.serial, property=attempt.property_id).first()
    try:
        booking = _booking_for(attempt, ended)
    except DomainError as refusal:
        attempt.failure = refusal.key
        _late(attempt, ended)
    else:
        _record(attempt, booking, is_new=booking != ended)
    return True


def _booking_for(attempt: PaymentAttempt, booking: Booking | None) -> Booking:
    """The booking that takes the money; made with it where there is none, or none any more.

    Raises DomainError where there is nothing to take it, as `hold_retake`, `booking_retake` and
    `visitor_confirm`.
    """
    if booking is None:
        return _held_booked(attempt)
    if booking.state == BookingState.ENQUIRY:
        raise DomainError("booking_state")
    if booking.state not in ENDED or booking.amount_due() > 0:  # a fee may be due of an ended one
        return booking
    with transaction.atomic():
        return booking_retake(
            booking_id=booking.pk, property_id=attempt.property_id, paid=attempt.amount
        )


def _held_booked(attempt: PaymentAttempt) -> Booking:
    """Book what is held, paid as it is."""
    if attempt.property.settings.requires_approval:
        raise DomainError("booking_state")  # since it was asked for
    if not attempt.guest:
        raise DomainError("hold_expired")  # so long ago that nobody knows for whom it was
    number = attempt.number()
    with transaction.atomic():
        hold_retake(serial=attempt.serial, property_id=attempt.property_id)
    return visitor_confirm(  # outside of a part of its own: a refusal keeps what it tells of
        asked=Confirmation(
            guest=GuestDetails(**attempt.guest),
            reference=number,
            remarks=attempt.remarks,
            referrer=attempt.referrer,
            answers=attempt.answers,
        ),
        language=attempt.language,
        token=booking_token(number),
        paid=attempt.amount,
    )


def _record(attempt: PaymentAttempt, booking: Booking, *, is_new: bool) -> None:
    """Record the payment at its booking; a new one was made with it, and has its own mails."""
    # The attempt first: the event of the payment gives up what is under way of the booking.
    attempt.state, attempt.booking, attempt.personal = AttemptState.PAID, booking, Sealed()
    attempt.save()
    enter = payment_enter if is_new else payment_record
    attempt.payment = enter(**_payment(attempt, booking))
    attempt.save(update_fields=["payment", "changed_at"])
    if not is_new:
        mails_queue(attempt, "payment_received")


def _late(attempt: PaymentAttempt, booking: Booking | None) -> None:
    """Give back money that no booking can take; the books of one that there is show it both ways.

    Nothing is held for it any more.
    """
    attempt.state, attempt.booking, attempt.payment = AttemptState.REFUNDING, None, None
    if booking is not None and booking.state != BookingState.ENQUIRY:
        attempt.booking = booking
    attempt.save()
    if attempt.booking is not None:
        attempt.payment = payment_record(**_payment(attempt, attempt.booking))
        attempt.save(update_fields=["payment", "changed_at"])
    held = Hold.objects.filter(serial=attempt.serial, booking=None, released_at=None).first()
    if held is not None:
        hold_release(hold_id=held.pk, property_id=held.property_id, by=SYSTEM)
    attempt_event(EventKind.PAYMENT_LATE, attempt, reason=attempt.failure)
    refund_queue(attempt)
    mails_queue(attempt, "payment_late")


def _unmatched(attempt: PaymentAttempt, report: Report) -> None:
    """Leave to staff what is not what was asked for: nothing is booked or confirmed by it."""
    attempt.state, attempt.failure = AttemptState.UNMATCHED, "amount_differs"
    attempt.save()
    attempt_event(
        EventKind.PAYMENT_UNMATCHED,
        attempt,
        came=str(report.amount),
        came_in=report.currency[:3],
    )
    mails_queue(attempt, "payment_unmatched")


def refund_queue(attempt: PaymentAttempt) -> None:
    """Queue the job that gives the money back."""
    job_queue(REFUND_JOB, {"attempt_id": attempt.pk})


def attempt_event(kind: EventKind, attempt: PaymentAttempt, **data: object) -> None:
    """Record what happened to the money of an attempt, as an event of the booking."""
    record(
        kind,
        by=SYSTEM,
        property_id=attempt.property_id,
        subject=("booking", attempt.serial),
        contract_uid=attempt.serial,
        provider=attempt.provider,
        amount=amount_text(attempt.amount, attempt.currency),
        currency=attempt.currency,
        **data,
    )


def _payment(attempt: PaymentAttempt, booking: Booking) -> dict[str, Any]:
    return {
        "property_id": attempt.property_id,
        "booking_id": booking.pk,
        "amount": Decimal(attempt.amount),
        "method": PaymentMethod.CARD,
        "by": SYSTEM,
        "reference": f"{attempt.provider} {attempt.provider_payment}",
    }

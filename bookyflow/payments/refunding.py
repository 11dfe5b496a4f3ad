"""Giving back money that no booking can take: by a job, which comes again until it is done."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone

from bookyflow.billing import payments
from bookyflow.billing.models import PaymentMethod
from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.payments.arriving import attempt_event
from bookyflow.payments.mails import mails_queue
from bookyflow.payments.models import PaymentAttempt
from bookyflow.payments.selectors import provider_of
from bookyflow.payments.states import AttemptState
from bookyflow.payments.steps import attempt_lock

logger = logging.getLogger(__name__)


def refund_send(*, attempt_id: int) -> None:
    """Have the provider give back the money of an attempt that is `refunding`.

    Outside of transactions. The provider knows the refund by the attempt, so that a second one is
    the first. Raises DomainError `payment_provider_unavailable`, to be tried again.
    """
    attempt = PaymentAttempt.objects.filter(pk=attempt_id).first()
    if attempt is None or attempt.state != AttemptState.REFUNDING:
        return
    try:
        provider = provider_of(
            property_id=attempt.property_id, name=attempt.provider, also_off=True
        )
        refund_id = provider.refund(uid=attempt.uid, provider_payment=attempt.provider_payment)
    except DomainError as error:
        if error.key == "payment_provider_unavailable":
            raise
        logger.warning("refund of %s: %s", attempt.uid, error.__cause__ or error.key)
        _failed(attempt)
        return
    _refunded(attempt, refund_id)


@transaction.atomic
def _refunded(attempt: PaymentAttempt, refund_id: str) -> None:
    """Note that the money is on its way back, and take it out of the books again."""
    locked = attempt_lock(attempt.pk, property_id=attempt.property_id)
    if locked.state != AttemptState.REFUNDING:
        return
    locked.state, locked.refunded_at = AttemptState.REFUNDED, timezone.now()
    locked.provider_refund = refund_id
    locked.save(update_fields=["state", "refunded_at", "provider_refund", "changed_at"])
    if locked.booking_id is not None:
        payments.payment_refund(
            property_id=locked.property_id,
            booking_id=locked.booking_id,
            amount=locked.amount,
            method=PaymentMethod.CARD,
            by=SYSTEM,
            reference=f"{locked.provider} {refund_id}",
        )
    attempt_event(EventKind.PAYMENT_REFUNDED, locked)


@transaction.atomic
def _failed(attempt: PaymentAttempt) -> None:
    refund_failed(attempt_lock(attempt.pk, property_id=attempt.property_id))


def refund_failed(attempt: PaymentAttempt) -> bool:
    """Tell staff that the money of a locked attempt did not go back; False where it is told."""
    if attempt.state not in {AttemptState.REFUNDING, AttemptState.REFUNDED}:
        return False
    attempt.state, attempt.failure = AttemptState.REFUND_FAILED, "refund_failed"
    attempt.save(update_fields=["state", "failure", "changed_at"])
    attempt_event(EventKind.PAYMENT_REFUND_FAILED, attempt)
    mails_queue(attempt, "payment_refund_failed")
    return True

"""Taking an attempt from one state to the next, under the lock of its property."""

from __future__ import annotations

from django.utils import timezone

from bookyflow.core.fields import Sealed
from bookyflow.core.jobs import job_queue
from bookyflow.payments.models import PaymentAttempt
from bookyflow.payments.states import AttemptState
from bookyflow.properties.locking import property_lock

CLOSE_JOB = "bookyflow.payments.tasks.checkout_close"


def attempt_lock(attempt_id: int, *, property_id: int) -> PaymentAttempt:
    """Lock the property of an attempt, then the attempt, until the transaction ends.

    Raises DomainError `property_not_found`.
    """
    property_lock(property_id)
    return PaymentAttempt.objects.select_for_update().get(pk=attempt_id)


def attempt_fail(attempt: PaymentAttempt, reason: str, *, close: bool = True) -> None:
    """Give a locked attempt up; to `close` it at the provider, too, a job is queued."""
    attempt.state, attempt.failure = AttemptState.FAILED, reason
    attempt.save(update_fields=["state", "failure", "changed_at"])
    if close and attempt.provider_id:
        checkout_close_queue(attempt)


def checkout_close_queue(attempt: PaymentAttempt) -> None:
    """Queue the job that ends a checkout at the provider."""
    job_queue(CLOSE_JOB, {"attempt_id": attempt.pk})


def attempt_done(attempt: PaymentAttempt) -> None:
    """Note on a locked attempt that staff have recorded the money that it was for."""
    attempt.state, attempt.paid_at = AttemptState.PAID, timezone.now()
    attempt.booking_id = attempt.serial
    attempt.personal = Sealed()
    attempt.save(update_fields=["state", "paid_at", "booking", "personal", "changed_at"])

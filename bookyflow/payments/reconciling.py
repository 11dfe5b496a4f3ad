"""Reading back what notices should have told, for they may be lost; and closing checkouts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from bookyflow.core.errors import DomainError
from bookyflow.payments.arriving import money_arrived, refund_queue
from bookyflow.payments.models import PaymentAttempt
from bookyflow.payments.providers import CheckoutState, Report
from bookyflow.payments.selectors import provider_of
from bookyflow.payments.states import UNDER_WAY, AttemptState
from bookyflow.payments.steps import attempt_fail, attempt_lock

BATCH = 100  # attempts in one run; the next run goes on
UNTOLD_FOR = timedelta(minutes=5)  # of an open one: guests take some time, and notices none
REFUND_AGAIN = timedelta(hours=25)  # when the job has given up


def attempts_reconcile() -> int:
    """Read back open attempts of which nobody has told; returns of how many there was news.

    Outside of transactions. What was never opened ends with its time, and what is to be refunded
    for longer than the job tries is begun again. The run ends where the provider does not answer.
    """
    now = timezone.now()
    online = (
        PaymentAttempt.objects.filter(property__deleted_at=None)
        .exclude(expires_at=None)
        .order_by("changed_at", "pk")
    )
    never = online.filter(state=AttemptState.NEW, expires_at__lte=now)
    news = sum(_ended(one, "not_started") for one in never[:BATCH])
    untold = online.filter(state=AttemptState.OPEN, changed_at__lte=now - UNTOLD_FOR)
    for attempt in untold[:BATCH]:
        try:
            news += attempt_read_back(attempt)
        except DomainError as error:
            if error.key == "payment_provider_unavailable":
                break
            news += _unreadable(attempt, now)
    waiting = online.filter(state=AttemptState.REFUNDING, changed_at__lte=now - REFUND_AGAIN)
    for attempt in waiting[:BATCH]:
        _refund_again(attempt)
    return news


def attempt_read_back(attempt: PaymentAttempt) -> bool:
    """Ask the provider about an attempt, and record what it says; whether there was news.

    Outside of transactions. Raises DomainError `payment_provider_unavailable`, `payment_refused`,
    `payment_method_unavailable`.
    """
    provider = provider_of(property_id=attempt.property_id, name=attempt.provider, also_off=True)
    return _recorded(attempt, provider.read(attempt.provider_id))


def checkout_close(*, attempt_id: int) -> None:
    """End the checkout of an attempt that was given up; money that has come there is taken.

    Outside of transactions. Raises DomainError `payment_provider_unavailable`, to be tried again.
    """
    attempt = PaymentAttempt.objects.filter(pk=attempt_id).first()
    if attempt is None or attempt.state != AttemptState.FAILED or not attempt.provider_id:
        return
    try:
        provider = provider_of(
            property_id=attempt.property_id, name=attempt.provider, also_off=True
        )
        _recorded(attempt, provider.close(attempt.provider_id))
    except DomainError as error:
        if error.key == "payment_provider_unavailable":
            raise


@transaction.atomic
def _recorded(attempt: PaymentAttempt, report: Report) -> bool:
    locked = attempt_lock(attempt.pk, property_id=attempt.property_id)
    if report.state == CheckoutState.PAID:
        return money_arrived(locked, report)
    if report.state == CheckoutState.ENDED and locked.state in UNDER_WAY:
        attempt_fail(locked, "expired", close=False)
        return True
    # It is looked at again after the others.
    locked.save(update_fields=["changed_at"])
    return False


def _unreadable(attempt: PaymentAttempt, now: datetime) -> bool:
    """Give up what the provider does not know, as with another account's key, once it is over."""
    if attempt.expires_at is None or attempt.expires_at > now:
        return False
    return _ended(attempt, "unknown_to_provider")


@transaction.atomic
def _ended(attempt: PaymentAttempt, reason: str) -> bool:
    locked = attempt_lock(attempt.pk, property_id=attempt.property_id)
    if locked.state not in UNDER_WAY:
        return False
    attempt_fail(locked, reason, close=False)
    return True


@transaction.atomic
def _refund_again(attempt: PaymentAttempt) -> None:
    locked = attempt_lock(attempt.pk, property_id=attempt.property_id)
    if locked.state == AttemptState.REFUNDING:
        locked.save(update_fields=["changed_at"])
        refund_queue(locked)

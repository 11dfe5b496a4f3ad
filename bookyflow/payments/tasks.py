from __future__ import annotations

from procrastinate.contrib.django import app

from bookyflow.mailing.sending import RETRY
from bookyflow.payments import reconciling
from bookyflow.payments.mails import payment_mail_send
from bookyflow.payments.refunding import refund_send
from bookyflow.payments.retention import attempts_clear
from bookyflow.reservations.mails import Audience


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="payments_reconcile", pass_context=False)
def payments_reconcile(timestamp: int) -> int:
    """Read back payments of which nobody has told; returns of how many there was news."""
    return reconciling.attempts_reconcile()


@app.periodic(cron="52 2 * * *")
@app.task(queueing_lock="payment_attempts_clear", pass_context=False)
def payment_attempts_clear(timestamp: int) -> int:
    """Empty what is personal in payments that came to nothing; returns how many."""
    return attempts_clear()


@app.task(retry=RETRY, pass_context=False)
def payment_refund(attempt_id: int) -> None:
    """Give back money that no booking can take; tried again for a day."""
    refund_send(attempt_id=attempt_id)


@app.task(retry=RETRY, pass_context=False)
def checkout_close(attempt_id: int) -> None:
    """End a checkout that was given up; tried again for a day."""
    reconciling.checkout_close(attempt_id=attempt_id)


@app.task(retry=RETRY, pass_context=False)
def payment_mail(attempt_id: int, template: str, audience: str) -> None:
    """Send a mail about a payment; tried again for a day while the server does not take it."""
    payment_mail_send(attempt_id=attempt_id, template=template, audience=Audience(audience))

from __future__ import annotations

from typing import Any

from procrastinate.contrib.django import app

from bookyflow.mailing.sending import RETRY
from bookyflow.reservations.facts import BookingFacts
from bookyflow.reservations.holds import holds_expire
from bookyflow.reservations.mails import Audience, booking_mail_send
from bookyflow.reservations.reminders import (
    payments_remind,
    reviews_remind,
    unpaid_cancel,
    unpaid_expire,
)
from bookyflow.reservations.retention import holds_clear
from bookyflow.reservations.room_nights import quote_uses_forget


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="holds_release", pass_context=False)
def holds_release(timestamp: int) -> int:
    """Release the holds whose time is over; returns how many."""
    return holds_expire()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="bookings_expire", pass_context=False)
def bookings_expire(timestamp: int) -> int:
    """End visitors' bookings that were not paid in time; returns how many."""
    return unpaid_expire()


@app.periodic(cron="19 * * * *")
@app.task(queueing_lock="quote_uses_clear", pass_context=False)
def quote_uses_clear(timestamp: int) -> int:
    """Delete the uses of quotes that count no more; returns how many."""
    return quote_uses_forget()


@app.periodic(cron="47 2 * * *")
@app.task(queueing_lock="holds_forget", pass_context=False)
def holds_forget(timestamp: int) -> int:
    """Delete holds of long ago; returns how many."""
    return holds_clear()


@app.periodic(cron="23 4 * * *")
@app.task(queueing_lock="bookings_unpaid", pass_context=False)
def bookings_unpaid(timestamp: int) -> int:
    """Cancel bookings whose deposit has been missing for too long; returns how many."""
    return unpaid_cancel()


@app.periodic(cron="5 8 * * *")
@app.task(queueing_lock="payment_reminders", pass_context=False)
def payment_reminders(timestamp: int) -> int:
    """Remind guests of deposits; returns how many mails were sent."""
    return payments_remind()


@app.periodic(cron="35 8 * * *")
@app.task(queueing_lock="review_reminders", pass_context=False)
def review_reminders(timestamp: int) -> int:
    """Ask guests who have left for a review; returns how many mails were sent."""
    return reviews_remind()


@app.task(retry=RETRY, pass_context=False)
def booking_mail(
    booking_id: int, template: str, audience: str, facts: dict[str, Any] | None = None
) -> None:
    """Send a mail about a booking; tried again for a day while the mail server does not take it."""
    booking_mail_send(
        booking_id=booking_id,
        template=template,
        audience=Audience(audience),
        facts=BookingFacts.from_json(facts) if facts else None,
    )

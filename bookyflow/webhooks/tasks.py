from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from bookyflow.mailing.sending import RETRY
from bookyflow.webhooks.log import deliveries_clear
from bookyflow.webhooks.mails import webhook_mail_send
from bookyflow.webhooks.sending import deliveries_send

# Beside the other jobs, and each with workers of its own: who answers late holds up its like.
LANE, SLOW_LANE = "webhooks", "webhooks_slow"
AGAIN = RetryStrategy(max_attempts=3, wait=5)  # then the turn is somebody else's anyway


@app.task(retry=AGAIN, pass_context=False, queue=LANE)
def webhook_send(webhook_id: int, turn: int) -> int:
    """Send what is due to a webhook, unless its turn is over; returns how many tries it were."""
    return deliveries_send(webhook_id=webhook_id, turn=turn)


@app.task(retry=AGAIN, pass_context=False, queue=SLOW_LANE)
def webhook_send_slowly(webhook_id: int, turn: int) -> int:
    """As `webhook_send`, for those that answer late or not at all."""
    return deliveries_send(webhook_id=webhook_id, turn=turn)


@app.task(retry=RETRY, pass_context=False)
def webhook_mail(webhook_id: int, reason: str) -> None:
    """Tell the owner of a webhook that it is paused, or that a message was given up."""
    webhook_mail_send(webhook_id=webhook_id, reason=reason)


@app.periodic(cron="17 4 * * *")
@app.task(queueing_lock="webhook_deliveries_clear", pass_context=False)
def webhook_deliveries_clear(timestamp: int) -> int:
    """Delete the log of deliveries of long ago, and what can be sent no more."""
    return deliveries_clear()

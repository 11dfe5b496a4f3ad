"""What becomes of deliveries and webhooks by what receivers answer."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from django.db import transaction
from django.utils import timezone

from bookyflow.core.database import connection
from bookyflow.core.jobs import job_queue
from bookyflow.webhooks import sql
from bookyflow.webhooks.models import (
    DeliveryState,
    Pause,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
)
from bookyflow.webhooks.schedule import has_failed_for_long, next_try, rest_end

MAIL_JOB = "bookyflow.webhooks.tasks.webhook_mail"
GIVEN_UP = "given_up"
TELL_AGAIN = timedelta(days=1)  # of single deliveries that are given up

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What became of one try; `error` is "" where it went well, `asked` is of its Retry-After."""

    delivery_id: int
    at: datetime
    status: int | None
    milliseconds: int
    error: str
    asked: timedelta | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether the receiver has it: any status of success."""
        return self.status is not None and self.status // 100 == HTTPStatus.OK // 100

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants nothing any more."""
        return self.status == HTTPStatus.GONE


HEALTH = [
    "is_enabled",
    "pause",
    "failures",
    "failing_since",
    "rests_until",
    "last_success_at",
    "last_failure_at",
    "last_milliseconds",
    "told_at",
]


@transaction.atomic
def outcomes_record(*, webhook_id: int, outcomes: Sequence[Outcome]) -> None:
    """Note tries of deliveries of a webhook, and what follows for them and for it.

    Nothing is done for a webhook that was deleted meanwhile. The number of statements is the same
    for one try and for many.
    """
    locked = Webhook.objects.select_for_update(of=("self",), no_key=True)
    webhook = locked.filter(pk=webhook_id).first()
    if webhook is None:
        return
    now = timezone.now()
    waiting = WebhookDelivery.objects.select_for_update().filter(
        pk__in=[one.delivery_id for one in outcomes], state=DeliveryState.WAITING
    )
    deliveries = {one.pk: one for one in waiting}
    known = [one for one in outcomes if one.delivery_id in deliveries]
    WebhookAttempt.objects.bulk_create(map(_attempt, known))
    for outcome in known:
        delivery = deliveries[outcome.delivery_id]
        _note(delivery, outcome, now)
        if delivery.event_id is not None or outcome.is_accepted:
            _note_health(webhook, outcome, now)
    WebhookDelivery.objects.bulk_update(
        deliveries.values(), ["tries", "state", "due_at", "finished_at"]
    )
    _lines_move([one for one in deliveries.values() if _holds_others(one)])
    if any(deliveries[one.delivery_id].event_id is None and one.is_accepted for one in known):
        waiting_hasten(webhook_id=webhook_id, now=now)
    _judge(webhook, known, deliveries.values(), now)
    webhook.save(update_fields=HEALTH)


def waiting_hasten(*, webhook_id: int, now: datetime) -> None:
    """Have all that waits for a webhook tried now, for as long again as what is new."""
    waiting = WebhookDelivery.objects.filter(webhook=webhook_id, state=DeliveryState.WAITING)
    waiting.exclude(tries=0, due_at__lte=now).update(due_at=now, tries=0)


def _attempt(outcome: Outcome) -> WebhookAttempt:
    return WebhookAttempt(
        delivery_id=outcome.delivery_id,
        at=outcome.at,
        status=outcome.status,
        milliseconds=outcome.milliseconds,
        error=outcome.error,
    )


def _note(delivery: WebhookDelivery, outcome: Outcome, now: datetime) -> None:
    delivery.tries += 1
    again = None
    if outcome.is_accepted:
        delivery.state = DeliveryState.DELIVERED
    else:
        is_last = delivery.event_id is None or outcome.is_gone
        again = None if is_last else next_try(delivery.tries, asked=outcome.asked, now=now)
        delivery.state = DeliveryState.FAILED if again is None else DeliveryState.WAITING
    delivery.due_at = again or now
    delivery.finished_at = now if again is None else None


def _note_health(webhook: Webhook, outcome: Outcome, now: datetime) -> None:
    webhook.last_milliseconds = outcome.milliseconds
    if outcome.is_accepted:
        webhook.failures, webhook.failing_since, webhook.rests_until = 0, None, None
        webhook.last_success_at = now
    else:
        webhook.failures += 1
        webhook.failing_since = webhook.failing_since or now
        webhook.last_failure_at = now
        webhook.rests_until = rest_end(webhook.failures, asked=outcome.asked, now=now)


def _holds_others(delivery: WebhookDelivery) -> bool:
    """Whether others of its object may have to be put off with it, or to come forward."""
    is_first_try = delivery.tries == 1 and delivery.state == DeliveryState.DELIVERED
    return delivery.event_id is not None and not is_first_try


def _lines_move(deliveries: Sequence[WebhookDelivery]) -> None:
    if not deliveries:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            sql.LINE_MOVE,
            {"ids": [one.pk for one in deliveries], "due": [one.due_at for one in deliveries]},
        )


def _judge(
    webhook: Webhook,
    outcomes: Sequence[Outcome],
    deliveries: Iterable[WebhookDelivery],
    now: datetime,
) -> None:
    """Pause what wants nothing or accepts nothing any more, and have its owner told."""
    if not webhook.is_enabled:
        return
    since = webhook.failing_since
    if any(one.is_gone for one in outcomes):
        _pause(webhook, Pause.GONE, now)
    elif since is not None and has_failed_for_long(since, now=now):
        _pause(webhook, Pause.FAILING, now)
    elif any(one.state == DeliveryState.FAILED and one.event_id is not None for one in deliveries):
        is_told = webhook.told_at is not None and now - webhook.told_at < TELL_AGAIN
        if not is_told:
            _tell(webhook, GIVEN_UP, now)


def _pause(webhook: Webhook, reason: Pause, now: datetime) -> None:
    webhook.is_enabled, webhook.pause = False, reason
    logger.warning("webhook %s paused: %s", webhook.pk, reason.label)
    _tell(webhook, reason.value, now)


def _tell(webhook: Webhook, reason: str, now: datetime) -> None:
    webhook.told_at = now
    job_queue(MAIL_JOB, {"webhook_id": webhook.pk, "reason": reason})

"""The log of deliveries: what was sent, or is to be, and sending it again."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from bookyflow.core.acting import Actor
from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError
from bookyflow.events.numbering import events_number
from bookyflow.events.selectors import KEPT, position_of
from bookyflow.properties.selectors import Reach
from bookyflow.webhooks import sql
from bookyflow.webhooks.models import DeliveryState, WebhookDelivery
from bookyflow.webhooks.planning import RIGHTS
from bookyflow.webhooks.selectors import delivery_of
from bookyflow.webhooks.services import webhook_lock
from bookyflow.webhooks.trials import PING

logger = logging.getLogger(__name__)

MOST_REPLAYED = 10_000  # deliveries of one call
MOST_TRIALS = 10  # that wait
CLEARED = 5_000  # rows of one transaction


@dataclass(frozen=True)
class Range:
    """Events from a moment up to, not including, another one, and behind a place in the feed.

    `after` is a cursor of the feed; "" is its beginning. Raises DomainError `validation_failed`.
    """

    since: datetime | None = None
    until: datetime | None = None
    after: str = ""

    def __post_init__(self) -> None:
        if self.since is None and not self.after:
            problem = "A moment or a cursor is needed."
            raise DomainError("validation_failed", problem, fields={"since": [problem]})
        if self.since and self.until and self.since >= self.until:
            problem = "It must be later than the beginning."
            raise DomainError("validation_failed", problem, fields={"until": [problem]})


@transaction.atomic
def delivery_resend(
    *, webhook_id: int, delivery_id: int, by: Actor, reach: Reach
) -> WebhookDelivery:
    """Have a delivery sent again, with all tries anew, under the id that its message had.

    One that waits is tried now. Raises `webhook_not_found` and `delivery_not_found`.
    """
    webhook_lock(webhook_id=webhook_id, by=by, reach=reach)
    delivery = delivery_of(webhook_id=webhook_id, delivery_id=delivery_id, by=by, reach=reach)
    delivery.state, delivery.due_at, delivery.tries = DeliveryState.WAITING, timezone.now(), 0
    delivery.finished_at = None
    delivery.save(update_fields=["state", "due_at", "tries", "finished_at"])
    logger.info("delivery %s of webhook %s sent again by %s", delivery_id, webhook_id, by)
    return delivery


def deliveries_replay(*, webhook_id: int, events: Range, by: Actor, reach: Reach) -> int:
    """Have the events of a range sent to a webhook, again or for the first time; returns how many.

    Of those that it may be told of by now. Raises `webhook_not_found`, `too_many_events` for more
    than MOST_REPLAYED, of which none is sent then, and `validation_failed` for a bad cursor. The
    number of statements does not depend on that of the events.
    """
    after = position_of(events.after, field="after")
    events_number()
    with transaction.atomic():
        webhook_lock(webhook_id=webhook_id, by=by, reach=reach)
        with connection.cursor() as cursor:
            cursor.execute(
                sql.REPLAY,
                {
                    "webhook_id": webhook_id,
                    "after": after,
                    "since": events.since or datetime(1970, 1, 1, tzinfo=UTC),
                    "until": events.until or timezone.now() + timedelta(days=1),
                    "now": timezone.now(),
                    "limit": MOST_REPLAYED + 1,
                    **RIGHTS,
                },
            )
            count = int(cursor.rowcount)
        if count > MOST_REPLAYED:
            raise DomainError("too_many_events")
    logger.info("%s deliveries of webhook %s sent again by %s", count, webhook_id, by)
    return count


@transaction.atomic
def trial_send(*, webhook_id: int, by: Actor, reach: Reach, kind: str = PING) -> WebhookDelivery:
    """Have a ping, or a sample of a kind of events, sent to a webhook; also to one that is paused.

    It is tried once. Raises `webhook_not_found`, and `conflict` while MOST_TRIALS of it wait.
    """
    webhook = webhook_lock(webhook_id=webhook_id, by=by, reach=reach)
    waiting = webhook.deliveries.filter(event_id=None, state=DeliveryState.WAITING)
    if waiting.count() >= MOST_TRIALS:
        raise DomainError("conflict", f"{MOST_TRIALS} such messages wait already.")
    logger.info("%s sent to webhook %s by %s", kind, webhook_id, by)
    return WebhookDelivery.objects.create(webhook=webhook, kind=kind, due_at=timezone.now())


def deliveries_clear() -> int:
    """Delete what was finished WEBHOOK_LOG_DAYS ago, and what waits for longer than events live.

    In transactions of some thousand rows each; returns how many deliveries.
    """
    now = timezone.now()
    old = WebhookDelivery.objects.exclude(state=DeliveryState.WAITING).filter(
        finished_at__lt=now - timedelta(days=settings.WEBHOOK_LOG_DAYS)
    )
    dead = WebhookDelivery.objects.filter(state=DeliveryState.WAITING, created_at__lt=now - KEPT)
    return sum(map(_delete, (old, dead)))


def _delete(found: QuerySet[WebhookDelivery]) -> int:
    count = 0
    while some := list(found.order_by().values_list("pk", flat=True)[:CLEARED]):
        WebhookDelivery.objects.filter(pk__in=some).delete()
        count += len(some)
    return count

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.metrics import Reading
from bookyflow.properties.models import KeyProperty
from bookyflow.properties.selectors import Reach
from bookyflow.webhooks.models import DeliveryState, Webhook, WebhookDelivery


@dataclass(frozen=True)
class Health:
    """How a webhook does: since when it fails, when it is tried next, and what waits for it."""

    webhook: Webhook
    waiting: int
    next_due_at: datetime | None

    @property
    def next_try_at(self) -> datetime | None:
        """When something is sent next; None where nothing waits or the webhook is paused."""
        rests_until = self.webhook.rests_until
        if self.next_due_at is None or not self.webhook.is_enabled:
            return None
        return max(self.next_due_at, rests_until) if rests_until else self.next_due_at


def webhook_list(*, by: Actor, reach: Reach) -> QuerySet[Webhook]:
    """The webhooks that somebody may see, in the order of their ids.

    A channel sees those that it has made, the user without a channel all of the user's; test keys
    see those made with test keys, and live ones the others. A key that reaches some properties only
    sees those that are told of none but these; that takes one query more.
    """
    found = Webhook.objects.filter(owner=by.user_id, is_test=by.is_test).order_by("pk")
    if not reach.all_properties:
        reached = KeyProperty.objects.filter(key=reach.key_id).values_list("property", flat=True)
        found = found.exclude(property_ids=[]).filter(property_ids__contained_by=list(reached))
    return found if by.channel_id is None else found.filter(channel=by.channel_id)


def webhook_of(*, webhook_id: int, by: Actor, reach: Reach) -> Webhook:
    """A webhook that somebody may see. Raises DomainError `webhook_not_found`."""
    found = webhook_list(by=by, reach=reach).filter(pk=webhook_id).first()
    if found is None:
        raise DomainError("webhook_not_found")
    return found


def healths_of(webhooks: Iterable[Webhook]) -> list[Health]:
    """How webhooks do, in their order; one query."""
    webhooks = list(webhooks)
    waiting = WebhookDelivery.objects.filter(
        webhook__in=[one.pk for one in webhooks], state=DeliveryState.WAITING
    )
    counted = waiting.values_list("webhook").annotate(Count("pk"), Min("due_at")).order_by()
    known = {pk: (number, first) for pk, number, first in counted}
    return [Health(one, *known.get(one.pk, (0, None))) for one in webhooks]


def health_of(webhook: Webhook) -> Health:
    """How a webhook does; one query."""
    return healths_of([webhook])[0]


def webhooks_unwell(*, owner_id: int) -> QuerySet[Webhook]:
    """An account's webhooks whose last message was not accepted, or that were paused for it."""
    found = Webhook.objects.filter(owner=owner_id).filter(Q(failures__gt=0) | ~Q(pause=""))
    return found.order_by("pk")


def delivered_at(*, owner_id: int, is_test: bool) -> datetime | None:
    """When any webhook of an account, made with test keys or with live ones, last accepted one."""
    found = Webhook.objects.filter(owner=owner_id, is_test=is_test)
    last = found.aggregate(at=Max("last_success_at"))["at"]
    return last if isinstance(last, datetime) else None


def delivery_list(
    *, webhook_id: int, by: Actor, reach: Reach, state: str = ""
) -> QuerySet[WebhookDelivery]:
    """A webhook's deliveries, the newest first; all states for "". Raises `webhook_not_found`."""
    webhook = webhook_of(webhook_id=webhook_id, by=by, reach=reach)
    found = WebhookDelivery.objects.filter(webhook=webhook).order_by("-pk")
    return found.filter(state=state) if state else found


def delivery_of(*, webhook_id: int, delivery_id: int, by: Actor, reach: Reach) -> WebhookDelivery:
    """A delivery with its tries. Raises `webhook_not_found` and `delivery_not_found`."""
    found = delivery_list(webhook_id=webhook_id, by=by, reach=reach)
    delivery = found.filter(pk=delivery_id).prefetch_related("attempts").first()
    if delivery is None:
        raise DomainError("delivery_not_found")
    return delivery


def deliveries_reading() -> Reading:
    """How webhooks are doing."""
    waiting = Count("id", filter=Q(state=DeliveryState.WAITING))
    given_up = Count("id", filter=Q(state=DeliveryState.FAILED))
    found = WebhookDelivery.objects.exclude(state=DeliveryState.DELIVERED).aggregate(
        waiting=waiting,
        failed=given_up,
        oldest=Min("created_at", filter=Q(state=DeliveryState.WAITING)),
    )
    age = timezone.now() - found["oldest"] if found["oldest"] else timedelta(0)
    yield (
        "webhook_deliveries_waiting",
        "Deliveries of webhooks that are not yet made.",
        found["waiting"],
    )
    yield "webhook_deliveries_failed", "Deliveries of webhooks that were given up.", found["failed"]
    yield (
        "webhook_deliveries_oldest_seconds",
        "The age of the oldest that waits.",
        age.total_seconds(),
    )

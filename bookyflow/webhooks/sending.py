"""Sending what is due to one webhook.

No connection to the database is held while somebody else's server answers or does not.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bookyflow.core import outgoing
from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError
from bookyflow.events.selectors import events_of
from bookyflow.webhooks import sql
from bookyflow.webhooks.addresses import resolver
from bookyflow.webhooks.models import AuthMethod, DeliveryState, Webhook, WebhookDelivery
from bookyflow.webhooks.outcomes import Outcome, outcomes_record
from bookyflow.webhooks.payload import message_of
from bookyflow.webhooks.planning import RIGHTS, lease
from bookyflow.webhooks.rotation import secrets_valid
from bookyflow.webhooks.schedule import FAILURES_BEFORE_REST, retry_after
from bookyflow.webhooks.signing import signed_headers
from bookyflow.webhooks.trials import trial_message

AT_ONCE = 4  # messages to one webhook
BURST = 10.0  # seconds after which others have their turn
MOST_BYTES = 4_096  # of an answer that are read
EXCERPT = 300  # characters of it that are kept
ASK_LATER = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
HIDDEN = "********"


@dataclass(frozen=True)
class Message:
    """What is sent for a delivery: its id and the bytes of its body."""

    delivery_id: int
    message_id: str
    body: bytes


@dataclass(frozen=True)
class Receiver:
    """Where messages go, and what they are signed with."""

    url: str
    signed_with: Sequence[str]
    headers: Mapping[str, str]
    secrets: Sequence[str]  # what nobody may read in what the receiver answers


def deliveries_send(*, webhook_id: int, turn: int) -> int:
    """Send what is due to a webhook, some seconds long; returns how many tries it were.

    Does nothing where the turn has gone to somebody else. Of each object one message is under way,
    and four of all; only one where the last ones failed.
    """
    end, tries = monotonic() + BURST, 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while (due := _due(webhook_id, turn)) is not None:
            receiver, messages = due
            _let_go()
            outcomes = list(pool.map(partial(attempt, receiver), messages))
            outcomes_record(webhook_id=webhook_id, outcomes=outcomes)
            tries += len(outcomes)
            if monotonic() > end:
                break
    Webhook.objects.filter(pk=webhook_id, turn=turn).update(busy_until=None)
    _let_go()
    return tries


def attempt(receiver: Receiver, message: Message) -> Outcome:
    """Send a message once, and say what became of it; never raises for what the receiver does."""
    at = timezone.now()
    started = monotonic()
    status, error, asked = None, "", None
    try:
        answer = outgoing.send(
            "POST",
            receiver.url,
            headers={
                "Content-Type": "application/json",
                **receiver.headers,
                **signed_headers(
                    message_id=message.message_id,
                    second=int(at.timestamp()),
                    body=message.body,
                    signed_with=receiver.signed_with,
                ),
            },
            body=message.body,
            most_bytes=MOST_BYTES,
            is_cut=True,
            seconds=settings.WEBHOOK_TIMEOUT,
            resolve=resolver(receiver.url),
        )
    except DomainError as refusal:
        error = refusal.detail
    else:
        status = answer.status
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            error = _excerpt(answer.content, receiver.secrets)
        if status in ASK_LATER:
            asked = retry_after(answer.headers.get("retry-after", ""), now=at)
    milliseconds = int(1000 * (monotonic() - started))
    return Outcome(message.delivery_id, at, status, milliseconds, error, asked)


@transaction.atomic
def _due(webhook_id: int, turn: int) -> tuple[Receiver, list[Message]] | None:
    """What is to be sent now, under a lease that begins anew; None where there is nothing.

    What may not be told any more is dropped.
    """
    now = timezone.now()
    webhook = (
        Webhook.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk=webhook_id, turn=turn)
        .first()
    )
    if webhook is None:
        return None
    webhook.busy_until = now + lease()
    webhook.save(update_fields=["busy_until"])
    rows = _next(webhook, now)
    while rows and (dropped := [pk for pk, _, _, may_hear in rows if not may_hear]):
        WebhookDelivery.objects.filter(pk__in=dropped).update(
            state=DeliveryState.DROPPED, finished_at=now
        )
        rows = _next(webhook, now)
    if not rows:
        return None
    return _receiver(webhook, now), _messages([row[:3] for row in rows], now)


def _next(webhook: Webhook, now: datetime) -> list[tuple[int, int | None, str, bool]]:
    limit = 1 if webhook.failures >= FAILURES_BEFORE_REST else AT_ONCE
    with connection.cursor() as cursor:
        cursor.execute(sql.NEXT, {"webhook_id": webhook.pk, "now": now, "limit": limit, **RIGHTS})
        return list(cursor.fetchall())


def _messages(rows: Sequence[tuple[int, int | None, str]], now: datetime) -> list[Message]:
    events = events_of(event_ids=[event_id for _, event_id, _ in rows if event_id is not None])
    found = []
    for pk, event_id, kind in rows:
        delivery = WebhookDelivery(pk=pk, event_id=event_id, kind=kind)
        told = (
            message_of(events[event_id]) if event_id is not None else trial_message(kind, now=now)
        )
        body = json.dumps(told, separators=(",", ":")).encode()
        found.append(Message(pk, delivery.message_id, body))
    return found


def _receiver(webhook: Webhook, now: datetime) -> Receiver:
    signed_with = secrets_valid(webhook_id=webhook.pk, now=now)
    if webhook.auth_method != AuthMethod.BASIC:
        return Receiver(webhook.url, signed_with, {}, signed_with)
    pair = base64.b64encode(f"{webhook.username}:{webhook.password}".encode()).decode()
    secrets = [*signed_with, pair, webhook.password]
    return Receiver(webhook.url, signed_with, {"Authorization": f"Basic {pair}"}, secrets)


def _excerpt(content: bytes, secrets: Sequence[str]) -> str:
    """The beginning of what a receiver says, in one line and without what we sent in confidence."""
    text = content.decode(errors="replace")
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    line = " ".join(text.split())
    return "".join(filter(str.isprintable, line))[:EXCERPT]


def _let_go() -> None:
    """Give the connection back to the pool; a transaction of the caller's keeps it."""
    if not connection.in_atomic_block:
        connection.close()

"""The secrets of a webhook: one that stays, and those of before for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from bookyflow.webhooks.models import WebhookSecret
from bookyflow.webhooks.signing import secret_make

MOST = 5  # that are valid at once; each is a signature more
OLD_HOURS, MOST_OLD_HOURS = 24, 7 * 24


def secret_give(*, webhook_id: int) -> str:
    """Give a webhook that has none its secret."""
    secret = secret_make()
    WebhookSecret.objects.create(webhook_id=webhook_id, secret=secret)
    return secret


def secret_replace(*, webhook_id: int, old_hours: int, now: datetime) -> str:
    """Give a webhook, which is locked, a new secret; the one of before ends in so many hours.

    Those that end already end no later, the oldest at once where there would be more than MOST.
    """
    ends = now + timedelta(hours=old_hours)
    known = WebhookSecret.objects.filter(webhook=webhook_id)
    known.filter(expires_at__lte=now).delete()
    known.filter(expires_at=None).update(expires_at=ends)
    known.filter(expires_at__gt=ends).update(expires_at=ends)
    kept = list(known.values_list("pk", flat=True)[: MOST - 1])
    known.exclude(pk__in=kept).delete()
    return secret_give(webhook_id=webhook_id)


def secrets_valid(*, webhook_id: int, now: datetime) -> list[str]:
    """What messages to a webhook, which is locked, are signed with, the newest first; not empty.

    One that was made before messages were signed is given its secret now.
    """
    known = WebhookSecret.objects.filter(webhook=webhook_id)
    rows = list(known.values_list("secret", "expires_at"))
    if not rows:
        return [secret_give(webhook_id=webhook_id)]
    return [secret for secret, ends in rows if ends is None or ends > now]

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from bookyflow.api.models import IdempotencyRecord


@app.periodic(cron="29 * * * *")
@app.task(queueing_lock="answers_clear", pass_context=False)
def answers_clear(timestamp: int) -> int:
    """Delete kept answers whose time is over; returns how many."""
    deleted, _ = IdempotencyRecord.objects.filter(expires_at__lt=timezone.now()).delete()
    return deleted

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from bookyflow.api.models import IdempotencyRecord, RequestCount, RequestLog


@app.periodic(cron="29 * * * *")
@app.task(queueing_lock="answers_clear", pass_context=False)
def answers_clear(timestamp: int) -> int:
    """Delete kept answers whose time is over; returns how many."""
    deleted, _ = IdempotencyRecord.objects.filter(expires_at__lt=timezone.now()).delete()
    return deleted


@app.periodic(cron="41 3 * * *")
@app.task(queueing_lock="request_log_clear", pass_context=False)
def request_log_clear(timestamp: int) -> int:
    """Delete entries of the request log that are old enough; returns how many."""
    oldest = timezone.now() - timedelta(days=settings.REQUEST_LOG_DAYS)
    deleted, _ = RequestLog.objects.filter(at__lt=oldest).delete()
    counts, _ = RequestCount.objects.filter(minute__lt=oldest).delete()
    return deleted + counts

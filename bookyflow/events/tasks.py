from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from bookyflow.events.models import Event
from bookyflow.events.selectors import KEPT


@app.periodic(cron="41 3 * * *")
@app.task(queueing_lock="events_clear", pass_context=False)
def events_clear(timestamp: int) -> int:
    """Delete events that are older than 90 days; returns how many."""
    deleted, _ = Event.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return deleted

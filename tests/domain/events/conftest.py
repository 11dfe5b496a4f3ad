from __future__ import annotations

import threading
from datetime import timedelta

from django.db import connections, transaction
from django.utils import timezone

from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event, EventKind
from bookyflow.events.selectors import feed
from bookyflow.events.services import record


def one(property_id=7):
    """Record an event in the transaction that there is; its id."""
    return record(
        EventKind.ROOM_ADDED, by=SYSTEM, property_id=property_id, subject=("property", property_id)
    )


def committed(property_id=7):
    """Record an event in a transaction of its own; its id."""
    with transaction.atomic():
        return one(property_id)


def read(*property_ids, cursor="", limit=100):
    """A page of the feed of the last day."""
    return feed(
        property_ids=property_ids or [7],
        since=timezone.now() - timedelta(days=1),
        cursor=cursor,
        limit=limit,
    )


def ids(page):
    """The ids of a page's events."""
    return [item.id for item in page.items]


def positions():
    """The position of each event, by id."""
    return dict(Event.objects.order_by("pk").values_list("pk", "position"))


def in_another_connection(work):
    """Begin `work` in a thread; the thread, which ends its own connection."""

    def run():
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread

"""Giving events the positions by which feeds show them.

A position is given once the transaction of an event and every older one has ended, under a lock,
and counts on from the highest that was ever given. So positions grow in the order in which they
appear, and a reader who goes on behind one misses nothing.
"""

from __future__ import annotations

import logging
import threading
import time

from django.db import transaction

from bookyflow.core.background import repeat
from bookyflow.core.database import connection
from bookyflow.core.outages import Spell
from bookyflow.events import sql

EVERY = 1.0  # seconds between two rounds of the worker
BATCH = 10_000  # events in one transaction
TRIES = 50
PAUSE = 0.02  # seconds between two tries, about as long as numbering takes

logger = logging.getLogger(__name__)


def events_number() -> int:
    """Give the settled events their positions, in the order of (xid, id); returns how many.

    Called by the worker once a second and by whoever reads a feed, each in a short transaction of
    its own, for up to 10,000 events. Where somebody else is at it, waits until the events that are
    there now have been numbered, a second at most. Nothing is done, and no error raised, on a
    server that only reads; nor inside a transaction of the caller's, which would keep all others
    from numbering until it ends, and whose own events cannot be settled.
    """
    if connection.in_atomic_block:
        return 0
    for _ in range(TRIES):
        if not _is_waiting():
            break
        count = _number()
        if count is not None:
            return count
        time.sleep(PAUSE)
    return 0


def number_continually(stopping: threading.Event) -> None:
    """Number events once a second until `stopping` is set, whatever the database does meanwhile.

    Not a job: one a second would leave 86,400 rows a day in the queue, and wait behind a long one.
    """

    def catch_up() -> None:
        while events_number() == BATCH and not stopping.is_set():
            pass

    spell = Spell(logger, "Events are not numbered", "Events are numbered again")
    repeat(catch_up, every=EVERY, stopping=stopping, spell=spell)


def _is_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql.IS_WAITING)
        (waiting,) = cursor.fetchone()
    return bool(waiting)


def _number() -> int | None:
    """Number one batch; how many, or None where somebody else has the lock."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(sql.TRY_NUMBERING)
        (has_lock,) = cursor.fetchone()
        if not has_lock:
            return None
        cursor.execute(sql.NUMBER, {"limit": BATCH})
        return int(cursor.rowcount)

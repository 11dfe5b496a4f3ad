"""Finding out which calendars are due, and queueing who reads them."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bookyflow.calendars import sql
from bookyflow.core.database import connection
from bookyflow.core.jobs import job_queue

EVERY = 1.0  # seconds
READERS = 4  # calendars that a process reads at once
MOST_WAITING = 32  # calendars whose turn it is; others wait in their own table
JITTER = 0.1
MOST_DOUBLED = 10
LONGEST_PAUSE = timedelta(hours=6)
LONGEST_PAUSE_ASKED = timedelta(days=1)
JOB = "bookyflow.calendars.tasks.calendar_read"


def lease() -> timedelta:
    """How long whoever reads may say nothing before somebody else does it: more than a reading."""
    return timedelta(seconds=2 * settings.CALENDAR_TIMEOUT + 90)


@transaction.atomic
def readers_queue() -> int:
    """Queue a job for each calendar that is due; returns how many. Two statements at most."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(sql.TAKE_TURNS, {"now": now, "until": now + lease(), "most": MOST_WAITING})
        found = cursor.fetchall()
    if found:
        job_queue(JOB, *({"source_id": pk, "turn": turn} for pk, turn in found))
    return len(found)


def next_poll(failures: int, *, asked: timedelta | None, now: datetime) -> datetime:
    """When a calendar is read again that could not be read so often in a row.

    `asked` is what its Retry-After said, of which a day is heeded. About so long, so that what was
    added together is not read together for ever.
    """
    usual = timedelta(seconds=settings.CALENDAR_INTERVAL)
    doubled: int = 2 ** min(failures, MOST_DOUBLED)
    pause = max(usual, min(usual * doubled, LONGEST_PAUSE))
    pause *= random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  # no secret
    return now + max(pause, min(asked or timedelta(0), LONGEST_PAUSE_ASKED))

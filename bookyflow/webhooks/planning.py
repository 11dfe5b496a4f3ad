"""Finding out what is to be sent, and queueing who sends it.

Deliveries follow from the log of events, by each webhook's position in it, and not from what
requests do: so none can be lost between a change and a job, and requests do nothing for them.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bookyflow.accounts.models import AccessLevel
from bookyflow.core.database import connection
from bookyflow.core.jobs import job_queue
from bookyflow.events.numbering import events_number
from bookyflow.webhooks import sql

EVERY = 1.0  # seconds
STARTS, EVENTS = 20, 500  # positions that are read on from at once, and how far
ROUNDS = 40  # of planning before something is sent
MOST_WAITING = 10_000  # deliveries of a webhook; more stay in the log of events for the time being
MOST_AT_HOST = 4  # webhooks of a host that are sent to at once
MOST_IN_LANE = 16  # webhooks that are sent to at once, slow ones and others
SENDERS = 4  # webhooks of a lane that a process sends to at once
SLOW = 2_000  # milliseconds of an answer
RIGHTS = {
    "least_level": AccessLevel.MANAGER.value,
    "all_level": AccessLevel.SUPER_MANAGER.value,
}
JOB = "bookyflow.webhooks.tasks.webhook_send"
SLOW_JOB = "bookyflow.webhooks.tasks.webhook_send_slowly"


def lease() -> timedelta:
    """How long whoever sends may say nothing before somebody else does it: more than a try."""
    return timedelta(seconds=2 * settings.WEBHOOK_TIMEOUT + 5)


def webhooks_tend() -> None:
    """Number events, plan what follows from them, and queue the jobs that send what is due."""
    events_number()
    for _ in range(ROUNDS):
        if not deliveries_plan():
            break
    senders_queue()


def deliveries_plan() -> int:
    """Plan the deliveries of the next events; returns how many webhooks have come further.

    None is planned twice, whoever else does it at the same time. Two statements.
    """
    given = {"most_waiting": MOST_WAITING, "starts": STARTS, "events": EVENTS}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.BEGIN)
        cursor.execute(sql.PLAN, {**given, **RIGHTS, "now": timezone.now()})
        return int(cursor.rowcount)


@transaction.atomic
def senders_queue() -> int:
    """Queue a job for each webhook whose turn it is; returns how many.

    None while somebody else is at it. Four statements at most, however many webhooks there are.
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(sql.TRY_TURNS)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            sql.TAKE_TURNS,
            {
                "now": now,
                "until": now + lease(),
                "slow": SLOW,
                "most_at_host": MOST_AT_HOST,
                "most_in_lane": MOST_IN_LANE,
            },
        )
        found = cursor.fetchall()
    for job, slow in ((JOB, False), (SLOW_JOB, True)):
        turns = [{"webhook_id": pk, "turn": turn} for pk, turn, is_slow in found if is_slow is slow]
        if turns:
            job_queue(job, *turns)
    return len(found)

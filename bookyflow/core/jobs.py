"""Queueing jobs."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import timedelta

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager
from procrastinate.types import JSONValue

from bookyflow.core import sql
from bookyflow.core.database import connection
from bookyflow.core.metrics import Reading

job_id: ContextVar[int | None] = ContextVar("job_id", default=None)  # of the one that runs here

# In a worker the app has a connection of its own, on which a job would be there before the
# transaction of its cause is, and also when that is undone.
_QUEUE = JobManager(DjangoConnector())


def job_queue(task: str, *each: dict[str, JSONValue], wait: timedelta | None = None) -> None:
    """Queue a task by its name, once for each of the given arguments, in the current transaction.

    It is run after `wait`, else at once. Raises Django's errors of the database as any other
    statement does: Procrastinate's own would be neither tried again nor told from a fault of ours.
    """
    with connection.wrap_database_errors:
        try:
            schedule = {"seconds": int(wait.total_seconds())} if wait else None
            deferrer = app.configure_task(task, schedule_in=schedule)
            deferrer.job_manager = _QUEUE
            deferrer.batch_defer(*each)
        except ConnectorException as error:
            raise error.__cause__ or error from None


def jobs_reading() -> Reading:
    """How the queue of jobs is doing."""
    with connection.cursor() as cursor:
        cursor.execute(sql.JOBS)
        waiting, running, failed, oldest = cursor.fetchone()
    yield "jobs_waiting", "Jobs that are due and not begun.", waiting
    yield "jobs_running", "Jobs that run.", running
    yield "jobs_failed", "Jobs that have failed for good.", failed
    yield "jobs_oldest_seconds", "For how long the oldest job that waits has been due.", oldest

"""Queueing jobs."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.types import JSONValue


def job_queue(task: str, *each: dict[str, JSONValue], wait: timedelta | None = None) -> None:
    """Queue a task by its name, once for each of the given arguments, in the current transaction.

    It is run after `wait`, else at once. Raises Django's errors of the database as any other
    statement does: Procrastinate's own would be neither tried again nor told from a fault of ours.
    """
    with connection.wrap_database_errors:
        try:
            schedule = {"seconds": int(wait.total_seconds())} if wait else None
            app.configure_task(task, schedule_in=schedule).batch_defer(*each)
        except ConnectorException as error:
            raise error.__cause__ or error from None

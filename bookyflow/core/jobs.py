"""Queueing jobs."""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.types import JSONValue


def job_queue(task: str, *each: dict[str, JSONValue]) -> None:
    """Queue a task by its name, once for each of the given arguments, in the current transaction.

    Raises Django's errors of the database as any other statement does: Procrastinate's own would be
    neither tried again nor told from a fault of ours.
    """
    with connection.wrap_database_errors:
        try:
            app.configure_task(task).batch_defer(*each)
        except ConnectorException as error:
            raise error.__cause__ or error from None

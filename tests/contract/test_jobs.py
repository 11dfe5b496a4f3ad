"""Jobs run where they run in earnest: in a worker, on what transactions have queued."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from benchmarks.serving import ROOT
from bookyflow.core.jobs import job_queue

pytestmark = pytest.mark.django_db(transaction=True)
BY_THE_CLOCK = sorted({one.task.name for one in app.periodic_registry.periodic_tasks.values()})


def work():
    """Let a worker do what is queued, and end."""

    async def run(worker):
        async with worker.open_async():
            await worker.run_worker_async(
                wait=False, install_signal_handlers=False, listen_notify=False
            )

    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        asyncio.run(run(worker))


def states(name):
    return list(ProcrastinateJob.objects.filter(task_name=name).values_list("status", flat=True))


def test_a_job_is_queued_with_its_cause_in_a_worker_too():
    """The jobs of a job, and of what a worker does beside them."""
    with app.replace_connector(app.connector.get_worker_connector()):
        with suppress(RuntimeError), transaction.atomic():
            job_queue("bookyflow.core.tasks.jobs_clear", {"timestamp": 0})
            raise RuntimeError("undone")
        assert states("bookyflow.core.tasks.jobs_clear") == []

        job_queue("bookyflow.core.tasks.jobs_clear", {"timestamp": 0})
    assert states("bookyflow.core.tasks.jobs_clear") == ["todo"]


def test_every_job_that_is_due_by_the_clock_succeeds():
    assert len(BY_THE_CLOCK) >= 11
    for name in BY_THE_CLOCK:
        app.configure_task(name).defer(timestamp=0)

    work()

    assert {name: set(states(name)) for name in BY_THE_CLOCK} == {
        name: {"succeeded"} for name in BY_THE_CLOCK
    }


def test_every_other_job_is_tried_again_when_it_fails():
    """As it does in an outage of the database; it would be lost, since it does not come again."""
    tried_once = {
        task.name
        for task in app.tasks.values()
        if task.name.startswith(("bookyflow.", "features.")) and task.retry_strategy is None
    }

    assert tried_once == set(BY_THE_CLOCK)


def test_jobs_are_queued_by_the_one_function_that_tells_outages_from_faults():
    sources = [path for top in ("bookyflow", "features") for path in (ROOT / top).rglob("*.py")]
    direct = {path.relative_to(ROOT) for path in sources if "defer(" in path.read_text()}

    assert {str(path) for path in direct} == {"bookyflow/core/jobs.py"}


def test_what_a_killed_worker_left_is_done_after_all(mailoutbox):
    app.configure_task("bookyflow.reservations.tasks.booking_mail").defer(
        booking_id=1, template="booking_added", audience="guest"
    )
    reminders = app.configure_task("bookyflow.reservations.tasks.payment_reminders")
    by_the_clock = reminders.defer(timestamp=0)
    with connection.cursor() as cursor:  # as the worker had them; its heartbeat is gone with it
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    app.configure_task("bookyflow.core.tasks.jobs_rescue").defer(timestamp=0)

    work()

    assert states("bookyflow.reservations.tasks.booking_mail") == ["succeeded"]
    assert not ProcrastinateJob.objects.filter(pk=by_the_clock).exists()  # at 8:05 comes another


def test_jobs_that_are_done_are_deleted_after_some_days():
    for _ in range(2):
        app.configure_task("bookyflow.core.tasks.jobs_clear").defer(timestamp=0)
        work()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_events SET at = at - interval '4 days'")

    assert states("bookyflow.core.tasks.jobs_clear") == ["succeeded"]

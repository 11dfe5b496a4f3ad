"""Keeping the queue of jobs itself in order."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

KEPT_HOURS, KEPT_FAILED_HOURS = 3 * 24, 30 * 24


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="jobs_rescue", pass_context=True)
async def jobs_rescue(context: JobContext, timestamp: int) -> None:
    """Queue again what ran in a worker that was killed.

    What runs by the clock comes again by itself, so that its remains are only cleared away.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.queueing_lock:
            await manager.finish_job(job, status=Status.FAILED, delete_job=True)
        else:
            await manager.retry_job(job)


@app.periodic(cron="53 3 * * *")
@app.task(queueing_lock="jobs_clear", pass_context=True)
async def jobs_clear(context: JobContext, timestamp: int) -> None:
    """Delete jobs that are done, and later those that failed."""
    manager = context.app.job_manager
    await manager.delete_old_jobs(nb_hours=KEPT_HOURS)
    await manager.delete_old_jobs(nb_hours=KEPT_FAILED_HOURS, include_failed=True)

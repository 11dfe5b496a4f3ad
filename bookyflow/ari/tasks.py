from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from bookyflow.ari.jobs import ari_jobs_forget, ari_part_run

RETRY = RetryStrategy(max_attempts=8, exponential_wait=5)  # for about a day


@app.task(retry=RETRY, pass_context=False)
def ari_part(job_id: int) -> bool:
    """Carry out the next part of a channel's rows; whether there was one."""
    return ari_part_run(job_id=job_id)


@app.periodic(cron="53 3 * * *")
@app.task(queueing_lock="ari_jobs_clear", pass_context=False)
def ari_jobs_clear(timestamp: int) -> int:
    """Delete jobs of long ago; returns how many."""
    return ari_jobs_forget()

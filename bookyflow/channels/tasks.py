from __future__ import annotations

from procrastinate.contrib.django import app

from bookyflow.channels.revisions import revisions_overdue_tell


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="revisions_watch", pass_context=False)
def revisions_watch(timestamp: int) -> int:
    """Tell of changes of bookings that channels have not acknowledged in time; returns how many."""
    return revisions_overdue_tell()

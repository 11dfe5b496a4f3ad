from __future__ import annotations

from procrastinate.contrib.django import app

from bookyflow.booking_sessions.sessions import sessions_clear


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="booking_sessions_clear", pass_context=False)
def booking_sessions_clear(timestamp: int) -> int:
    """Delete booking sessions whose time is over, with what guests typed; returns how many."""
    return sessions_clear()

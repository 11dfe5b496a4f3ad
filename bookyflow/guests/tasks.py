from __future__ import annotations

from procrastinate.contrib.django import app

from bookyflow.guests.readings import guest_readings_clear


@app.periodic(cron="41 3 * * *")
@app.task(queueing_lock="guest_readings_clear", pass_context=False)
def guest_readings_forget(timestamp: int) -> int:
    """Delete who read of guests a year ago and before; returns how many rows."""
    return guest_readings_clear()

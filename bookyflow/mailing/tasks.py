from __future__ import annotations

from procrastinate.contrib.django import app

from bookyflow.mailing.counting import mail_counts_clear


@app.periodic(cron="59 3 * * *")
@app.task(queueing_lock="mail_counts", pass_context=False)
def mail_counts(timestamp: int) -> int:
    """Delete the counts of mails of days that are over; returns how many."""
    return mail_counts_clear()

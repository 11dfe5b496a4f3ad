from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from bookyflow.calendars.mails import conflict_mail_send, fault_mail_send
from bookyflow.calendars.polling import source_poll
from bookyflow.calendars.retention import calendars_clear
from bookyflow.mailing.sending import RETRY

LANE = "calendars"
AGAIN = RetryStrategy(max_attempts=3, wait=5)  # then the turn is somebody else's anyway


@app.task(retry=AGAIN, pass_context=False, queue=LANE)
def calendar_read(source_id: int, turn: int) -> bool:
    """Read a calendar of another platform, unless the turn is over."""
    return source_poll(source_id=source_id, turn=turn)


@app.task(retry=RETRY, pass_context=False)
def calendar_conflict_mail(source_id: int, conflict_ids: list[int]) -> None:
    """Tell the staff of a property of nights that are sold here and elsewhere."""
    conflict_mail_send(source_id=source_id, conflict_ids=conflict_ids)


@app.task(retry=RETRY, pass_context=False)
def calendar_fault_mail(source_id: int, reason: str) -> None:
    """Tell the staff of a property that a calendar cannot be read."""
    fault_mail_send(source_id=source_id, reason=reason)


@app.periodic(cron="29 4 * * *")
@app.task(queueing_lock="calendars_clear", pass_context=False)
def calendars_clear_old(timestamp: int) -> int:
    """Delete what feeds have shown and conflicts that ended, of long ago."""
    return calendars_clear()

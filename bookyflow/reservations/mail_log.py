"""Which mails about a booking were caused lately, and what became of them.

Jobs say it, which are kept for some days. A job that has ended well has sent its mail, or found
that there was no address, or no need any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Min
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.reservations.mails import JOB


class MailState(StrEnum):
    """What became of a mail."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


_STATES = {
    "todo": MailState.WAITING,
    "doing": MailState.WAITING,
    "succeeded": MailState.DONE,
    "failed": MailState.FAILED,
}


@dataclass(frozen=True)
class BookingMail:
    """A mail: its template, to whom (`guest` or `property`), when it was caused."""

    template: str
    audience: str
    at: datetime | None
    state: MailState


def booking_mails(*, booking_id: int) -> list[BookingMail]:
    """The mails of a booking, newest first, as far as their jobs are kept; one query."""
    found = ProcrastinateJob.objects.filter(
        task_name=JOB, args__contains={"booking_id": booking_id}, status__in=_STATES
    )
    return [
        BookingMail(job.args["template"], job.args["audience"], job.caused_at, _STATES[job.status])
        for job in found.annotate(caused_at=Min("procrastinateevent__at")).order_by("-pk")
    ]

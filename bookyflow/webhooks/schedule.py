"""When a delivery is tried again, and when it is given up."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from django.conf import settings

JITTER = 0.1
FAILURES_BEFORE_REST = 3  # in a row, of whatever is sent
LONGEST_REST = timedelta(minutes=5)
LONGEST_REST_ASKED = timedelta(hours=1)
LONGEST_DELAY_ASKED = timedelta(days=1)
MOST_DIGITS = 9  # of seconds; more are a day all the same


def next_try(tries: int, *, asked: timedelta | None, now: datetime) -> datetime | None:
    """When a delivery that was tried so often in vain is tried again; None where it is given up.

    `asked` is what the receiver's Retry-After said, of which a day is heeded.
    """
    if tries > len(settings.WEBHOOK_RETRIES):
        return None
    delay = _around(settings.WEBHOOK_RETRIES[tries - 1])
    return now + max(delay, min(asked or timedelta(0), LONGEST_DELAY_ASKED))


def rest_end(failures: int, *, asked: timedelta | None, now: datetime) -> datetime | None:
    """Until when nothing is sent to a receiver after so many failures in a row; None: no rest.

    `asked` is what its Retry-After said, of which an hour is heeded.
    """
    rest = min(asked or timedelta(0), LONGEST_REST_ASKED)
    if failures >= FAILURES_BEFORE_REST:
        place = min(failures - FAILURES_BEFORE_REST, len(settings.WEBHOOK_RETRIES) - 1)
        rest = max(rest, min(_around(settings.WEBHOOK_RETRIES[place]), LONGEST_REST))
    return now + rest if rest else None


def has_failed_for_long(failing_since: datetime, *, now: datetime) -> bool:
    """Whether nothing was accepted for as long as all the tries of a delivery take."""
    return now - failing_since >= (1 - JITTER) * timedelta(seconds=sum(settings.WEBHOOK_RETRIES))


def retry_after(text: str, *, now: datetime) -> timedelta | None:
    """How long a Retry-After header asks to wait; None where it says nothing."""
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text[:MOST_DIGITS]))
    try:
        moment = parsedate_to_datetime(text)
        return max(moment - now, timedelta(0))
    except (TypeError, ValueError, OverflowError):
        return None


def _around(seconds: float) -> timedelta:
    """About so long, so that what failed together is not tried again together."""
    return timedelta(seconds=seconds * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311  # no secret

"""Ranges of dates as the CMF writes them: both ends included, the end being the last night."""

from __future__ import annotations

from datetime import date

from bookyflow.core.dates import LONGEST_STAY, Stay
from bookyflow.core.errors import DomainError


def stay_between(start: date, end: date, *, field: str = "end_date") -> Stay:
    """The stay whose nights are `start` to `end`.

    Raises DomainError `validation_failed`, naming `field`, for a reversed range or one of more
    than three years.
    """
    problem = ""
    if end < start:
        problem = "The last night is before the first."
    elif (end - start).days >= LONGEST_STAY:
        problem = f"At most {LONGEST_STAY} nights."
    if problem:
        raise DomainError("validation_failed", problem, fields={field: [problem]})
    return Stay.through_last_night(start, end)

"""Ranges of dates as the CMF writes them: both ends included, the end being the last night."""

from __future__ import annotations

from datetime import date

from bookyflow.core.dates import LONGEST_STAY, Stay
from bookyflow.core.errors import DomainError


def stay_between(start_date: date, end_date: date, *, most: int = LONGEST_STAY) -> Stay:
    """The stay whose nights are `start_date` to `end_date`.

    Raises DomainError `validation_failed`, naming `end_date`, for a reversed range or one of more
    nights than `most`, which are three years unless said otherwise.
    """
    problem = ""
    if end_date < start_date:
        problem = "The last night is before the first."
    elif (end_date - start_date).days >= most:
        problem = f"At most {most} nights."
    if problem:
        raise DomainError("validation_failed", problem, fields={"end_date": [problem]})
    return Stay.through_last_night(start_date, end_date)

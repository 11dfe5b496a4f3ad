"""Periods as this feature's paths write them."""

from __future__ import annotations

from datetime import date

from bookyflow.core.dates import LONGEST_STAY, Stay
from bookyflow.core.errors import DomainError


def stay_of(arrival: date, departure: date) -> Stay:
    """The stay from arrival to departure. Raises DomainError `validation_failed`."""
    _refuse("departure_date", arrival, departure, least=1)
    return Stay(arrival, departure)


def check_period(start: date, end: date) -> None:
    """Raise DomainError `validation_failed` for a period that is reversed or too long."""
    _refuse("end", start, end, least=0)


def _refuse(field: str, first: date, last: date, *, least: int) -> None:
    length = (last - first).days
    problem = ""
    if length < least:
        problem = "Too early."
    elif length > LONGEST_STAY:
        problem = f"At most {LONGEST_STAY} days."
    if problem:
        raise DomainError("validation_failed", problem, fields={field: [problem]})

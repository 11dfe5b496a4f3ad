"""Periods of days, both ends included."""

from __future__ import annotations

from datetime import date

from bookyflow.core.errors import DomainError


def period_check(start: date, end: date) -> None:
    """Raise DomainError `validation_failed`, naming `end`, for a period that is reversed."""
    if end < start:
        problem = "Before the start."
        raise DomainError("validation_failed", problem, fields={"end": [problem]})

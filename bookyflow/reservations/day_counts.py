"""Numbers of bookings: of a day, and of the last minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import all_rows
from bookyflow.reservations import sql

LONGEST_LOOK_BACK = 10 * 366 * 24 * 60  # minutes


@dataclass(frozen=True)
class DayCounts:
    """Arrivals and departures of a day, how many of them are done, and who is in the house."""

    arrivals: int
    checked_in: int
    departures: int
    checked_out: int
    residents: int


def day_counts(*, property_id: int, today: date) -> DayCounts:
    """The counts of a property's `today`; one query."""
    (row,) = all_rows(sql.DAY_COUNTS, {"property_id": property_id, "today": today})
    return DayCounts(*row)


def bookings_made(*, property_id: int, minutes: int) -> int:
    """How many bookings came in during the last minutes, cancelled ones too; one query.

    Raises DomainError `validation_failed` for more than ten years.
    """
    if minutes > LONGEST_LOOK_BACK:
        problem = f"At most {LONGEST_LOOK_BACK}."
        raise DomainError("validation_failed", fields={"minutes": [problem]})
    since = timezone.now() - timedelta(minutes=minutes)
    ((count,),) = all_rows(sql.MADE_SINCE, {"property_id": property_id, "since": since})
    return int(count)

"""A month of a property, day by day."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from bookyflow.availability import sql
from bookyflow.core.database import connection


@dataclass(frozen=True)
class MonthOccupancy:
    """How many rooms are booked or blocked on each night of the month that begins with `first`.

    `capacity` is how many rooms there are now.
    """

    first: date
    booked: list[int]
    capacity: int

    @property
    def days(self) -> list[int]:
        """The days of the month, from 1."""
        return list(range(1, len(self.booked) + 1))


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of the month that a day lies in."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def month_occupancy(*, property_id: int, day: date) -> MonthOccupancy:
    """The occupancy of the month of a day, such as the property's today; one query."""
    first, last = month_of(day)
    with connection.cursor() as cursor:
        cursor.execute(sql.ROOMS_BOOKED, {"property_id": property_id, "first": first, "last": last})
        rows = cursor.fetchall()
    return MonthOccupancy(first, [booked for _, booked, _ in rows], rows[0][2])

"""Dates of stay. A stay is half-open, [arrival, departure): its last night is departure - 1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

ONE_DAY = timedelta(days=1)
LONGEST_STAY = 3 * 366  # nights; the database refuses more
# Of every date that somebody enters, both included: far from the ends of the calendar, where
# arithmetic overflows.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True)
class Stay:
    """The nights in [arrival, departure). Raises ValueError for an empty or reversed range."""

    arrival: date
    departure: date

    def __post_init__(self) -> None:
        if self.departure <= self.arrival:
            raise ValueError("departure must be after arrival")

    @classmethod
    def through_last_night(cls, first: date, last: date) -> Stay:
        """From a range that names its last night, as the CMF does (reference R-BB-4)."""
        return cls(first, last + ONE_DAY)

    @property
    def last_night(self) -> date:
        """The night before departure."""
        return self.departure - ONE_DAY

    @property
    def length(self) -> int:
        """Number of nights."""
        return (self.departure - self.arrival).days

    @property
    def nights(self) -> list[date]:
        """Every night in order."""
        return days(self.arrival, self.departure)


def is_possible(day: date) -> bool:
    """Whether a day lies within what can be entered at any door."""
    return FIRST_DAY <= day <= LAST_DAY


def days(start: date, end: date) -> list[date]:
    """Every date in [start, end)."""
    return [start + timedelta(days=n) for n in range((end - start).days)]


@cache
def is_time_zone(name: str) -> bool:
    """Whether `name` is in the IANA database of this machine."""
    return name in available_timezones()


def zone_info(time_zone: str) -> ZoneInfo:
    """The clock of a time zone; UTC's while none is known, "", or for a name that is none."""
    return ZoneInfo(time_zone if is_time_zone(time_zone) else "UTC")


def today_in(time_zone: str) -> date:
    """The date now at a place, such as a property's own "today"; by `zone_info`."""
    return datetime.now(zone_info(time_zone)).date()


def utc_text(moment: datetime) -> str:
    """An instant on the wire: ISO 8601 in UTC, whole seconds, with Z."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"

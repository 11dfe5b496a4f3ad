"""Types of path segments: what a route may hold between its literal parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.urls import register_converter

from bookyflow.api.wire.languages import spelled
from bookyflow.core.dates import FIRST_DAY, LAST_DAY, is_possible
from bookyflow.core.errors import DomainError

FIRST_YEAR, LAST_YEAR = FIRST_DAY.year, LAST_DAY.year
_ISO = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@lru_cache(maxsize=4096)  # callers send the same few years' nights, hundreds at a time
def iso_date(text: str) -> date:
    """A date from YYYY-MM-DD, in years that a stay can lie in. Raises ValueError."""
    # The pattern first: fromisoformat also reads 20270610 and 2027-W01-1.
    day = date.fromisoformat(text) if _ISO.fullmatch(text) else date.min
    if not is_possible(day):
        raise ValueError(f"not a date between {FIRST_YEAR} and {LAST_YEAR}")
    return day


@dataclass(frozen=True)
class ImpossibleDate:
    """Stands for a segment such as 2027-02-30 until the view refuses it by name."""

    text: str


class UidConverter:
    """An id: a positive whole number that fits the database."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The segment."""
        return str(value)


class DateConverter:
    """YYYY-MM-DD. A date that no calendar has still matches, so that the answer can say so."""

    regex = _ISO.pattern

    def to_python(self, value: str) -> date | ImpossibleDate:
        """The date."""
        try:
            return iso_date(value)
        except ValueError:
            return ImpossibleDate(value)

    def to_url(self, value: date) -> str:
        """The segment."""
        return value.isoformat()


class MonthConverter(DateConverter):
    """YYYY-MM, or a date, which stands for its month; becomes a date in it."""

    regex = "[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?"

    def to_python(self, value: str) -> date | ImpossibleDate:
        """The date, or the first of the month."""
        found = super().to_python(value if value.count("-") > 1 else f"{value}-01")
        return ImpossibleDate(value) if isinstance(found, ImpossibleDate) else found


class LanguageConverter:
    """A language tag: en, en-GB."""

    regex = "[a-z]{2}(?:-[A-Za-z]{2})?"

    def to_python(self, value: str) -> str:
        """The tag in its usual spelling."""
        return spelled(value)

    def to_url(self, value: str) -> str:
        """The segment."""
        return value


class ReferenceConverter:
    """The number of a booking: ten digits, zeros in front included."""

    regex = "[0-9]{10}"

    def to_python(self, value: str) -> str:
        """The number as text."""
        return value

    def to_url(self, value: str) -> str:
        """The segment."""
        return value


class FlagConverter:
    """1 or 0."""

    regex = "[01]"

    def to_python(self, value: str) -> bool:
        """Whether it is 1."""
        return value == "1"

    def to_url(self, value: bool) -> str:  # noqa: FBT001  # Django's signature
        """The segment."""
        return str(int(value))


def refuse_impossible_dates(parameters: dict[str, object]) -> None:
    """Raise DomainError validation_failed when a path parameter is a date that does not exist."""
    wrong = {
        name: [f"{value.text} is not a date between {FIRST_YEAR} and {LAST_YEAR}."]
        for name, value in parameters.items()
        if isinstance(value, ImpossibleDate)
    }
    if wrong:
        raise DomainError(
            "validation_failed", f"No such date: {', '.join(sorted(wrong))}.", fields=wrong
        )


register_converter(UidConverter, "uid")
register_converter(DateConverter, "date")
register_converter(MonthConverter, "month")
register_converter(LanguageConverter, "lang")
register_converter(ReferenceConverter, "reference")
register_converter(FlagConverter, "flag")

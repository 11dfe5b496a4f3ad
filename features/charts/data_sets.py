"""Sets of data as a chart widget takes them, in the language that is active."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date, get_month_names
from django.utils.translation import gettext

from bookyflow.availability.month import MonthOccupancy
from bookyflow.core.languages import readable
from bookyflow.core.places import country_name

PALETTE = (
    "11,43,156",
    "240,84,72",
    "95,90,110",
    "28,135,94",
    "214,140,20",
    "122,62,168",
)  # red, green and blue; a set keeps its colour, so that an answer changes with its data alone
WHITE = "#fff"


@dataclass(frozen=True)
class DataSet:
    """A set with what is written beside it. `others` are what only one kind of chart has."""

    title: str
    description: str
    labels: Sequence[str | int]
    label: str | int
    data: Sequence[Any]
    colour: str = PALETTE[0]
    others: Mapping[str, Any] = field(default_factory=dict)

    @property
    def filled(self) -> str:
        """The colour of areas."""
        return f"rgba({self.colour},0.2)"

    @property
    def drawn(self) -> str:
        """The colour of lines and points."""
        return f"rgba({self.colour},1)"

    @property
    def around(self) -> str:
        """The colour around points."""
        return WHITE


def income_sets(
    income: Mapping[int, Mapping[str, Sequence[Decimal]]], *, currency: str, language: str
) -> dict[int, DataSet]:
    """A set for each year, of the twelve months in `currency`; others are beside it."""
    names = get_month_names("abbreviated", "stand-alone", locale=_locale(language))
    return {
        year: DataSet(
            title=gettext("Bookings"),
            description=gettext("Income by year/month"),
            labels=[names[month] for month in range(1, 13)],
            label=year,
            data=by_currency.get(currency, [Decimal(0)] * 12),
            colour=PALETTE[year % len(PALETTE)],
            others={"currency": currency, "by_currency": by_currency},
        )
        for year, by_currency in income.items()
    }


def country_set(guests: Mapping[str, int], *, today: date, language: str) -> DataSet:
    """Countries and how many guests come from each, in the same order."""
    return DataSet(
        title=gettext("Guests"),
        description=gettext("Country"),
        labels=[country_name(code, language) or gettext("Not known") for code in guests],
        label=month_name(today, language),
        data=list(guests.values()),
    )


def occupancy_set(found: MonthOccupancy, *, language: str) -> DataSet:
    """The days of a month and how many rooms are booked on each."""
    month = month_name(found.first, language)
    return DataSet(
        title=gettext("Bookings %(month)s") % {"month": month},
        description=gettext("Rooms booked by month/day"),
        labels=found.days,
        label=month,
        data=found.booked,
        colour=PALETTE[2],
        others={"capacity": found.capacity},
    )


def month_name(day: date, language: str) -> str:
    """The month of a day: June 2027."""
    return format_date(day, "LLLL y", locale=_locale(language))


def _locale(language: str) -> str:
    return readable(language).replace("-", "_")

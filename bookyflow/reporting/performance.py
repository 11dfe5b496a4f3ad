"""How well a property sells: occupancy, ADR, RevPAR and revenue, by month and by source.

As hotels reckon them: nights and net amounts count in the month in which the night lies (a line is
shared evenly among its nights), whenever it was booked or paid. What is on the books for months to
come counts as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from bookyflow.availability.models import OccupancyKind
from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError
from bookyflow.core.money import rounded
from bookyflow.pricing.lines import LineKind
from bookyflow.properties.models import Property
from bookyflow.reporting import sql
from bookyflow.reservations.models import BookingState
from bookyflow.rooms.models import Room

MOST_MONTHS = 36
STAFF, GUEST = "staff", "guest"  # sources that are no channel
UNSOLD = [BookingState.ENQUIRY, BookingState.REJECTED]
OF_ROOMS = [
    LineKind.ACCOMMODATION,
    LineKind.DISCOUNT,
    LineKind.SINGLE_SUPPLEMENT,
    LineKind.CHILDREN,
]
NO_REVENUE = [LineKind.CITY_TAX]  # collected for the town
PERCENT = Decimal(100)


@dataclass
class Sold:
    """Nights and net amounts in the property's currency; `nights` are room-nights."""

    nights: int = 0
    rooms: Decimal = Decimal(0)
    other: Decimal = Decimal(0)

    @property
    def revenue(self) -> Decimal:
        """All of it."""
        return self.rooms + self.other


@dataclass
class Month(Sold):
    """A month of a property. `available` are the nights of the rooms that there are now."""

    first: date = date.min
    available: int = 0
    blocked: int = 0
    currency: str = ""

    @property
    def occupancy(self) -> Decimal | None:
        """Room-nights sold in per cent of those available, to a tenth; None without rooms."""
        if not self.available:
            return None
        return (PERCENT * self.nights / self.available).quantize(Decimal("0.1"))

    @property
    def adr(self) -> Decimal | None:
        """The average daily rate: net revenue of rooms by nights sold; None without any."""
        return rounded(self.rooms / self.nights, self.currency) if self.nights else None

    @property
    def revpar(self) -> Decimal | None:
        """Net revenue of rooms by nights available; None without rooms."""
        return rounded(self.rooms / self.available, self.currency) if self.available else None


@dataclass
class Source(Sold):
    """What came by a channel, by its name, from staff (STAFF) or from guests (GUEST)."""

    name: str = ""
    by_month: dict[date, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Performance:
    """Months in their order, sources by revenue, and what was earned in other currencies, net."""

    currency: str
    months: list[Month]
    sources: list[Source]
    other_currencies: dict[str, Decimal]

    def total(self) -> Month:
        """All months as one."""
        return Month(
            first=self.months[0].first,
            nights=sum(one.nights for one in self.months),
            rooms=sum((one.rooms for one in self.months), Decimal(0)),
            other=sum((one.other for one in self.months), Decimal(0)),
            available=sum(one.available for one in self.months),
            blocked=sum(one.blocked for one in self.months),
            currency=self.currency,
        )


def performance(*, prop: Property, first: date, months: int) -> Performance:
    """The months from that of `first` on; three queries.

    Raises DomainError `validation_failed` for less than one month or more than MOST_MONTHS, and for
    months beyond the calendar.
    """
    if not 1 <= months <= MOST_MONTHS:
        told = f"Between 1 and {MOST_MONTHS} months."
        raise DomainError("validation_failed", fields={"months": [told]})
    starts = _starts(first, months + 1)
    books = _Books(prop, starts)
    values = {
        "property_id": prop.pk,
        "start": starts[0],
        "end": starts[-1],
        "staff": STAFF,
        "guest": GUEST,
        "unsold": UNSOLD,
        "of_rooms": OF_ROOMS,
        "left_out": NO_REVENUE,
    }
    for row in _rows(sql.NIGHTS, values):
        books.add_nights(*row)
    for row in _rows(sql.REVENUE, values):
        books.add_amount(*row)
    return books.closed()


class _Books:
    """What is being added up."""

    def __init__(self, prop: Property, starts: Sequence[date]) -> None:
        self.currency = prop.settings.currency
        rooms = Room.objects.filter(property=prop).count()
        self.months = {
            start: Month(first=start, available=rooms * (end - start).days, currency=self.currency)
            for start, end in pairwise(starts)
        }
        self.sources: dict[str, Source] = {}
        self.others: dict[str, Decimal] = defaultdict(Decimal)

    def add_nights(self, first: date, kind: str, name: str, nights: int) -> None:
        month = self.months[first]
        if kind == OccupancyKind.BLOCK:
            month.blocked += nights
            return
        month.nights += nights
        self._source(name).nights += nights

    def add_amount(
        self,
        first: date,
        currency: str,
        name: str,
        of_rooms: bool,  # noqa: FBT001  # a column of the row
        net: Decimal,
    ) -> None:
        if currency != self.currency:
            self.others[currency] += net
            return
        source = self._source(name)
        source.by_month[first] = source.by_month.get(first, Decimal(0)) + net
        for sold in (self.months[first], source):
            if of_rooms:
                sold.rooms += net
            else:
                sold.other += net

    def closed(self) -> Performance:
        """All of it, rounded once: shares of nights have more places than the currency."""
        for sold in (*self.months.values(), *self.sources.values()):
            sold.rooms = rounded(sold.rooms, self.currency)
            sold.other = rounded(sold.other, self.currency)
        for source in self.sources.values():
            months = source.by_month.items()
            source.by_month = {day: rounded(net, self.currency) for day, net in months}
        by_revenue = sorted(self.sources.values(), key=lambda one: (-one.revenue, one.name))
        others = {of: rounded(net, of) for of, net in sorted(self.others.items())}
        return Performance(self.currency, list(self.months.values()), by_revenue, others)

    def _source(self, name: str) -> Source:
        return self.sources.setdefault(name, Source(name=name))


def _starts(first: date, count: int) -> list[date]:
    """The first days of that many months."""
    number = first.year * 12 + first.month - 1
    last = number + count - 1
    if last >= (date.max.year + 1) * 12:
        raise DomainError("validation_failed", fields={"first": ["That is too far ahead."]})
    return [date(one // 12, one % 12 + 1, 1) for one in range(number, last + 1)]


def _rows(text: str, values: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return rows

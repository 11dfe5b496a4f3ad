"""The room plan as a grid: where each bar begins and ends, in half days, and what it says.

Guests come and go about noon, so a bar begins in the middle of its first day and ends in the middle
of the day of departure: two stays can meet on one day. Columns are lines of the grid, from 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy, ngettext

from bookyflow.availability.explanations import Explanation
from bookyflow.availability.models import Occupancy, OccupancyKind
from bookyflow.core.dates import days
from bookyflow.properties.models import Property
from bookyflow.reservations.amendments.preview import CHANGEABLE
from bookyflow.reservations.desk_day import NOT_YET
from bookyflow.reservations.models import ARRIVED, BookingKind
from bookyflow.reservations.room_plan import RoomPlan
from bookyflow.rooms.models import Room
from bookyflow.web.bookings.words import STATES
from bookyflow.web.desk.words import guest_name, state_name

LENGTHS = (14, 31)
SIGNS = {  # so that nobody has to tell colours apart
    "enquiry": "?",
    "provisional": "○",
    "confirmed": "●",
    "checked_in": "▶",
    "checked_out": "✓",
    "block": "✕",
    "imported": "⇄",
    "hold": "…",
}
LEGEND = (
    ("enquiry", gettext_lazy("Enquiry, held")),
    *((state, STATES[state]) for state in (*NOT_YET, *ARRIVED)),
    ("block", gettext_lazy("Blocked")),
    ("imported", gettext_lazy("Taken in another calendar")),
    ("hold", gettext_lazy("Being booked")),
)
CLOSED = frozenset({"stop_sell", "tariff_closed", "no_price"})
MARKS = {
    "closed_to_arrival": (gettext_lazy("no arr."), gettext_lazy("no arrival")),
    "changeover_day": (gettext_lazy("no arr."), gettext_lazy("no arrival")),
    "closed_to_departure": (gettext_lazy("no dep."), gettext_lazy("no departure")),
}


@dataclass(frozen=True)
class Window:
    """The days that the plan shows."""

    first: date
    length: int

    @property
    def end(self) -> date:
        """The day after the last."""
        return self.first + timedelta(days=self.length)

    @property
    def days(self) -> list[date]:
        """Every day in order."""
        return days(self.first, self.end)

    @property
    def before(self) -> date:
        """Where the page before begins."""
        return self.first - timedelta(days=self.length)

    def begins(self, night: date) -> int:
        """The line at which a bar begins."""
        return max(2 * (night - self.first).days + 2, 1)

    def ends(self, departure: date) -> int:
        """The line at which a bar ends."""
        return min(2 * (departure - self.first).days + 2, 2 * self.length + 1)


@dataclass(frozen=True)
class Bar:
    """Nights of a room that somebody has."""

    kind: str
    begins: int
    ends: int
    label: str
    told: str
    url: str
    arrival: date
    departure: date
    is_fixed: bool
    is_open_before: bool
    is_open_after: bool

    @property
    def sign(self) -> str:
        """What stands for the kind, beside its colour."""
        return SIGNS[self.kind]


@dataclass(frozen=True)
class Row:
    """A room with its bars."""

    room: Room
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Cell:
    """A room type on one night: rooms left, the lowest price, and what restricts the sale."""

    day: date
    left: int
    price: str
    is_closed: bool
    marks: Sequence[tuple[str, str]]
    is_weekend: bool
    is_today: bool


@dataclass(frozen=True)
class Group:
    """The rooms of a type."""

    name: str
    cells: Sequence[Cell]
    rows: Sequence[Row]


@dataclass(frozen=True)
class DayHead:
    """A day on top of the plan, and its stripe behind the rooms."""

    day: date
    is_weekend: bool
    is_today: bool


def heads_of(prop: Property, window: Window) -> list[DayHead]:
    """The days of the window."""
    today = prop.settings.today()
    return [DayHead(day, is_weekend(prop, day), day == today) for day in window.days]


def is_weekend(prop: Property, day: date) -> bool:
    """Whether the night of a day is one of the property's weekend."""
    return day.isoweekday() % 7 in prop.settings.weekend()


def groups_of(
    prop: Property, plan: RoomPlan, window: Window, elsewhere: Mapping[int, str]
) -> list[Group]:
    """The rooms by type, with their bars.

    `elsewhere` are the blocks that are stays of other calendars, by id, with what these are called.
    """
    found = []
    for room_type, rooms in groupby(plan.rooms, key=lambda room: room.room_type):
        rows = [
            Row(room, [_bar(prop, one, window, elsewhere) for one in plan.held.get(room.pk, ())])
            for room in rooms
        ]
        cells = list(_cells(prop, plan, window, room_type.pk))
        found.append(Group(room_type.name, cells, rows))
    return found


def _bar(prop: Property, held: Occupancy, window: Window, elsewhere: Mapping[int, str]) -> Bar:
    booking = held.booking
    arrival, departure = held.nights.lower, held.nights.upper
    kind, label, url, is_fixed = "hold", gettext("Being booked"), "", True
    if booking is not None:
        label = guest_name(booking)
        kind = "block" if booking.kind == BookingKind.BLOCK else booking.state
        name = "web:block" if kind == "block" else "web:plan_booking"
        url = f"{reverse(name, args=[prop.pk, booking.pk])}?room={held.room_id}"
        departure_told = booking.departs_on
        is_fixed = kind != "block" and booking.state not in CHANGEABLE
        state = gettext("Enquiry, held") if _is_held(held) else state_name(booking)
        if booking.pk in elsewhere:
            kind, state, is_fixed = "imported", gettext("Taken in another calendar"), True
            label = elsewhere[booking.pk]
    else:
        departure_told, state = departure, ""
    between = {"first": _day(arrival), "last": _day(departure_told)}
    stay = gettext("%(first)s to %(last)s") % between
    return Bar(
        kind=kind,
        begins=window.begins(arrival),
        ends=window.ends(departure),
        label=label,
        told=", ".join(filter(None, [state, stay])),
        url=url,
        arrival=arrival,
        departure=departure_told,
        is_fixed=is_fixed,
        is_open_before=arrival < window.first,
        is_open_after=departure >= window.end,
    )


def _is_held(held: Occupancy) -> bool:
    return held.kind == OccupancyKind.HOLD


def _cells(prop: Property, plan: RoomPlan, window: Window, room_type: int) -> Iterator[Cell]:
    today, currency = prop.settings.today(), prop.settings.currency
    for day in window.days:
        night = plan.nights[room_type, day]
        price = plan.prices.get((room_type, day))
        reasons = {reason.key for reason in night.reasons}
        yield Cell(
            day=day,
            left=max(night.for_sale, 0),
            price=_short(price, currency) if price else "",
            is_closed=bool(reasons & CLOSED),
            marks=list(_marks(night, reasons)),
            is_weekend=is_weekend(prop, day),
            is_today=day == today,
        )


def _marks(night: Explanation, reasons: set[str]) -> Iterator[tuple[str, str]]:
    """What restricts the sale of a night: in short, and in words."""
    if "stop_sell" in reasons:
        yield gettext("stop"), gettext("not for sale")
    elif "no_price" in reasons:
        yield gettext("no price"), gettext("no price")
    elif "tariff_closed" in reasons:
        yield gettext("closed"), gettext("every rate plan is closed")
    found = {MARKS[key] for key in reasons & MARKS.keys()}
    yield from sorted((str(short), str(told)) for short, told in found)
    if night.min_stay and night.min_stay > 1:
        told = ngettext("at least %(count)s night", "at least %(count)s nights", night.min_stay)
        yield f"≥{night.min_stay}", told % {"count": night.min_stay}


def _short(price: Decimal, currency: str) -> str:
    """A price in little room: without its currency, and without decimals where they are zeros."""
    whole = price.quantize(Decimal(1))
    return f"{whole:f}" if whole == price else f"{price.quantize(Decimal('0.01')):f}"


def _day(day: date) -> str:
    return date_format(day, "j M")

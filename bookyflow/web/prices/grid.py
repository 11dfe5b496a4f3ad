"""The nights of rate plans and room types as a table: what a page of prices shows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext

from bookyflow.ari.selectors import AriOfProperty, RateNight, RoomNight, ari_read
from bookyflow.availability.explanations import STOCK, Explanation, explanations
from bookyflow.core.dates import ONE_DAY, days
from bookyflow.core.money import amount_text
from bookyflow.properties.models import Property
from bookyflow.rooms.models import RoomType

SHOWN = 14  # days
SATURDAY, SUNDAY = 5, 6  # as Python counts


@dataclass(frozen=True)
class GridDay:
    """A column."""

    date: date
    is_today: bool

    @property
    def is_weekend(self) -> bool:
        """Whether it is a Saturday or Sunday."""
        return self.date.weekday() in {SATURDAY, SUNDAY}


@dataclass(frozen=True)
class RateCell:
    """A night of a rate plan."""

    day: date
    rate: RateNight | None
    currency: str
    is_over: bool

    @property
    def price(self) -> str:
        """The price, without ".00"; "" for none."""
        if self.rate is None or self.rate.price is None:
            return ""
        whole, _, cents = amount_text(self.rate.price, self.currency).partition(".")
        return f"{whole}.{cents}" if cents.strip("0") else whole

    @property
    def marks(self) -> list[str]:
        """The restrictions, as short as a cell is."""
        rate = self.rate
        if rate is None:
            return []
        longest = f"\N{EN DASH}{rate.max_stay}" if rate.max_stay else "+"
        stays = [f"{rate.min_stay}{longest}"] if rate.min_stay > 1 or rate.max_stay else []
        letters = [(rate.closed_to_arrival, "A"), (rate.closed_to_departure, "D")]
        return stays + [f"✕{letter}" for on, letter in letters if on]

    @property
    def is_closed(self) -> bool:
        """Whether it is closed at any price."""
        return self.rate is not None and self.rate.stop_sell

    @property
    def told(self) -> str:
        """All of it in words."""
        said = [date_format(self.day, "D j M"), self.price or gettext("no price")]
        rate = self.rate
        if rate is not None:
            if rate.stop_sell:
                said.append(gettext("closed"))
            if rate.min_stay > 1:
                least = ngettext("at least %(n)s night", "at least %(n)s nights", rate.min_stay)
                said.append(least % {"n": rate.min_stay})
            if rate.max_stay:
                most = ngettext("at most %(n)s night", "at most %(n)s nights", rate.max_stay)
                said.append(most % {"n": rate.max_stay})
            if rate.closed_to_arrival:
                said.append(gettext("no arrival"))
            if rate.closed_to_departure:
                said.append(gettext("no departure"))
        return ", ".join(said)


@dataclass(frozen=True)
class RoomCell:
    """A night of a room type."""

    day: date
    night: RoomNight | None
    explanation: Explanation | None
    is_over: bool

    @property
    def left(self) -> int:
        """How many rooms are for sale."""
        return self.explanation.for_sale if self.explanation else 0

    @property
    def limit(self) -> int | None:
        """How many may be sold in all; None: as many as there are."""
        return self.night.inventory if self.night else None

    @property
    def is_stopped(self) -> bool:
        """Whether sale has been stopped."""
        return bool(self.night and self.night.stop_sell)

    @property
    def told(self) -> str:
        """All of it in words."""
        left = ngettext("%(n)s room left", "%(n)s rooms left", self.left) % {"n": self.left}
        said = [date_format(self.day, "D j M"), left]
        if self.limit is not None:
            said.append(gettext("at most %(n)s sold") % {"n": self.limit})
        if self.explanation:
            said += [one.sentence for one in self.explanation.reasons if one.key in STOCK]
        return ", ".join(said)


@dataclass(frozen=True)
class PlanRow:
    """A rate plan with its cells."""

    pk: int
    name: str
    cells: list[RateCell]


@dataclass(frozen=True)
class TypeRows:
    """A room type with its rooms left, and its rate plans."""

    pk: int
    name: str
    rooms: int
    cells: list[RoomCell]
    plans: list[PlanRow]


class PriceGrid:
    """Rate plans by room type, on the days from `first` on."""

    def __init__(self, prop: Property, first: date, *, length: int = SHOWN) -> None:
        self._prop = prop
        self.first = first
        self.last = first + timedelta(days=length - 1)
        self.today = prop.settings.today()

    @property
    def days(self) -> list[GridDay]:
        """The columns."""
        return [GridDay(day, day == self.today) for day in self._days]

    @property
    def before(self) -> date:
        """The first day of the page before, today where that would be over."""
        return self.first - timedelta(days=len(self._days))

    @property
    def after(self) -> date:
        """The first day of the next page."""
        return self.last + ONE_DAY

    @cached_property
    def types(self) -> list[TypeRows]:
        """The rows: room types by name, with their rate plans; three queries."""
        read = ari_read(prop=self._prop, first=self.first, last=self.last)
        found: defaultdict[int, dict[date, Explanation]] = defaultdict(dict)
        for one in explanations(prop=self._prop, first=self.first, last=self.last):
            found[one.room_type_id or 0][one.date] = one
        plans = defaultdict(list)
        for pk, plan in read.rate_plans.items():
            cells = [self._rate(day, plan.nights.get(day)) for day in self._days]
            plans[plan.room_type_id].append(PlanRow(pk, plan.name, cells))
        kinds = RoomType.objects.filter(pk__in={*plans, *read.room_types}).order_by("name", "pk")
        return [self._type(kind, read, plans[kind.pk], found[kind.pk]) for kind in kinds]

    @cached_property
    def _days(self) -> list[date]:
        return days(self.first, self.last + ONE_DAY)

    def _rate(self, day: date, rate: RateNight | None) -> RateCell:
        return RateCell(day, rate, self._prop.settings.currency, day < self.today)

    def _type(
        self,
        kind: RoomType,
        read: AriOfProperty,
        plans: list[PlanRow],
        explained: dict[date, Explanation],
    ) -> TypeRows:
        of_type = read.room_types.get(kind.pk)
        nights = of_type.nights if of_type else {}
        cells = [
            RoomCell(day, nights.get(day), explained.get(day), day < self.today)
            for day in self._days
        ]
        return TypeRows(kind.pk, kind.name, of_type.rooms if of_type else 0, cells, plans)

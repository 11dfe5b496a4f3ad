"""Nights of one property, changed by its own staff: the rules of rows, with no channel."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.db import transaction

from bookyflow.ari.nights import Nights, Sheet
from bookyflow.ari.rows import EVERY_DAY, AriRow, Mode, Part
from bookyflow.ari.selectors import ari_read
from bookyflow.ari.services import changes_write, places_of
from bookyflow.ari.targets import Place, RateValues, target_of
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.money import rounded
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property

MOST_NIGHTS = 100_000  # in one edit, counted rate plan by rate plan and type by type
WHOLE = Decimal(100)


class PriceStep(StrEnum):
    """How an edit changes prices: to an amount, by an amount, or by per cent."""

    SET = "set"
    ADD = "add"
    PERCENT = "percent"


@dataclass(frozen=True)
class PriceChange:
    """What becomes of the price of a night; less than 0 lowers it, where it is a change by so much.

    Raises DomainError `validation_failed` for what is no number.
    """

    step: PriceStep
    amount: Decimal

    def __post_init__(self) -> None:
        """Refuse what cannot be reckoned with."""
        if not self.amount.is_finite():
            raise DomainError("validation_failed", fields={"price": ["A number is needed."]})

    def of(self, price: Decimal, currency: str) -> Decimal:
        """The new price, in whole units of the currency."""
        if self.step is PriceStep.ADD:
            return price + self.amount
        return rounded(price * (WHOLE + self.amount) / WHOLE, currency)


@dataclass(frozen=True)
class NightsEdit:
    """What is to change of nights from `first` to `last`, both included, on some weekdays.

    Weekdays are 0 Sunday to 6 Saturday. None leaves things as they are. Prices and restrictions
    are those of rate plans, `inventory` and `stop_sell` those of room types. A `max_stay` of 0
    takes the limit away, and so does `is_unlimited` that of the rooms to sell.
    """

    first: date
    last: date
    tariff_type_ids: frozenset[int] = frozenset()
    room_type_ids: frozenset[int] = frozenset()
    weekdays: frozenset[int] = EVERY_DAY
    price: PriceChange | None = None
    min_stay: int | None = None
    max_stay: int | None = None
    closed: bool | None = None
    closed_to_arrival: bool | None = None
    closed_to_departure: bool | None = None
    inventory: int | None = None
    is_unlimited: bool = False
    stop_sell: bool | None = None

    @property
    def row_of_rates(self) -> AriRow:
        """What it says of a rate plan, beside a change of prices by an amount or per cent."""
        is_set = self.price is not None and self.price.step is PriceStep.SET
        return AriRow(
            0,
            self.first,
            self.last,
            weekdays=self.weekdays,
            price=self.price.amount if self.price is not None and is_set else None,
            min_stay=self.min_stay,
            max_stay=self.max_stay,
            stop_sell=self.closed,
            closed_to_arrival=self.closed_to_arrival,
            closed_to_departure=self.closed_to_departure,
        )

    @property
    def row_of_limits(self) -> AriRow:
        """What it says of a room type, beside taking a limit away."""
        return AriRow(
            0,
            self.first,
            self.last,
            weekdays=self.weekdays,
            inventory=self.inventory,
            stop_sell=self.stop_sell,
        )

    @property
    def has_rates(self) -> bool:
        """Whether it says anything of rate plans."""
        return self.price is not None or says_anything(self.row_of_rates)

    @property
    def has_limits(self) -> bool:
        """Whether it says anything of room types."""
        return self.is_unlimited or says_anything(self.row_of_limits)


@dataclass(frozen=True)
class PlanChange:
    """How many nights of a rate plan change; their prices before and after, lowest and highest.

    None where no night has a price.
    """

    nights: int
    before: tuple[Decimal, Decimal] | None
    after: tuple[Decimal, Decimal] | None


@dataclass(frozen=True)
class NightsChanged:
    """What an edit does: changes by rate plan, nights by room type, and the days they lie on."""

    plans: Mapping[int, PlanChange]
    room_types: Mapping[int, int]
    days: int


@transaction.atomic
def nights_edit(*, property_id: int, edit: NightsEdit, by: Actor) -> NightsChanged:
    """Change nights of rate plans and room types, all of them or none.

    Nights that are over stay as they are, and a change by an amount or per cent passes over nights
    without a price. One event of rates and one of room types, as far as any are others.

    Raises DomainError `property_not_found`, `tariff_type_not_found`, `no_rooms_of_this_type`,
    `dates_in_past`, and `validation_failed` for an edit that says nothing or nothing of what it
    names, a reversed range, one beyond ten years from now, a price below 0 or too fine for the
    currency, limits out of order, and more than MOST_NIGHTS.
    """
    locked = property_lock(property_id)
    sheet, places = _carried_out(locked, edit)
    changes_write(sheet, places, by)
    return _told(sheet)


def nights_preview(*, prop: Property, edit: NightsEdit) -> NightsChanged:
    """What `nights_edit` would do now. Raises as it does."""
    sheet, _ = _carried_out(prop, edit)
    return _told(sheet)


def _carried_out(prop: Property, edit: NightsEdit) -> tuple[Sheet, dict[int, Place]]:
    _check(edit)
    places = places_of({prop.pk: prop})
    found = [(row, target_of(row, places, mode)) for row, mode in _rows(prop, edit)]
    sheet = Sheet([row for row, _ in found], [target for _, target in found])
    for _, refusal in sorted(sheet.refused.items()):
        raise refusal
    return sheet, places


def _check(edit: NightsEdit) -> None:
    problems = {}
    if not (edit.has_rates or edit.has_limits):
        problems[""] = ["Nothing is to change yet: say what."]
    if edit.has_rates and not edit.tariff_type_ids:
        problems["tariff_type_ids"] = ["Choose the rate plans whose nights change."]
    if edit.has_limits and not edit.room_type_ids:
        problems["room_type_ids"] = ["Choose the room types whose nights change."]
    if not edit.weekdays:
        problems["weekdays"] = ["Choose at least one day of the week."]
    if edit.last < edit.first:
        problems["last"] = ["It is before the first night."]
    named = len(edit.tariff_type_ids) + len(edit.room_type_ids)
    if not problems and ((edit.last - edit.first).days + 1) * named > MOST_NIGHTS:
        problems["last"] = [f"At most {MOST_NIGHTS} nights of all that is chosen."]
    if problems:
        told = next(iter(problems.values()))[0]
        fields = {name: texts for name, texts in problems.items() if name}
        raise DomainError("validation_failed", told, fields=fields)


def says_anything(row: AriRow) -> bool:
    """Whether a row has a value."""
    values = (row.price, row.min_stay, row.max_stay, row.stop_sell, row.inventory)
    return any(v is not None for v in (*values, row.closed_to_arrival, row.closed_to_departure))


def _rows(prop: Property, edit: NightsEdit) -> Iterator[tuple[AriRow, Mode]]:
    if edit.has_rates:
        for row in _rows_of_rates(prop, edit):
            yield row, Mode.OVERLAY
    if edit.has_limits:
        yield from _rows_of_limits(prop, edit)


def _rows_of_rates(prop: Property, edit: NightsEdit) -> Iterator[AriRow]:
    of_plan = edit.row_of_rates._replace(property_id=prop.pk)
    for plan in sorted(edit.tariff_type_ids):
        if says_anything(of_plan):
            yield of_plan._replace(tariff_type_id=plan)
    if edit.price is not None and edit.price.step is not PriceStep.SET:
        yield from _changed_prices(prop, edit, edit.price)


def _rows_of_limits(prop: Property, edit: NightsEdit) -> Iterator[tuple[AriRow, Mode]]:
    said = edit.row_of_limits._replace(property_id=prop.pk)
    gone = AriRow(prop.pk, edit.first, edit.last, weekdays=edit.weekdays)
    gone = gone._replace(parts=frozenset({Part.INVENTORY}))
    for room_type in sorted(edit.room_type_ids):
        if edit.is_unlimited:
            yield gone._replace(room_type_id=room_type), Mode.REMOVE
        if says_anything(said):
            yield said._replace(room_type_id=room_type), Mode.OVERLAY


def _changed_prices(prop: Property, edit: NightsEdit, change: PriceChange) -> Iterator[AriRow]:
    """A row for each night that has a price."""
    plans = ari_read(prop=prop, first=edit.first, last=edit.last).rate_plans
    whole = AriRow(prop.pk, edit.first, edit.last, weekdays=edit.weekdays)
    meant = set(whole.nights(prop.settings.today()))
    for plan in sorted(edit.tariff_type_ids):
        if plan not in plans:
            raise DomainError("tariff_type_not_found")
        for night, rate in plans[plan].nights.items():
            if night in meant and rate.price is not None:
                price = _changed(change, rate.price, night, prop.settings.currency)
                yield AriRow(prop.pk, night, night, plan, price=price)


def _changed(change: PriceChange, price: Decimal, night: date, currency: str) -> Decimal:
    found = change.of(price, currency)
    if found < 0:
        problem = f"The price of {night} would be below 0."
        raise DomainError("validation_failed", fields={"price": [problem]})
    return found


def _told(sheet: Sheet) -> NightsChanged:
    by_plan: defaultdict[int, list[date]] = defaultdict(list)
    for plan, night in sheet.rates.changed:
        by_plan[plan].append(night)
    by_type = Counter(room_type for (_, room_type), _ in sheet.limits.changed)
    days = {night for _, night in (*sheet.rates.changed, *sheet.limits.changed)}
    plans = {
        plan: PlanChange(len(nights), *_prices(sheet.rates, [(plan, night) for night in nights]))
        for plan, nights in by_plan.items()
    }
    return NightsChanged(plans, dict(by_type), len(days))


def _prices(
    rates: Nights[int, RateValues], changed: Iterable[tuple[int, date]]
) -> tuple[tuple[Decimal, Decimal] | None, tuple[Decimal, Decimal] | None]:
    before = [rates.before[night][0] for night in changed if night in rates.before]
    return _span(before), _span([rates.changed[night][0] for night in changed])


def _span(prices: list[Decimal | None]) -> tuple[Decimal, Decimal] | None:
    found = [price for price in prices if price]
    return (min(found), max(found)) if found else None

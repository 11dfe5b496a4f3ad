from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import BoolAnd
from django.db.models import Count, Max, Min, QuerySet

from bookyflow.core.dates import ONE_DAY, Stay, days
from bookyflow.core.prepared import columns, instance, selected
from bookyflow.core.together import Read
from bookyflow.properties.models import BookingModel, Property, TariffMode
from bookyflow.tariffs import sql
from bookyflow.tariffs.models import DailyRate, MinimumOfType, TariffType, TaxRate
from bookyflow.tariffs.overrides import NONE, Overrides
from bookyflow.tariffs.rules import Asked, NightRate, Refusal, refusals_of

DAYS_OF_WEEK = 7


@dataclass(frozen=True)
class RateRow:
    """Consecutive days of one tariff type with the same price and conditions.

    `rates_uid` is the id of the first day's rate; both dates are included.
    """

    rates_uid: int
    tariff_type: TariffType
    valid_from: date
    valid_to: date
    price: Decimal
    min_stay: int
    max_stay: int

    @property
    def dates(self) -> list[date]:
        """Every night in order."""
        return days(self.valid_from, self.valid_to + ONE_DAY)

    @property
    def allows_holidays(self) -> bool:
        """Yes: no condition of a tariff is about public holidays."""
        return True


@dataclass(frozen=True)
class Offer:
    """A tariff type whose conditions a stay meets, with the price of every night in order."""

    tariff_type: TariffType
    nights: tuple[tuple[date, Decimal], ...]


# A tariff type with its rates by date.
Rates = tuple[TariffType, dict[date, NightRate]]


def closed_nights(
    *, property_id: int, room_type_ids: Collection[int], nights: Collection[date]
) -> list[date]:
    """The nights on which a room type is closed in every tariff that has a price, in order.

    Without any price a night is not closed. One query.
    """
    rates = DailyRate.objects.filter(
        property=property_id,
        date__in=nights,
        tariff_type__deleted_at=None,
        tariff_type__room_type__in=room_type_ids,
    ).values("date", "tariff_type__room_type")
    found = rates.annotate(is_closed=BoolAnd("closed")).filter(is_closed=True)
    return sorted({row["date"] for row in found})


def rate_rows(*, property_ids: Iterable[int]) -> dict[int, list[RateRow]]:
    """The open prices of properties, collapsed: property id → rows by tariff type and date."""
    rates = (
        DailyRate.objects.filter(
            property__in=property_ids, closed=False, price__gt=0, tariff_type__deleted_at=None
        )
        .select_related("tariff_type")
        .order_by("property_id", "tariff_type_id", "date")
    )
    found: dict[int, list[RateRow]] = {}
    for run in _runs(rates):
        row = _row(run, run[0].tariff_type)
        found.setdefault(run[0].property_id, []).append(row)
    return found


def rates_by_type(
    *, tariff_types: Sequence[TariffType]
) -> dict[int, dict[int, dict[int, RateRow]]]:
    """The open prices of tariff types: room type id → tariff type id → rates_uid → row; one query.

    A tariff type without prices is there, with none.
    """
    by_id = {one.pk: one for one in tariff_types}
    found: dict[int, dict[int, dict[int, RateRow]]] = {}
    for one in tariff_types:
        found.setdefault(one.room_type_id, {})[one.pk] = {}
    rates = DailyRate.objects.filter(tariff_type__in=by_id, closed=False, price__gt=0)
    for run in _runs(rates.order_by("tariff_type_id", "date")):
        row = _row(run, by_id[run[0].tariff_type_id])
        found[row.tariff_type.room_type_id][row.tariff_type.pk][row.rates_uid] = row
    return found


def _row(run: Sequence[DailyRate], tariff_type: TariffType) -> RateRow:
    first = run[0]
    return RateRow(
        rates_uid=first.pk,
        tariff_type=tariff_type,
        valid_from=first.date,
        valid_to=run[-1].date,
        price=first.price,
        min_stay=first.min_stay,
        max_stay=first.max_stay or tariff_type.max_stay,
    )


def rate_list(*, prop: Property) -> list[RateRow]:
    """The open rates of one property, collapsed, by their first day; one query."""
    rows = rate_rows(property_ids=[prop.pk]).get(prop.pk, [])
    return sorted(rows, key=lambda row: (row.valid_from, row.rates_uid))


def tariff_dates(*, prop: Property) -> dict[int, list[date]]:
    """The nights with an open price, in order: tariff type id → dates; one query."""
    rates = DailyRate.objects.filter(
        property=prop, closed=False, price__gt=0, tariff_type__deleted_at=None
    )
    found: dict[int, list[date]] = {}
    for pk, night in rates.order_by("tariff_type", "date").values_list("tariff_type", "date"):
        found.setdefault(pk, []).append(night)
    return found


def lowest_price(*, prop: Property, on: date) -> Decimal | None:
    """The smallest positive price of a night, as entered; None when none is for sale."""
    rates = DailyRate.objects.filter(
        property=prop, date=on, closed=False, price__gt=0, tariff_type__deleted_at=None
    )
    least: Decimal | None = rates.aggregate(least=Min("price"))["least"]
    return least


def lowest_prices(*, prop: Property, first: date, last: date) -> dict[tuple[int, date], Decimal]:
    """The smallest open price of each room type and night, by both; one query."""
    rates = DailyRate.objects.filter(
        property=prop,
        date__range=(first, last),
        closed=False,
        price__gt=0,
        tariff_type__deleted_at=None,
    )
    found = rates.values_list("tariff_type__room_type", "date").annotate(least=Min("price"))
    return {(room_type, night): least for room_type, night, least in found.order_by()}


def offers(
    *,
    prop: Property,
    stay: Stay,
    people: int,
    room_type_id: int | None = None,
    rooms_selected: int | None = 0,
    guest_types: Mapping[int, int] | None = None,
) -> list[Offer]:
    """The tariff types that a stay can have, in order of their ids; one query.

    Every night must have a price above 0 and be open (R-TF-2 to 4), the stay as long as the
    largest minimum of its nights and no longer than allowed (R-TF-5), neither arrival nor departure
    closed, the rooms chosen before this one within limits (R-TF-6; None: not tested), all adults
    of the party, too (R-TF-7; not asked for 0 people, where items are hired, nor of standard
    tariffs), weekend and weekday of arrival as the tariff wants them (R-TF-8 to 10), and enough
    guests of the types chosen, by their ids (R-TF-11; one more query where the property uses guest
    types and some are given). `prop` comes with its settings and type.
    """
    room_types = None if room_type_id is None else [room_type_id]
    return _offers(
        rates_of(prop=prop, stay=stay, room_type_ids=room_types).now(),
        _asked(prop, stay, people, rooms_selected, guest_types),
    )


def offers_of(*, stays: Sequence[tuple[Property, Stay]], people: int) -> dict[int, list[Offer]]:
    """As `offers`, by property id, for the stay of each property at once; one query.

    A stay whose last night is over has none.
    """
    coming = [(prop, stay) for prop, stay in stays if stay.last_night >= prop.settings.today()]
    found = rates_of_each(stays=coming).now() if coming else {}
    return {
        prop.pk: offered
        for prop, stay in coming
        if (offered := _offers(found[prop.pk], _asked(prop, stay, people, 0, None)))
    }


def offers_by_room_type(
    *,
    prop: Property,
    stay: Stay,
    people: int,
    room_type_ids: Iterable[int],
    rooms_selected: int | None = 0,
    guest_types: Mapping[int, int] | None = None,
    override: Overrides = NONE,
    rates: Iterable[Rates] | None = None,
) -> dict[int, list[Offer]]:
    """As `offers`, by room type, for all those given at once; a type may have none.

    No query where `rates` has what `rates_of` tells of the stay.
    """
    found: dict[int, list[Offer]] = {room_type: [] for room_type in room_type_ids}
    asked = _asked(prop, stay, people, rooms_selected, guest_types, override=override)
    if rates is None:
        rates = rates_of(prop=prop, stay=stay, room_type_ids=list(found)).now()
    for offer in _offers((one for one in rates if one[0].room_type_id in found), asked):
        found[offer.tariff_type.room_type_id].append(offer)
    return found


def refusals(
    *,
    prop: Property,
    stay: Stay,
    people: int,
    room_type_id: int,
    rooms_selected: int | None = 0,
    guest_types: Mapping[int, int] | None = None,
    override: Overrides = NONE,
) -> dict[int, list[Refusal]]:
    """Why tariffs of a room type are not offered: every reason by tariff type id; one query.

    Tariff types that are offered, as `offers` decides, are left out.
    """
    asked = _asked(prop, stay, people, rooms_selected, guest_types, override=override)
    known = rates_of(prop=prop, stay=stay, room_type_ids=[room_type_id]).now()
    found = {one.pk: refusals_of(one, rates, asked) for one, rates in known}
    return {pk: reasons for pk, reasons in found.items() if reasons}


@dataclass(frozen=True)
class Verdict:
    """A tariff type with all that is said against its having a stay; nothing: it is offered.

    `nights` have their prices, in order, as far as there are any.
    """

    tariff_type: TariffType
    nights: tuple[tuple[date, Decimal], ...]
    refusals: tuple[Refusal, ...]

    @property
    def offer(self) -> Offer | None:
        """The same as an offer; None where it is refused."""
        return None if self.refusals else Offer(self.tariff_type, self.nights)


def verdicts(
    *, prop: Property, stay: Stay, people: int, rooms_selected: int | None = 0
) -> list[Verdict]:
    """What `offers` decides of each tariff type of a property, by id, with every reason; one query.

    Also of those that have no rates in the stay.
    """
    asked = _asked(prop, stay, people, rooms_selected, None)
    found = []
    for one, rates in rates_of(prop=prop, stay=stay, room_type_ids=None).now():
        nights = tuple((day, rates[day].price) for day in stay.nights if day in rates)
        found.append(Verdict(one, nights, tuple(refusals_of(one, rates, asked))))
    return found


@dataclass(frozen=True)
class Extension:
    """A tariff type for the nights that a stay has not been granted yet, with their prices.

    `refusals` says why it cannot be had; none: it can.
    """

    tariff_type: TariffType
    nights: tuple[tuple[date, Decimal], ...]
    refusals: tuple[Refusal, ...]


def extensions(
    *,
    prop: Property,
    stay: Stay,
    room_type_id: int,
    granted: Collection[date],
    leaves_then: bool,
    people: int,
    override: Overrides = NONE,
) -> list[Extension]:
    """The tariff types of a room type for the nights of a stay that are not `granted`; one query.

    What holds for a new stay holds, but for what was granted: those nights are open and have
    neither a minimum nor a maximum, and where the guest `leaves_then` as before the day of
    departure is. `people` 0: nobody asks for their number. By id.
    """
    asked = _asked(prop, stay, people, None, None, override=override)
    found = []
    known = rates_of(prop=prop, stay=stay, room_type_ids=[room_type_id]).now()
    for tariff_type, by_date in known:
        if not by_date:
            continue
        new = tuple((day, by_date[day].price) for day in stay.nights if day in by_date)
        if leaves_then:
            by_date.pop(stay.departure, None)
        for night in granted:
            by_date[night] = NightRate(night, price=Decimal(1))
        found.append(
            Extension(
                tariff_type,
                tuple(one for one in new if one[0] not in granted),
                tuple(refusals_of(tariff_type, by_date, asked)),
            )
        )
    return found


def tariff_type_list(*, prop: Property) -> QuerySet[TariffType]:
    """The tariff types of a property that were not deleted, by id."""
    return TariffType.objects.filter(property=prop, deleted_at=None).order_by("pk")


def rates_of(*, prop: Property, stay: Stay, room_type_ids: list[int] | None) -> Read[list[Rates]]:
    """What offers of a stay are made of, by tariff type: nights and the day of departure (R-TF-1).

    Of some room types, or of all of them. In order of the ids, with tariff types that have no rates
    then.
    """
    wanted = {
        "property_id": prop.pk,
        "first": stay.arrival,
        "last": stay.departure,
        "since": _since(prop, stay),
        "room_types": room_type_ids,
    }
    return Read(_rates_statement(sql.RATES_OF_STAY), wanted, _grouped, *_rate_columns())


def rates_of_each(*, stays: Sequence[tuple[Property, Stay]]) -> Read[dict[int, list[Rates]]]:
    """The tariff types of each property, by its id, with their rates of its stay and the day of
    departure.
    """
    wanted = {
        "property_ids": [prop.pk for prop, _ in stays],
        "firsts": [stay.arrival for _, stay in stays],
        "lasts": [stay.departure for _, stay in stays],
        "since": [_since(prop, stay) for prop, stay in stays],
    }

    def make(rows: list[Any]) -> dict[int, list[Rates]]:
        found: dict[int, list[Rates]] = {prop.pk: [] for prop, _ in stays}
        for one in _grouped(rows):
            found[one[0].property_id].append(one)
        return found

    return Read(_rates_statement(sql.RATES_OF_STAYS), wanted, make, *_rate_columns())


def _since(prop: Property, stay: Stay) -> date | None:
    """R-TF-2: a tariff that has run out is not offered any more."""
    today = prop.settings.today()
    return today if stay.last_night < today else None


@cache
def _rate_columns() -> tuple[int, tuple[int, ...]]:
    """How many columns there are, and which are dates."""
    own = len(columns(TariffType))
    return own + len(NightRate._fields), (own + NightRate._fields.index("date"),)


def _grouped(rows: Iterable[Any]) -> list[Rates]:
    own = len(columns(TariffType))
    grouped = []
    for _, group in groupby(rows, key=itemgetter(0)):
        found = list(group)
        tariff_type = instance(TariffType, found[0][:own])
        by_date = {}
        for row in found:
            if row[own] is not None:
                rate = NightRate._make(row[own:])
                by_date[rate.date] = rate
        grouped.append((tariff_type, by_date))
    return grouped


@cache
def _rates_statement(statement: str) -> str:
    rate = ",".join(f"rate.{name}" for name in NightRate._fields)
    return statement.format(tariff=selected(TariffType, "tariff"), rate=rate)


def _offers(found: Iterable[Rates], asked: Asked) -> list[Offer]:
    return [
        Offer(tariff_type, tuple((night, by_date[night].price) for night in asked.stay.nights))
        for tariff_type, by_date in found
        if by_date and not refusals_of(tariff_type, by_date, asked)
    ]


def _asked(
    prop: Property,
    stay: Stay,
    people: int,
    rooms_selected: int | None,
    guest_types: Mapping[int, int] | None,
    *,
    override: Overrides = NONE,
) -> Asked:
    weekend = prop.settings.weekend()
    anybody = (
        prop.property_type.flag == BookingModel.ITEM_HIRE
        or prop.settings.tariff_mode == TariffMode.STANDARD  # its limit is that of the rooms
    )
    return Asked(
        stay=stay,
        party=0 if anybody else people,
        rooms_selected=rooms_selected,
        arrival_weekday=weekday(stay.arrival),
        weekend_nights=sum(weekday(night) in weekend for night in stay.nights),
        short_of=_short_of(prop, guest_types or {}),
        override=override,
    )


def _short_of(prop: Property, guest_types: Mapping[int, int]) -> dict[int, tuple[str, int]]:
    chosen = [guest_type for guest_type, quantity in guest_types.items() if quantity > 0]
    if not chosen or not prop.settings.use_guest_types:
        return {}
    minimums = MinimumOfType.objects.filter(property=prop, guest_type__in=chosen)
    return {
        one.room_type_id: (one.guest_type.name, one.quantity)
        for one in minimums.select_related("guest_type").order_by("-pk")
        if guest_types[one.guest_type_id] < one.quantity
    }


def weekday(day: date) -> int:
    """0 Sunday to 6 Saturday, as tariffs and settings count."""
    return day.isoweekday() % DAYS_OF_WEEK


def min_stays(*, property_id: int, first: date, last: date) -> dict[date, int]:
    """The smallest minimum stay of each priced, open night of [first, last]; one query."""
    rates = DailyRate.objects.filter(
        property=property_id,
        date__range=(first, last),
        closed=False,
        price__gt=0,
        tariff_type__deleted_at=None,
    )
    return dict(rates.values_list("date").annotate(least=Min("min_stay")).order_by("date"))


def _runs(rates: Iterable[DailyRate]) -> Iterator[list[DailyRate]]:
    run: list[DailyRate] = []
    for rate in rates:
        if run and not _continues(run[-1], rate):
            yield run
            run = []
        run.append(rate)
    if run:
        yield run


def _continues(last: DailyRate, rate: DailyRate) -> bool:
    return (
        last.tariff_type_id == rate.tariff_type_id
        and rate.date - last.date == ONE_DAY
        and (last.price, last.min_stay, last.max_stay) == (rate.price, rate.min_stay, rate.max_stay)
    )


def years_from(day: date, years: int) -> date:
    """The same day so many years later; 28 February for a 29th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def two_years_from(day: date) -> date:
    """The same day two years later; 28 February for a 29th."""
    return years_from(day, 2)


def horizon(day: date) -> date:
    """The last night that may be priced: ten years ahead, which keeps a typing error small."""
    return day + timedelta(days=3653)


def tax_rates() -> QuerySet[TaxRate]:
    """The tax rates of the site, by code."""
    return TaxRate.objects.order_by("code")


class PlanSpan(NamedTuple):
    """The priced nights of a rate plan from today on: the first, the last, how many."""

    first: date
    last: date
    nights: int


def plan_spans(*, prop: Property) -> dict[int, PlanSpan]:
    """The coming nights with a price by rate plan, closed or not; one query."""
    rates = DailyRate.objects.filter(
        property=prop,
        price__gt=0,
        date__gte=prop.settings.today(),
        tariff_type__deleted_at=None,
    )
    rows = rates.values("tariff_type").annotate(first=Min("date"), last=Max("date"), n=Count("pk"))
    found = rows.order_by("tariff_type").values_list("tariff_type", "first", "last", "n")
    return {pk: PlanSpan(*span) for pk, *span in found}

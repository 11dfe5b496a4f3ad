from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from django.db.models import Min

from bookyflow.core.dates import ONE_DAY, Stay
from bookyflow.properties.models import BookingModel, Property
from bookyflow.tariffs.models import ANY_DAY, DailyRate, TariffType

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


@dataclass(frozen=True)
class Offer:
    """A tariff type whose conditions a stay meets, with the price of every night in order."""

    tariff_type: TariffType
    nights: tuple[tuple[date, Decimal], ...]


def rate_rows(*, property_ids: Iterable[int]) -> dict[int, list[RateRow]]:
    """The open rates of properties, collapsed: property id → rows by tariff type and date."""
    rates = (
        DailyRate.objects.filter(property__in=property_ids, closed=False)
        .select_related("tariff_type")
        .order_by("property_id", "tariff_type_id", "date")
    )
    found: dict[int, list[RateRow]] = {}
    for run in _runs(rates):
        first = run[0]
        found.setdefault(first.property_id, []).append(
            RateRow(
                rates_uid=first.pk,
                tariff_type=first.tariff_type,
                valid_from=first.date,
                valid_to=run[-1].date,
                price=first.price,
                min_stay=first.min_stay,
                max_stay=first.max_stay or first.tariff_type.max_stay,
            )
        )
    return found


def rate_list(*, prop: Property) -> list[RateRow]:
    """The open rates of one property, collapsed, by their first day; one query."""
    rows = rate_rows(property_ids=[prop.pk]).get(prop.pk, [])
    return sorted(rows, key=lambda row: (row.valid_from, row.rates_uid))


def lowest_price(*, prop: Property, on: date) -> Decimal | None:
    """The smallest positive price of a night, as entered; None when none is for sale."""
    rates = DailyRate.objects.filter(property=prop, date=on, closed=False, price__gt=0)
    least: Decimal | None = rates.aggregate(least=Min("price"))["least"]
    return least


def offers(
    *,
    prop: Property,
    stay: Stay,
    people: int,
    room_type_id: int | None = None,
    rooms_selected: int = 0,
) -> list[Offer]:
    """The tariff types that a stay can have, in order of their ids; one query.

    Every night must be priced and open (R-TF-4), the stay at least as long as the largest minimum
    of its nights and no longer than allowed (R-TF-5), neither arrival nor departure closed, the
    party within the limits (R-TF-7; not asked for 0 people, nor where items are hired), the rooms
    chosen before this one within theirs (R-TF-6), and weekend and weekday of arrival as the tariff
    wants them (R-TF-8 to 10). `prop` comes with its settings and type.
    """
    rates = (
        DailyRate.objects.filter(property=prop, date__range=(stay.arrival, stay.departure))
        .select_related("tariff_type")
        .order_by("tariff_type_id", "date")
    )
    if room_type_id is not None:
        rates = rates.filter(tariff_type__room_type=room_type_id)
    party = 0 if prop.property_type.flag == BookingModel.ITEM_HIRE else people
    weekend = prop.settings.weekend()
    found = []
    for _, group in groupby(rates, key=lambda rate: rate.tariff_type_id):
        by_date = {rate.date: rate for rate in group}
        leaving = by_date.pop(stay.departure, None)
        if not _for_sale(stay, by_date, leaving):
            continue
        tariff_type = by_date[stay.arrival].tariff_type
        if _admits(tariff_type, party, rooms_selected) and _on_its_days(tariff_type, stay, weekend):
            nights = tuple((night, by_date[night].price) for night in stay.nights)
            found.append(Offer(tariff_type, nights))
    return found


def _for_sale(stay: Stay, by_date: dict[date, DailyRate], leaving: DailyRate | None) -> bool:
    if len(by_date) < stay.length or any(rate.closed for rate in by_date.values()):
        return False
    rates = list(by_date.values())
    tariff_type = rates[0].tariff_type
    longest = min(rate.max_stay or tariff_type.max_stay for rate in rates)
    return (
        max(rate.min_stay for rate in rates) <= stay.length <= min(longest, tariff_type.max_stay)
        and not by_date[stay.arrival].closed_to_arrival
        and not (leaving and leaving.closed_to_departure)
    )


def _admits(tariff_type: TariffType, party: int, rooms_selected: int) -> bool:
    fits = not party or tariff_type.min_people <= party <= tariff_type.max_people
    return fits and (
        tariff_type.min_rooms_selected <= rooms_selected < tariff_type.max_rooms_selected
    )


def _on_its_days(tariff_type: TariffType, stay: Stay, weekend: frozenset[int]) -> bool:
    weekend_nights = sum(weekday(night) in weekend for night in stay.nights)
    return (
        (tariff_type.allow_weekend or weekend_nights == 0)
        and (not tariff_type.weekend_only or weekend_nights == stay.length)
        and tariff_type.arrival_weekday in {ANY_DAY, weekday(stay.arrival)}
    )


def weekday(day: date) -> int:
    """0 Sunday to 6 Saturday, as tariffs and settings count."""
    return day.isoweekday() % DAYS_OF_WEEK


def min_stays(*, property_id: int, first: date, last: date) -> dict[date, int]:
    """The smallest minimum stay of each priced, open night of [first, last]; one query."""
    rates = DailyRate.objects.filter(property=property_id, date__range=(first, last), closed=False)
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

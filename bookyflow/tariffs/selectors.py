from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from django.db.models import Min

from bookyflow.core.dates import ONE_DAY, Stay
from bookyflow.properties.models import Property
from bookyflow.tariffs.models import ANY_DAY, DailyRate, TariffType


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
    arrival_weekday: int = ANY_DAY


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


def lowest_price(*, prop: Property, on: date) -> Decimal | None:
    """The smallest positive price of a night, as entered; None when none is for sale."""
    rates = DailyRate.objects.filter(property=prop, date=on, closed=False, price__gt=0)
    least: Decimal | None = rates.aggregate(least=Min("price"))["least"]
    return least


def offers(
    *, prop: Property, stay: Stay, people: int, room_type_id: int | None = None
) -> list[Offer]:
    """The tariff types that a stay can have, in order of their ids; one query.

    Every night must be priced and open (R-TF-4), the stay at least as long as the largest minimum
    of its nights and no longer than allowed (R-TF-5), the party within the limits (R-TF-7), and
    neither arrival nor departure closed.
    """
    rates = (
        DailyRate.objects.filter(property=prop, date__range=(stay.arrival, stay.departure))
        .select_related("tariff_type")
        .order_by("tariff_type_id", "date")
    )
    if room_type_id is not None:
        rates = rates.filter(tariff_type__room_type=room_type_id)
    found = []
    for _, group in groupby(rates, key=lambda rate: rate.tariff_type_id):
        by_date = {rate.date: rate for rate in group}
        leaving = by_date.pop(stay.departure, None)
        if _fits(stay, people, by_date, leaving):
            tariff_type = by_date[stay.arrival].tariff_type
            nights = tuple((night, by_date[night].price) for night in stay.nights)
            found.append(Offer(tariff_type, nights))
    return found


def _fits(
    stay: Stay, people: int, by_date: dict[date, DailyRate], leaving: DailyRate | None
) -> bool:
    if len(by_date) < stay.length or any(rate.closed for rate in by_date.values()):
        return False
    rates = list(by_date.values())
    tariff_type = rates[0].tariff_type
    longest = min(rate.max_stay or tariff_type.max_stay for rate in rates)
    return (
        max(rate.min_stay for rate in rates) <= stay.length <= min(longest, tariff_type.max_stay)
        and tariff_type.min_people <= people <= tariff_type.max_people
        and not by_date[stay.arrival].closed_to_arrival
        and not (leaving and leaving.closed_to_departure)
    )


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


def two_years_from(day: date) -> date:
    """The same day two years later; 28 February for a 29th."""
    try:
        return day.replace(year=day.year + 2)
    except ValueError:
        return day.replace(year=day.year + 2, day=28)


def horizon(day: date) -> date:
    """The last night that may be priced: ten years ahead, which keeps a typing error small."""
    return day + timedelta(days=3653)

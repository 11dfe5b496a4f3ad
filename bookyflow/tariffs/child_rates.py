"""What children pay, by age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.db import transaction
from django.db.models import QuerySet

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.money import too_fine
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.tariffs.limits import is_price
from bookyflow.tariffs.models import ChildRate
from bookyflow.tariffs.services import tariffs_record

OLDEST = 17


@dataclass(frozen=True)
class ChildBand:
    """The price for children of these ages, both included: per night, or once per stay."""

    age_from: int
    age_to: int
    price: Decimal
    per_stay: bool = False


def child_rate_list(*, prop: Property) -> QuerySet[ChildRate]:
    """A property's child rates by age."""
    return ChildRate.objects.filter(property=prop).order_by("age_from")


def child_rates_offered(*, prop: Property) -> list[ChildRate]:
    """The child rates that bookings can have (R-CH-1), by age; `prop` comes with its settings.

    None where prices are not per person and night, or children are not taken; no rates for ages
    that are all below the youngest age taken.
    """
    settings = prop.settings
    if not (settings.per_person_per_night and settings.allow_children):
        return []
    return list(child_rate_list(prop=prop).filter(age_to__gte=settings.child_min_age))


@transaction.atomic
def child_rates_save(*, property_id: int, bands: Sequence[ChildBand], by: Actor) -> list[ChildRate]:
    """Write all child rates of a property in place of those it has; returns them by age.

    A rate of the same ages keeps its id; no bands at all takes every rate away. One event,
    `tariffs_updated`, unless nothing changed. Raises DomainError `validation_failed`, naming the
    ages, where a band is impossible, two overlap, or an age between the youngest that is taken
    (`child_min_age`) and the last one has none.
    """
    locked = property_lock(property_id)
    ordered = sorted(bands, key=lambda band: (band.age_from, band.age_to))
    problems = _problems(ordered, locked.settings.child_min_age)
    problems += [
        f"{_ages(band.age_from, band.age_to)}: {problem}"
        for band in ordered
        if (problem := too_fine(band.price, locked.settings.currency))
    ]
    if problems:
        raise DomainError("validation_failed", problems[0], fields={"child_rates": problems})
    if _write(locked, ordered):
        tariffs_record(prop=locked, by=by, changed="child_rates")
    return list(child_rate_list(prop=locked))


def _problems(bands: Sequence[ChildBand], youngest: int) -> list[str]:
    """What is wrong with bands, which come by age."""
    problems = [
        f"{_ages(band.age_from, band.age_to)}: from 0 to {OLDEST}, the older ones up from 1, and a "
        "price not below 0."
        for band in bands
        if not (0 <= band.age_from <= band.age_to and 1 <= band.age_to <= OLDEST)
        or not is_price(band.price)
    ]
    if problems or not bands:
        return problems
    if bands[0].age_from > youngest:
        problems.append(f"There is no rate for {_ages(youngest, bands[0].age_from - 1).lower()}.")
    for one, other in pairwise(bands):
        if other.age_from <= one.age_to:
            last = min(one.age_to, other.age_to)
            verb = "comes" if other.age_from == last else "come"
            problems.append(f"{_ages(other.age_from, last)} {verb} in two rates.")
        elif other.age_from > one.age_to + 1:
            gap = _ages(one.age_to + 1, other.age_from - 1)
            problems.append(f"There is no rate for {gap.lower()}.")
    return problems


def _ages(first: int, last: int) -> str:
    return f"Age {first}" if first == last else f"Ages {first} to {last}"


def _write(prop: Property, bands: Sequence[ChildBand]) -> bool:
    wanted = {(band.age_from, band.age_to): band for band in bands}
    present = {(rate.age_from, rate.age_to): rate for rate in child_rate_list(prop=prop)}
    gone = [rate.pk for ages, rate in present.items() if ages not in wanted]
    ChildRate.objects.filter(pk__in=gone).delete()  # first: the database allows no overlap
    other = [
        rate
        for ages, rate in present.items()
        if ages in wanted
        and (rate.price, rate.per_stay) != (wanted[ages].price, wanted[ages].per_stay)
    ]
    for rate in other:
        band = wanted[rate.age_from, rate.age_to]
        rate.price, rate.per_stay = band.price, band.per_stay
    ChildRate.objects.bulk_update(other, ["price", "per_stay"])
    new = [
        ChildRate(
            property=prop,
            age_from=band.age_from,
            age_to=band.age_to,
            price=band.price,
            per_stay=band.per_stay,
        )
        for ages, band in wanted.items()
        if ages not in present
    ]
    ChildRate.objects.bulk_create(new)
    return bool(gone or other or new)

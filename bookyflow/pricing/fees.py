"""What comes on top of the rooms: supplement, children, extras, city tax, cleaning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bookyflow.core.money import amount_text
from bookyflow.pricing.inputs import (
    Charges,
    ChildBand,
    CityTax,
    CityTaxModel,
    CleaningFee,
    ExtraCharge,
    ExtraModel,
    RoomStay,
    SingleSupplement,
)
from bookyflow.pricing.lines import (
    HUNDRED,
    ZERO,
    Line,
    LineKind,
    PriceRules,
    Rule,
    percent_text,
    taxed,
    taxed_net,
)

NIGHTS_OF_A_WEEK = 7


@dataclass(frozen=True)
class GuestCounts:
    """Who stays, and how long: numbers that fees are multiplied by."""

    adults: int
    child_ages: tuple[int, ...]
    rooms: int
    nights: int

    @property
    def weeks(self) -> int:
        """Weeks begun."""
        return -(-self.nights // NIGHTS_OF_A_WEEK)

    @classmethod
    def of(cls, rooms: Sequence[RoomStay], charges: Charges) -> GuestCounts:
        """The guests of a stay."""
        in_rooms = sum(room.guests for room in rooms)
        adults = in_rooms if charges.adults is None else charges.adults
        return cls(adults, charges.child_ages, len(rooms), len(rooms[0].nights))


def supplements(
    rules: PriceRules,
    rooms: Sequence[RoomStay],
    supplement: SingleSupplement | None,
    *,
    room_net: Decimal,
    guests: GuestCounts,
) -> Iterable[Line]:
    """A supplement for each room for several people with one guest in it (R-SP-1, 2); net.

    `room_net` is the accommodation after discounts, without tax.
    """
    for room in rooms:
        if room.capacity < 2 or room.guests != 1:  # noqa: PLR2004  # a room for one is no bargain
            continue
        told: dict[str, Any]
        if supplement is not None and supplement.is_percentage:
            amount = room_net / max(guests.adults, 1) * supplement.amount / HUNDRED
            told = {"percent": percent_text(supplement.amount)}
        else:
            a_night = room.single_supplement if supplement is None else supplement.amount
            amount = a_night * guests.nights
            told = {"nights": guests.nights, "price": _text(a_night, rules)}
        if amount:
            yield _line(
                LineKind.SINGLE_SUPPLEMENT,
                Rule.SUPPLEMENT,
                taxed_net(rules.currency, amount, rules.tax_percent),
                name=room.description,
                values={"capacity": room.capacity, **told},
                tax_percent=rules.tax_percent,
                unit=amount,
            )


def children(rules: PriceRules, bands: Sequence[ChildBand], guests: GuestCounts) -> Iterable[Line]:
    """What the children pay, band by band; taxed like accommodation (R-CH-1)."""
    for band in bands:
        count = sum(band.age_from <= age <= band.age_to for age in guests.child_ages)
        times = 1 if band.per_stay else guests.nights
        if count and band.price:
            yield _line(
                LineKind.CHILDREN,
                Rule.CHILD_PER_STAY if band.per_stay else Rule.CHILD_PER_NIGHT,
                taxed(rules, band.price * count * times),
                values={
                    "age_from": band.age_from,
                    "age_to": band.age_to,
                    "children": count,
                    "price": _text(band.price, rules),
                    **({} if band.per_stay else {"nights": times}),
                },
                tax_percent=rules.tax_percent,
                unit=band.price,
                quantity=count * times,
            )


def extra_factor(extra: ExtraCharge, guests: GuestCounts) -> int:
    """What the price of an extra is multiplied by (EX-18); 1 for a percentage."""
    people = guests.adults + (len(guests.child_ages) if extra.counts_children else 0)
    factors = {
        ExtraModel.PER_WEEK: guests.weeks,
        ExtraModel.PER_NIGHT: guests.nights,
        ExtraModel.PER_BOOKING: 1,
        ExtraModel.PER_PERSON: people,
        ExtraModel.PER_PERSON_AND_NIGHT: people * guests.nights,
        ExtraModel.PER_PERSON_AND_WEEK: people * guests.weeks,
        ExtraModel.PER_NIGHT_WITH_MINIMUM: max(guests.nights, extra.minimum),
        ExtraModel.PER_NIGHT_AND_ROOM: guests.nights * guests.rooms,
        ExtraModel.PER_ROOM: guests.rooms,
        ExtraModel.PERCENTAGE: 1,
    }
    return factors[extra.model]


def extras(
    rules: PriceRules, chosen: Sequence[ExtraCharge], guests: GuestCounts, *, room_net: Decimal
) -> Iterable[Line]:
    """The extras that were chosen, each with its own tax rate (R-EX-1)."""
    for extra in chosen:
        factor = extra_factor(extra, guests) * extra.quantity
        if extra.model == ExtraModel.PERCENTAGE:
            unit = room_net * extra.price / HUNDRED
            told = {"percent": percent_text(extra.price)}
        else:
            unit = extra.price
            told = {"price": _text(extra.price, rules)}
        yield _line(
            LineKind.EXTRA,
            Rule.EXTRA,
            taxed(rules, unit * factor, tax_percent=extra.tax_percent),
            name=extra.name,
            values={"model": extra.model.value, "times": factor, **told},
            tax_percent=extra.tax_percent,
            unit=unit,
            quantity=factor,
            source=("extra", extra.extra_id),
        )


def city_tax(
    rules: PriceRules, tax: CityTax | None, guests: GuestCounts, *, accommodation_net: Decimal
) -> Iterable[Line]:
    """City tax, untaxed; none on a free stay (R-CT-1)."""
    if tax is None or not tax.amount or accommodation_net <= 0:
        return
    nights = guests.nights if tax.max_nights is None else min(guests.nights, tax.max_nights)
    liable = guests.adults + sum(age >= tax.exempt_under_age for age in guests.child_ages)
    if tax.model == CityTaxModel.PERCENTAGE:
        unit, times = accommodation_net * tax.amount / HUNDRED, 1
        told: dict[str, Any] = {"percent": percent_text(tax.amount)}
    else:
        unit = tax.amount
        times = {
            CityTaxModel.SINGLE: 1,
            CityTaxModel.PER_NIGHT: nights,
            CityTaxModel.PER_GUEST: liable,
            CityTaxModel.PER_GUEST_AND_NIGHT: liable * nights,
        }[tax.model]
        told = {
            "price": _text(unit, rules),
            "times": times,
            "guests": liable,
            "nights": nights,
        }
    if times:
        yield _line(
            LineKind.CITY_TAX,
            Rule.CITY_TAX,
            taxed_net(rules.currency, unit * times, ZERO),
            values=told,
            unit=unit,
            quantity=times,
        )


def cleaning(rules: PriceRules, fee: CleaningFee | None, guests: GuestCounts) -> Iterable[Line]:
    """The cleaning fee, per booking or per room, with its own tax rate (R-CL-1)."""
    if fee is None or not fee.amount:
        return
    count = guests.rooms if fee.per_room else 1
    yield _line(
        LineKind.CLEANING,
        Rule.CLEANING_PER_ROOM if fee.per_room else Rule.CLEANING_PER_BOOKING,
        taxed(rules, fee.amount * count, tax_percent=fee.tax_percent),
        values={
            "price": _text(fee.amount, rules),
            **({"rooms": count} if fee.per_room else {}),
        },
        tax_percent=fee.tax_percent,
        unit=fee.amount,
        quantity=count,
    )


def _line(
    kind: LineKind,
    rule: Rule,
    amounts: tuple[Decimal, Decimal, Decimal],
    *,
    values: dict[str, Any],
    unit: Decimal,
    name: str = "",
    tax_percent: Decimal = ZERO,
    quantity: int = 1,
    source: tuple[str, int | None] = ("", None),
) -> Line:
    net, tax, gross = amounts
    return Line(
        kind=kind,
        rule=rule,
        name=name,
        values=values,
        first_night=None,
        last_night=None,
        quantity=quantity,
        unit=unit,
        net=net,
        tax_percent=tax_percent,
        tax=tax,
        gross=gross,
        source_kind=source[0],
        source_id=source[1],
    )


def _text(amount: Decimal, rules: PriceRules) -> str:
    return amount_text(amount, rules.currency)

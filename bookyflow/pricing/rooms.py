"""The price of the nights: per room, per person, by guest types, or as agreed (R-PR-1 to 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from bookyflow.core.money import amount_text, unit
from bookyflow.pricing.apportioning import apportion, split_by_weight
from bookyflow.pricing.inputs import STANDARD_GUESTS, Charges, GuestVariance, RoomStay
from bookyflow.pricing.lines import HUNDRED, ZERO, Line, LineKind, PriceRules, Rule, taxed

NIGHTS_OF_A_WEEK = 7
MOST_RUNS = 6  # that an explanation lists


@dataclass
class DiscountBase:
    """What discounts have left of a line of accommodation, or of one room's part of it.

    `remaining` is of the entered amount: gross where prices are inclusive, else net; `other` of
    the amount that follows from it: net, or tax. `wiseprice` is what that discount takes off
    `remaining`.
    """

    line: Line
    remaining: Decimal
    other: Decimal
    room: RoomStay | None = None
    wiseprice: Decimal = ZERO


def nightly(rules: PriceRules, room: RoomStay) -> list[Decimal]:
    """The entered price of each night for one payer: a room, or a person.

    A surcharge may lower the price, but not below nothing.
    """
    prices = _of_tariff(rules, room)
    if rules.flat or not room.surcharge:
        return prices
    return [max(price + room.surcharge, ZERO) for price in prices]


def _of_tariff(rules: PriceRules, room: RoomStay) -> list[Decimal]:
    """`nightly` without what a certain room adds."""
    prices = [price for _, price in room.nights]
    if rules.weekly:
        prices = [price / NIGHTS_OF_A_WEEK for price in prices]
    return [prices[0]] * len(prices) if rules.flat else prices


def mean_night(rules: PriceRules, rooms: Sequence[RoomStay]) -> Decimal:
    """The mean entered price of a night, after wiseprice: of a room, or of a person."""
    weighted, payers = ZERO, 0
    for room in rooms:
        weight = room.guests if room.per_person else 1
        mean = sum(nightly(rules, room), ZERO) / len(room.nights)
        weighted += mean * (1 - room.wiseprice / HUNDRED) * weight
        payers += weight
    return weighted / payers if payers else ZERO


def accommodation(
    rules: PriceRules, rooms: Sequence[RoomStay], charges: Charges
) -> list[DiscountBase]:
    """What the nights cost before any discount.

    A line that several rooms share comes once for each of them.
    """
    if charges.agreed is not None:
        return [_agreed(rules, rooms, charges.agreed)]
    typed = charges.guest_types and all(room.per_person for room in rooms)
    if typed:
        return _by_guest_type(rules, rooms, charges.guest_types)
    return [base for room in rooms for base in _room(rules, room)]


def _room(rules: PriceRules, room: RoomStay) -> list[DiscountBase]:
    payer = sum(nightly(rules, room), ZERO)
    extra = 0
    if room.extra_guest_price is not None:
        extra = max(room.guests - STANDARD_GUESTS, 0)
    payers = max(room.guests, rules.minimum_payers) - extra if room.per_person else 1
    rule = Rule.PER_PERSON if room.per_person else Rule.PER_ROOM
    found = [_base(rules, room, payer * payers, rule, _told(rules, room, payers))]
    if extra:
        price = room.extra_guest_price or ZERO
        nights = len(room.nights)
        told = {"guests": extra, "nights": nights, "price": _text(price, rules)}
        entered = price * extra * nights
        found.append(_base(rules, room, entered, Rule.EXTRA_GUESTS, _tariff(room) | told))
    return found


def _base(
    rules: PriceRules, room: RoomStay, entered: Decimal, rule: Rule, values: dict[str, Any]
) -> DiscountBase:
    line = _line(
        rules,
        entered,
        rooms=[room],
        rule=rule,
        name=room.description,
        values=values,
        source_kind="" if room.tariff_id is None else "tariff",
        source_id=room.tariff_id,
    )
    return _begin(rules, line, room)


def _by_guest_type(
    rules: PriceRules, rooms: Sequence[RoomStay], types: Sequence[GuestVariance]
) -> list[DiscountBase]:
    """One line for all guests, of which each room has the part that its price gives it."""
    nights = len(rooms[0].nights)
    guests = sum(room.guests for room in rooms)
    parts = [sum(nightly(rules, room), ZERO) * room.guests for room in rooms]
    off = [part * room.wiseprice / HUNDRED for part, room in zip(parts, rooms, strict=True)]
    rate = _rate(parts, guests, nights)
    total = _typed_total(rate, types) * nights
    told = [[one.quantity, one.name, _text(_varied(rate, one), rules)] for one in types]
    tariffs = {room.tariff_id: room.tariff_name for room in rooms}
    named = ", ".join(dict.fromkeys(filter(None, tariffs.values())))
    only = next(iter(tariffs)) if len(tariffs) == 1 else None
    line = _line(
        rules,
        total,
        rooms=rooms,
        rule=Rule.GUEST_TYPES,
        name=", ".join(dict.fromkeys(room.description for room in rooms)),
        values={"tariff": named, "nights": nights, "types": told},
        source_kind="" if only is None else "tariff",
        source_id=only,
    )
    lowered = _typed_total(_rate(parts, guests, nights) - _rate(off, guests, nights), types)
    return _begin_parts(rules, line, rooms, parts, split_by_weight(total - lowered * nights, off))


def _rate(parts: Sequence[Decimal], guests: int, nights: int) -> Decimal:
    """The mean of a night of one guest (R-PR-2)."""
    return sum(parts, ZERO) / guests / nights if guests else ZERO


def _typed_total(rate: Decimal, types: Sequence[GuestVariance]) -> Decimal:
    """What guests of these types pay for one night."""
    return sum((_varied(rate, one) * one.quantity for one in types), ZERO)


def _varied(rate: Decimal, one: GuestVariance) -> Decimal:
    change = rate * one.variance / HUNDRED if one.is_percentage else one.variance
    return max(rate + change if one.is_addition else rate - change, ZERO)


def _agreed(rules: PriceRules, rooms: Sequence[RoomStay], amount: Decimal) -> DiscountBase:
    line = _line(
        rules,
        amount,
        rooms=rooms,
        rule=Rule.AGREED,
        name="",
        values={"by": "staff"},
    )
    return _begin(rules, line)


def _line(
    rules: PriceRules,
    entered: Decimal,
    *,
    rooms: Sequence[RoomStay],
    rule: Rule,
    name: str,
    values: dict[str, Any],
    source_kind: str = "",
    source_id: int | None = None,
) -> Line:
    net, tax, gross = taxed(rules, entered)
    nights = rooms[0].nights
    return Line(
        kind=LineKind.ACCOMMODATION,
        rule=rule,
        name=name,
        values=values,
        first_night=nights[0][0],
        last_night=nights[-1][0],
        quantity=len(nights),
        unit=entered / len(nights),
        net=net,
        tax_percent=rules.tax_percent,
        tax=tax,
        gross=gross,
        source_kind=source_kind,
        source_id=source_id,
    )


def _begin(rules: PriceRules, line: Line, room: RoomStay | None = None) -> DiscountBase:
    left, other = (line.gross, line.net) if rules.prices_inclusive else (line.net, line.tax)
    off = left * room.wiseprice / HUNDRED if room else ZERO
    return DiscountBase(line, left, other, room, off)


def _begin_parts(
    rules: PriceRules,
    line: Line,
    rooms: Sequence[RoomStay],
    parts: Sequence[Decimal],
    wiseprices: Sequence[Decimal],
) -> list[DiscountBase]:
    """A line divided among rooms in proportion to `parts`; evenly where they are nothing."""
    whole = _begin(rules, line)
    weights = parts if any(parts) else [Decimal(1)] * len(parts)
    smallest = unit(rules.currency)
    lefts = apportion(whole.remaining, weights, [whole.remaining] * len(weights), smallest)
    others = apportion(whole.other, weights, lefts, smallest)
    return [
        DiscountBase(line, left, other, room, off)
        for left, other, room, off in zip(lefts, others, rooms, wiseprices, strict=True)
    ]


def _told(rules: PriceRules, room: RoomStay, payers: int) -> dict[str, Any]:
    told = _tariff(room) | _nights_told(rules, room)
    if room.surcharge and not rules.flat:
        told["surcharge"] = _text(room.surcharge, rules)
    if room.per_person:
        told |= {"guests": payers, "at_least": payers > room.guests}
    return told


def _tariff(room: RoomStay) -> dict[str, Any]:
    return {"tariff": room.tariff_name}


def _nights_told(rules: PriceRules, room: RoomStay) -> dict[str, Any]:
    """The prices of the nights in few words: run by run, or from the least to the most."""
    prices = _of_tariff(rules, room)
    runs = [(price, len(list(run))) for price, run in groupby(prices)]
    if len(runs) > MOST_RUNS:
        least, most = _text(min(prices), rules), _text(max(prices), rules)
        return {"nights": len(prices), "least": least, "most": most}
    return {"runs": [[count, _text(price, rules)] for price, count in runs]}


def _text(amount: Decimal, rules: PriceRules) -> str:
    return amount_text(amount, rules.currency)

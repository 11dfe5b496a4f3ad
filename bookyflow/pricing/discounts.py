"""Discounts, each on what the ones before have left, in the documented order (4.10, 4.11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bookyflow.core.money import amount_text, rounded, unit
from bookyflow.pricing.apportioning import apportion, split_by_weight
from bookyflow.pricing.inputs import Charges, CouponDiscount, LengthDiscount, RoomStay
from bookyflow.pricing.lines import HUNDRED, ZERO, Line, LineKind, PriceRules, Rule, percent_text
from bookyflow.pricing.rooms import DiscountBase

WEEK, MONTH = 7, 30  # nights from which a stay counts as long


@dataclass(frozen=True)
class WisepriceSteps:
    """Per cent off while at most 10, 25, 50, 75 % of a type's rooms are taken, within `days`."""

    days: int
    at_10: Decimal
    at_25: Decimal
    at_50: Decimal
    at_75: Decimal

    def reach(self, ahead: int) -> bool:
        """Whether an arrival so many days ahead is near enough (R-WP-1)."""
        return ahead <= self.days


@dataclass(frozen=True)
class LastMinuteTerms:
    """Per cent off for an arrival at most `days` ahead."""

    days: int
    percent: Decimal


def days_ahead(today: date, arrival: date) -> int:
    """Days from today to arrival, both counted: 1 for an arrival today (R-WP-1)."""
    return (arrival - today).days + 1


def wiseprice(steps: WisepriceSteps, *, taken: int, rooms: int, ahead: int) -> Decimal:
    """Per cent off for a type with `taken` of `rooms` occupied on the arrival night (R-WP-2)."""
    if not steps.reach(ahead) or not rooms:
        return ZERO
    share = taken * HUNDRED / rooms
    for limit, percent in (
        (10, steps.at_10),
        (25, steps.at_25),
        (50, steps.at_50),
        (75, steps.at_75),
    ):
        if share <= limit:
            return percent
    return ZERO


def last_minute_percent(terms: LastMinuteTerms, *, ahead: int) -> Decimal:
    """Per cent off for an arrival that is so many days ahead (EX-17)."""
    return terms.percent if ahead <= terms.days else ZERO


@dataclass(frozen=True)
class _Reason:
    rule: Rule
    values: Mapping[str, Any]
    name: str = ""
    source_kind: str = ""
    source_id: int | None = None


def before_supplement(
    rules: PriceRules, bases: Sequence[DiscountBase], charges: Charges, *, nights: Sequence[date]
) -> list[Line]:
    """Wiseprice, coupon, length of stay, personal and partner discounts; none on agreed prices."""
    if charges.agreed is not None:
        return []
    lines = [*_wiseprices(rules, bases), *_coupon(rules, bases, charges.coupon, nights)]
    lines += _length_of_stay(rules, bases, len(nights))
    lines += _percent(rules, bases, charges.personal, _personal(charges.personal))
    for percent in charges.partner:
        lines += _percent(rules, bases, percent, _partner(percent))
    return lines


def last_minute(rules: PriceRules, bases: Sequence[DiscountBase], percent: Decimal) -> list[Line]:
    """The last-minute discount, which also lowers agreed prices."""
    reason = _Reason(Rule.LAST_MINUTE, {"percent": percent_text(percent)})
    return _discount_lines(
        rules, bases, [base.remaining * percent / HUNDRED for base in bases], reason
    )


def _wiseprices(rules: PriceRules, bases: Sequence[DiscountBase]) -> Iterable[Line]:
    for base in bases:
        if base.room is None:
            continue
        reason = _Reason(
            Rule.WISEPRICE,
            {"percent": percent_text(base.room.wiseprice)},
            base.room.description,
        )
        yield from _discount_lines(rules, [base], [base.wiseprice], reason)


def _coupon(
    rules: PriceRules,
    bases: Sequence[DiscountBase],
    coupon: CouponDiscount | None,
    nights: Sequence[date],
) -> list[Line]:
    if coupon is None:
        return []
    first, last = coupon.nights_from or date.min, coupon.nights_to or date.max
    inside = sum(first <= night <= last for night in nights)
    discountable = [base.remaining * inside / len(nights) for base in bases]
    if coupon.is_percentage:
        cuts = [part * coupon.amount / HUNDRED for part in discountable]
        off = {"percent": percent_text(coupon.amount)}
    else:
        cuts = split_by_weight(min(coupon.amount, sum(discountable, ZERO)), discountable)
        off = {"amount": amount_text(coupon.amount, rules.currency)}
    reason = _Reason(
        Rule.COUPON,
        {**off, "inside": inside, "nights": len(nights)},
        coupon.code,
        "coupon",
        coupon.coupon_id,
    )
    return _discount_lines(rules, bases, cuts, reason)


def _length_of_stay(
    rules: PriceRules, bases: Sequence[DiscountBase], nights: int
) -> Iterable[Line]:
    tariffs: dict[tuple[int | None, LengthDiscount], list[DiscountBase]] = {}
    for base in bases:
        if base.room:
            key = base.room.tariff_id, base.room.length_discount
            tariffs.setdefault(key, []).append(base)
    for (tariff_id, discount), group in tariffs.items():
        room: RoomStay | None = group[0].room
        value = discount.thirty if nights >= MONTH else discount.seven if nights >= WEEK else None
        if not value:
            continue
        left = [base.remaining for base in group]
        if discount.is_percentage:
            cuts = [part * value / HUNDRED for part in left]
            off = {"percent": percent_text(value)}
        else:
            cuts = split_by_weight(min(value, sum(left, ZERO)), left)
            off = {"amount": amount_text(value, rules.currency)}
        reason = _Reason(
            Rule.LENGTH_OF_STAY,
            {**off, "nights": nights, "tariff": room.tariff_name if room else ""},
            source_kind="tariff" if tariff_id is not None else "",
            source_id=tariff_id,
        )
        yield from _discount_lines(rules, group, cuts, reason)


def _personal(percent: Decimal) -> _Reason:
    return _Reason(Rule.PERSONAL, {"percent": percent_text(percent)})


def _partner(percent: Decimal) -> _Reason:
    return _Reason(Rule.PARTNER, {"percent": percent_text(percent)})


def _percent(
    rules: PriceRules, bases: Sequence[DiscountBase], percent: Decimal, reason: _Reason
) -> list[Line]:
    return _discount_lines(
        rules, bases, [base.remaining * percent / HUNDRED for base in bases], reason
    )


def _discount_lines(
    rules: PriceRules, bases: Sequence[DiscountBase], cuts: Sequence[Decimal], reason: _Reason
) -> list[Line]:
    """Take `cuts` off the bases, as one negative line that is rounded once; none for nothing.

    The amount that follows from the entered one is taken in proportion to what is left of it, so
    that a discount of all leaves neither net nor tax. What is left stays rounded, base by base.
    """
    left = [base.remaining for base in bases]
    amount = min(rounded(sum(cuts, ZERO), rules.currency), sum(left, ZERO))
    if not amount:
        return []
    others = [base.other for base in bases]
    other = rounded(sum(others, ZERO) * amount / sum(left, ZERO), rules.currency)
    smallest = unit(rules.currency)
    for base, part in zip(bases, apportion(amount, cuts, left, smallest), strict=True):
        base.remaining -= part
    for base, part in zip(bases, apportion(other, others, others, smallest), strict=True):
        base.other -= part
    net, gross = (other, amount) if rules.prices_inclusive else (amount, amount + other)
    first = bases[0].line
    return [
        Line(
            kind=LineKind.DISCOUNT,
            rule=reason.rule,
            name=reason.name,
            values=reason.values,
            first_night=first.first_night,
            last_night=first.last_night,
            quantity=1,
            unit=-amount,
            net=-net,
            tax_percent=rules.tax_percent,
            tax=net - gross,
            gross=-gross,
            source_kind=reason.source_kind,
            source_id=reason.source_id,
        )
    ]

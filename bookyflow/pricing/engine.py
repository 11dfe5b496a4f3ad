"""The price of a stay: plain values in, itemised lines out. No database, no clock.

Every amount is a Decimal in one currency. A line is rounded once, half up, to the currency's
exponent (reference R-RD-2): with inclusive prices the entered sum is the gross amount and net
follows from it; with exclusive prices the entered sum is net and tax is added. A total is a sum
of rounded lines; nights are never rounded one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from bookyflow.core.money import net_of, rounded

ZERO = Decimal(0)


class LineKind(StrEnum):
    """What a line is for."""

    ACCOMMODATION = "accommodation"
    CLEANING = "cleaning"


class DepositKind(StrEnum):
    """How a deposit follows from a total."""

    NONE = "none"
    PERCENTAGE = "percentage"
    FIXED = "fixed"


@dataclass(frozen=True)
class PriceRules:
    """How a property prices: currency, convention of entered prices, accommodation tax in %."""

    currency: str
    prices_inclusive: bool
    tax_percent: Decimal


@dataclass(frozen=True)
class RoomStay:
    """One room for a stay: the entered price of each night, in order, and who pays it.

    `guests` counts only where prices are per person; `surcharge` is per night.
    """

    description: str
    nights: tuple[tuple[date, Decimal], ...]
    guests: int = 1
    per_person: bool = False
    surcharge: Decimal = ZERO

    @property
    def entered(self) -> Decimal:
        """The sum of the entered prices, unrounded (R-PR-1, R-PR-2)."""
        per_payer = sum((price + self.surcharge for _, price in self.nights), ZERO)
        return per_payer * self.guests if self.per_person else per_payer


@dataclass(frozen=True)
class Line:
    """One priced item: net + tax = gross. `first_night` and `last_night` are both included."""

    kind: LineKind
    description: str
    first_night: date | None
    last_night: date | None
    quantity: int
    net: Decimal
    tax_percent: Decimal
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True)
class Breakdown:
    """The lines of a stay; their gross amounts add up to `total`."""

    currency: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        """What the guest pays."""
        return sum((line.gross for line in self.lines), ZERO)

    @property
    def net(self) -> Decimal:
        """The total without tax."""
        return sum((line.net for line in self.lines), ZERO)


def price_stay(
    rules: PriceRules, rooms: Iterable[RoomStay], *, cleaning_fee: Decimal = ZERO
) -> Breakdown:
    """Price a stay: a line per room, and one for cleaning when there is a fee.

    The cleaning fee is per booking and carries no tax of its own yet.
    """
    lines = [_accommodation(rules, room) for room in rooms]
    if cleaning_fee:
        lines.append(_untaxed(rules, LineKind.CLEANING, "Cleaning", cleaning_fee))
    return Breakdown(rules.currency, tuple(lines))


def price_given(
    rules: PriceRules, *, gross: Decimal, first_night: date, last_night: date, rooms: int
) -> Breakdown:
    """A stay whose gross total somebody else set, as a channel does: one line for all rooms."""
    total = rounded(gross, rules.currency)
    net = net_of(total, rules.tax_percent, rules.currency)
    line = Line(
        LineKind.ACCOMMODATION,
        "Accommodation",
        first_night,
        last_night,
        rooms,
        net,
        rules.tax_percent,
        total - net,
        total,
    )
    return Breakdown(rules.currency, (line,))


def deposit(kind: DepositKind, value: Decimal, *, total: Decimal, currency: str) -> Decimal:
    """What is due in advance, never more than the total. `value` is per cent, or an amount."""
    if kind == DepositKind.PERCENTAGE:
        return min(rounded(total * value / 100, currency), total)
    if kind == DepositKind.FIXED:
        return min(rounded(value, currency), total)
    return ZERO


def taxed(rules: PriceRules, entered: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """(net, tax, gross) of one entered amount, rounded once (R-RD-2; EX-22)."""
    if rules.prices_inclusive:
        gross = rounded(entered, rules.currency)
        net = net_of(gross, rules.tax_percent, rules.currency)
        return net, gross - net, gross
    net = rounded(entered, rules.currency)
    tax = rounded(net * rules.tax_percent / 100, rules.currency)
    return net, tax, net + tax


def _accommodation(rules: PriceRules, room: RoomStay) -> Line:
    net, tax, gross = taxed(rules, room.entered)
    return Line(
        LineKind.ACCOMMODATION,
        room.description,
        room.nights[0][0],
        room.nights[-1][0],
        len(room.nights),
        net,
        rules.tax_percent,
        tax,
        gross,
    )


def _untaxed(rules: PriceRules, kind: LineKind, description: str, amount: Decimal) -> Line:
    gross = rounded(amount, rules.currency)
    return Line(kind, description, None, None, 1, gross, ZERO, ZERO, gross)

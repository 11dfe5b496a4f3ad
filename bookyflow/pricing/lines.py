"""What a price is made of: lines, each rounded once, that add up to the total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bookyflow.core.money import net_of, rounded
from bookyflow.pricing import wording

ZERO = Decimal(0)
HUNDRED = Decimal(100)


class LineKind(StrEnum):
    """What a line is for: those of a stay's price, and those that an account gets later."""

    ACCOMMODATION = "accommodation"
    DISCOUNT = "discount"
    SINGLE_SUPPLEMENT = "single_supplement"
    CHILDREN = "children"
    EXTRA = "extra"
    CITY_TAX = "city_tax"
    CLEANING = "cleaning"
    SERVICE = "service"
    CANCELLATION_FEE = "cancellation_fee"
    NO_SHOW_FEE = "no_show_fee"


class Rule(StrEnum):
    """By which rule a line came about; a code for programs beside the line's explanation."""

    PER_ROOM = "per_room"
    PER_PERSON = "per_person"
    GUEST_TYPES = "guest_types"
    EXTRA_GUESTS = "extra_guests"
    AGREED = "agreed_price"
    WISEPRICE = "wiseprice"
    COUPON = "coupon"
    LENGTH_OF_STAY = "length_of_stay"
    PERSONAL = "personal"
    PARTNER = "partner"
    LAST_MINUTE = "last_minute"
    SUPPLEMENT = "single_supplement"
    CHILD_PER_NIGHT = "child_per_night"
    CHILD_PER_STAY = "child_per_stay"
    EXTRA = "extra"
    CITY_TAX = "city_tax"
    CLEANING_PER_BOOKING = "cleaning_per_booking"
    CLEANING_PER_ROOM = "cleaning_per_room"


@dataclass(frozen=True)
class PriceRules:
    """How a property prices: currency, convention of entered prices, accommodation tax in %.

    `flat` prices every night like the first and leaves out surcharges (R-PR-5); `weekly` prices
    are for seven nights (R-PR-7). Where prices are per person at least `minimum_payers` pay for a
    room.
    """

    currency: str
    prices_inclusive: bool
    tax_percent: Decimal
    flat: bool = False
    weekly: bool = False
    minimum_payers: int = 1


@dataclass(frozen=True)
class Line:
    """One priced item: net + tax = gross. `first_night` and `last_night` are both included.

    `unit` is the amount that the line was reckoned from, as entered. `name` is that of the room,
    extra or coupon, where it has one, and `values` are what its explanation tells.
    (`source_kind`, `source_id`) names what it comes from: ("tariff", 64), ("extra", 7).
    """

    kind: LineKind
    rule: Rule
    name: str
    values: Mapping[str, Any]
    first_night: date | None
    last_night: date | None
    quantity: int
    unit: Decimal
    net: Decimal
    tax_percent: Decimal
    tax: Decimal
    gross: Decimal
    source_kind: str = ""
    source_id: int | None = None

    @property
    def description(self) -> str:
        """What it is for, in the language that is active."""
        return wording.description(self.rule, self.name, self.values)

    @property
    def explanation(self) -> str:
        """How the amount came about, in the language that is active."""
        return wording.explanation(self.rule, self.values)


@dataclass(frozen=True)
class Breakdown:
    """The lines of a stay; their gross amounts add up to `total`.

    `mean_night` is the gross price of one night of one room (of one person, where prices are per
    person) before discounts on the whole stay.
    """

    currency: str
    lines: tuple[Line, ...]
    mean_night: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """What the guest pays."""
        return sum((line.gross for line in self.lines), ZERO)

    @property
    def net(self) -> Decimal:
        """The total without tax."""
        return sum((line.net for line in self.lines), ZERO)

    @property
    def tax(self) -> Decimal:
        """The tax in the total."""
        return sum((line.tax for line in self.lines), ZERO)

    def of(self, *kinds: LineKind) -> list[Line]:
        """The lines of some kinds, in order."""
        return [line for line in self.lines if line.kind in kinds]


def taxed(
    rules: PriceRules, entered: Decimal, *, tax_percent: Decimal | None = None
) -> tuple[Decimal, Decimal, Decimal]:
    """(net, tax, gross) of one entered amount, rounded once (R-RD-2; EX-22).

    At the rate of accommodation, where `tax_percent` gives no other.
    """
    percent = rules.tax_percent if tax_percent is None else tax_percent
    if rules.prices_inclusive:
        gross = rounded(entered, rules.currency)
        net = net_of(gross, percent, rules.currency)
        return net, gross - net, gross
    return taxed_net(rules.currency, entered, percent)


def taxed_net(
    currency: str, amount: Decimal, tax_percent: Decimal
) -> tuple[Decimal, Decimal, Decimal]:
    """(net, tax, gross) of an amount that is net whatever the property's convention."""
    net = rounded(amount, currency)
    tax = rounded(net * tax_percent / HUNDRED, currency)
    return net, tax, net + tax


def percent_text(percent: Decimal) -> str:
    """A percentage as text: "12.5"."""
    return f"{percent.normalize():f}"

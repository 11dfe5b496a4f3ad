"""What is due in advance, and what a cancellation costs (reference 4.17, 5.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from bookyflow.core.money import rounded
from bookyflow.pricing.lines import HUNDRED, ZERO, Breakdown


class DepositKind(StrEnum):
    """How a deposit follows from a total."""

    NONE = "none"
    PERCENTAGE = "percentage"
    FIXED = "fixed"
    ONE_NIGHT = "one_night"
    FULL = "full"


@dataclass(frozen=True)
class DepositTerms:
    """How a property asks for deposits. `value` is per cent, or an amount.

    With `near_days` the whole total is due when arrival is at most so many days ahead, today and
    the day of arrival counted.
    """

    kind: DepositKind
    value: Decimal = ZERO
    round_up: bool = False
    near_days: int | None = None
    minimum: Decimal = ZERO


def deposit(terms: DepositTerms, breakdown: Breakdown, *, nights: int, ahead: int) -> Decimal:
    """What is due in advance, rounded once: at least the minimum, never more than the total."""
    total = breakdown.total
    if terms.kind == DepositKind.NONE:
        return ZERO
    amount = _wanted(terms, breakdown, nights=nights, ahead=ahead)
    return min(rounded(max(amount, terms.minimum), breakdown.currency), total)


def _wanted(terms: DepositTerms, breakdown: Breakdown, *, nights: int, ahead: int) -> Decimal:
    if terms.kind == DepositKind.ONE_NIGHT:
        return breakdown.total if nights == 1 else breakdown.mean_night
    is_near = terms.near_days is not None and ahead <= terms.near_days
    if is_near or terms.kind == DepositKind.FULL:
        return breakdown.total
    amount = terms.value
    if terms.kind == DepositKind.PERCENTAGE:
        amount = breakdown.total * terms.value / HUNDRED
    return amount.to_integral_value(ROUND_CEILING) if terms.round_up else amount


class FeeKind(StrEnum):
    """How a cancellation or a no-show is charged."""

    NONE = "none"
    PERCENTAGE = "percentage"
    FIXED = "fixed"
    FIRST_NIGHT = "first_night"


def fee(kind: FeeKind, value: Decimal, *, total: Decimal, nights: int, currency: str) -> Decimal:
    """What a guest owes who does not come: never more than the total.

    The first night is the mean night of the whole stay.
    """
    amounts = {
        FeeKind.NONE: ZERO,
        FeeKind.PERCENTAGE: total * value / HUNDRED,
        FeeKind.FIXED: value,
        FeeKind.FIRST_NIGHT: total / nights,
    }
    return min(rounded(amounts[kind], currency), total)


def is_cancelled_free(*, free_days: int, today: date, arrival: date) -> bool:
    """Whether nothing is charged since arrival is at least `free_days` away; never for 0."""
    return free_days > 0 and (arrival - today).days >= free_days


def guest_may_cancel(*, threshold: int, today: date, arrival: date) -> bool:
    """Whether arrival is more than `threshold` days away (EX-23)."""
    return (arrival - today).days > threshold

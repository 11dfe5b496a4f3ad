"""An amount split into parts: exactly, or in whole multiples of a currency's smallest one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from bookyflow.pricing.lines import ZERO


def split_by_weight(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """An amount split in proportion to the weights; nothing where they are nothing."""
    whole = sum(weights, ZERO)
    return [amount * weight / whole if whole else ZERO for weight in weights]


def apportion(
    amount: Decimal, weights: Sequence[Decimal], limits: Sequence[Decimal], smallest: Decimal
) -> list[Decimal]:
    """An amount split by weights into whole multiples of the smallest one, none above its limit.

    What rounding leaves goes to the largest remainders first. Amount and limits are such
    multiples, too, and the limits add up to the amount at least.
    """
    exact = split_by_weight(amount, weights)
    parts = [
        min(share.quantize(smallest, ROUND_DOWN), limit)
        for share, limit in zip(exact, limits, strict=True)
    ]
    by_remainder = sorted(range(len(parts)), key=lambda n: parts[n] - exact[n])
    rest = amount - sum(parts, ZERO)
    while rest > 0:
        for number in by_remainder:
            if rest > 0 and parts[number] < limits[number]:
                parts[number] += smallest
                rest -= smallest
    return parts

"""Per cents: what people may enter is what is applied, so that nothing is cut or rounded later."""

from __future__ import annotations

from decimal import Decimal

HUNDRED = Decimal(100)
DECIMALS = 2
PERCENTAGE = f"From 0 to 100 per cent, with at most {DECIMALS} decimals."  # told where it is none


def is_percentage(value: Decimal) -> bool:
    """Whether it is from 0 to 100, and no finer than hundredths of a per cent."""
    return value.is_finite() and 0 <= value <= HUNDRED and value == round(value, DECIMALS)

"""What the database can keep of prices and stays, refused with the name of the field.

The database would refuse most of it too, but not the price NaN, which is no less than 0 to it.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal, InvalidOperation

from bookyflow.core.errors import DomainError
from bookyflow.core.money import all_fine, amounts_check

LARGEST_PRICE = Decimal("999999999.999")
LONGEST_STAY = 32_767  # nights


def is_price(price: Decimal) -> bool:
    """Whether it is an amount from 0 to LARGEST_PRICE."""
    return price.is_finite() and 0 <= price <= LARGEST_PRICE


def prices_check(field: str, prices: Collection[Decimal], currency: str) -> None:
    """Raise DomainError `validation_failed` unless each is a price in the currency."""
    try:
        possible = not prices or (min(prices) >= 0 and max(prices) <= LARGEST_PRICE)
    except InvalidOperation:  # NaN is neither more nor less than anything
        possible = False
    if not possible:
        raise DomainError("validation_failed", fields={field: [f"From 0 to {LARGEST_PRICE}."]})
    if not all_fine(prices, currency):
        for price in prices:
            amounts_check({field: price}, currency)


def min_stays_check(field: str, nights: Collection[int]) -> None:
    """Raise DomainError `validation_failed` unless each is from 1 to LONGEST_STAY."""
    if nights and not (min(nights) >= 1 and max(nights) <= LONGEST_STAY):
        problem = f"From 1 to {LONGEST_STAY} nights."
        raise DomainError("validation_failed", fields={field: [problem]})

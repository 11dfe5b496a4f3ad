"""Amounts as Stripe counts them: whole numbers of its own smallest unit of each currency.

The digits are those of https://docs.stripe.com/currencies (zero-decimal, three-decimal, special
cases), read in November 2026. They are neither ISO 4217's nor CLDR's: the ariary has none, and the
króna and the Ugandan shilling, which have none anywhere else, are counted in hundredths. That the
forint and the Taiwan dollar are paid out in whole ones only does not change what is charged.
"""

from __future__ import annotations

from decimal import Decimal

from bookyflow.core.currencies import EXPONENTS

_NONE = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()  # noqa: SIM905  # a table
)
_HUNDREDTHS_OF_WHOLE_ONES = frozenset({"ISK", "UGX"})
_THOUSANDTHS_BY_TEN = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
# Of three digits by ISO 4217, and not among Stripe's currencies: nobody knows what it would take.
_UNKNOWN = frozenset({"IQD", "LYD"})


def smallest_units(amount: Decimal, currency: str) -> int | None:
    """An amount in Stripe's smallest unit; None where it has no whole number for exactly that."""
    if currency not in EXPONENTS or currency in _UNKNOWN:
        return None
    units = amount.scaleb(digits(currency))
    whole = int(units)
    return whole if units == whole and whole % step(currency) == 0 else None


def amount_of(units: int, currency: str) -> Decimal:
    """The amount that so many of Stripe's smallest units are."""
    return Decimal(units).scaleb(-digits(currency))


def digits(currency: str) -> int:
    """How many digits behind the point Stripe counts."""
    if currency in _NONE:
        return 0
    return 3 if currency in _THOUSANDTHS_BY_TEN else 2


def step(currency: str) -> int:
    """What numbers of units have to be divisible by."""
    if currency in _THOUSANDTHS_BY_TEN:
        return 10
    return 100 if currency in _HUNDREDTHS_OF_WHOLE_ONES else 1

"""Amounts: Decimal, with an explicit currency, rounded half up to the currency's exponent."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import pycountry
from babel.core import Locale, UnknownLocaleError, get_global
from babel.numbers import format_currency, get_currency_precision


@cache
def is_currency(code: str) -> bool:
    """Whether one can pay with it: an ISO 4217 code in capitals that is tender somewhere now.

    Units of account, metals and the codes for tests and for no currency are none.
    """
    return code in _tender() and pycountry.currencies.get(alpha_3=code) is not None


@cache
def _tender() -> frozenset[str]:
    used = get_global("territory_currencies").values()
    return frozenset(
        code for history in used for code, _, ended, is_tender in history if is_tender and not ended
    )


@cache
def unit(currency: str) -> Decimal:
    """The smallest amount of a currency: 0.01 for EUR, 1 for JPY, 0.001 for KWD."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """`amount` half up to the currency's exponent (reference R-RD-2)."""
    return amount.quantize(unit(currency), rounding=ROUND_HALF_UP)


def amount_text(amount: Decimal, currency: str) -> str:
    """The wire form of an amount: a decimal string at the currency's exponent, never 1E+2."""
    return f"{rounded(amount, currency):f}"


def display(amount: Decimal, currency: str, language: str) -> str:
    """An amount for people, as CLDR writes it in `language`: "€110.00"."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en", "GB")
    return format_currency(amount, currency, locale=locale)


def net_of(gross: Decimal, tax_percent: Decimal, currency: str) -> Decimal:
    """The net part of a gross line, rounded once (R-RD-2): gross 99.99 at 20 % is 83.33."""
    return rounded(gross / (1 + tax_percent / 100), currency)

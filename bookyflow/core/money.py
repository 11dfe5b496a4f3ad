"""Amounts: Decimal, with an explicit currency, rounded half up to the currency's exponent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel.core import Locale, UnknownLocaleError
from babel.numbers import format_currency

from bookyflow.core.currencies import EXPONENTS
from bookyflow.core.errors import DomainError


@cache
def unit(currency: str) -> Decimal:
    """The smallest amount of a currency: 0.01 for EUR, 1 for JPY, 0.001 for KWD."""
    return Decimal(1).scaleb(-EXPONENTS[currency])


def rounded(amount: Decimal, currency: str) -> Decimal:
    """`amount` half up to the currency's exponent (reference R-RD-2)."""
    return amount.quantize(unit(currency), rounding=ROUND_HALF_UP)


def too_fine(amount: Decimal, currency: str) -> str:
    """What is wrong with an entered amount that its currency cannot express; "" where it can.

    Only what is reckoned may be rounded. A currency that there is not has nothing against it.
    """
    exponent = Decimal(amount).normalize().as_tuple().exponent  # a whole number may be an int
    if currency not in EXPONENTS or not isinstance(exponent, int):  # or there is no number
        return ""
    is_too_fine = exponent < -EXPONENTS[currency]
    return f"{currency} has no smaller unit than {unit(currency)}." if is_too_fine else ""


def all_fine(amounts: Iterable[Decimal], currency: str) -> bool:
    """Whether nothing is `too_fine` of many amounts, none of them larger than can be stored."""
    if currency not in EXPONENTS:
        return True
    smallest = unit(currency)
    return not any(amount % smallest for amount in amounts)


def amounts_check(amounts: Mapping[str, Decimal | None], currency: str) -> None:
    """Raise DomainError `validation_failed` for entered amounts, by field, that are too fine."""
    problems = {
        name: [problem]
        for name, amount in amounts.items()
        if amount is not None and (problem := too_fine(amount, currency))
    }
    for name, (problem,) in problems.items():
        raise DomainError("validation_failed", f"{name}: {problem}", fields=problems)


def amount_text(amount: Decimal, currency: str) -> str:
    """The wire form of an amount: a decimal string at the currency's exponent, never 1E+2."""
    return f"{rounded(amount, currency):f}"


def display(amount: Decimal, currency: str, language: str) -> str:
    """An amount for people, rounded as a stored one, as CLDR writes it in `language`: "€110.00"."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en", "GB")
    pattern = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (EXPONENTS[currency], EXPONENTS[currency])
    return format_currency(
        rounded(amount, currency), currency, pattern, locale=locale, currency_digits=False
    )


def net_of(gross: Decimal, tax_percent: Decimal, currency: str) -> Decimal:
    """The net part of a gross line, rounded once (R-RD-2): gross 99.99 at 20 % is 83.33."""
    return rounded(gross / (1 + tax_percent / 100), currency)

"""Amounts in Stripe's own smallest unit, for every currency that we take."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bookyflow.core.currencies import EXPONENTS
from bookyflow.core.money import unit
from bookyflow.payments.stripe_amounts import amount_of, digits, smallest_units

NOT_STRIPES = {"IQD", "LYD"}


@pytest.mark.parametrize("currency", sorted(EXPONENTS.keys() - NOT_STRIPES))
def test_what_is_charged_is_what_was_asked_in_every_currency(currency):
    units = smallest_units(Decimal(1230), currency)

    assert units == 1230 * 10 ** digits(currency)
    assert amount_of(units, currency) == Decimal(1230)


@pytest.mark.parametrize("currency", sorted(EXPONENTS))
def test_the_finest_amount_is_charged_exactly_or_not_at_all(currency):
    amount = Decimal(7) + unit(currency)
    units = smallest_units(amount, currency)

    assert units is None or amount_of(units, currency) == amount


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("110.00", "EUR", 11000),
        ("10.45", "HUF", 1045),  # paid out in whole ones, charged in hundredths
        ("800.45", "TWD", 80045),
        ("500", "JPY", 500),
        ("5", "ISK", 500),  # no hundredths, and counted in hundredths
        ("5", "UGX", 500),
        ("5.50", "UGX", None),
        ("12", "MGA", 12),  # two digits by ISO 4217, none by Stripe
        ("12.50", "MGA", None),
        ("5.120", "KWD", 5120),  # the last digit must be 0
        ("5.124", "KWD", None),
        ("5.000", "IQD", None),  # three digits by ISO 4217, unknown to Stripe
        ("5.00", "XXX", None),
    ],
)
def test_the_currencies_with_units_of_their_own(amount, currency, units):
    assert smallest_units(Decimal(amount), currency) == units

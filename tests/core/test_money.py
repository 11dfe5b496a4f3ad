from __future__ import annotations

from decimal import Decimal

import pytest

from bookyflow.core.money import amount_text, display, too_fine, unit


@pytest.mark.parametrize(
    ("currency", "smallest"), [("EUR", "0.01"), ("JPY", "1"), ("KWD", "0.001"), ("RSD", "0.01")]
)
def test_the_smallest_amount_is_that_of_iso_4217(currency, smallest):
    assert unit(currency) == Decimal(smallest)


@pytest.mark.parametrize(
    ("amount", "currency", "language", "shown"),
    [
        ("0.125", "EUR", "en-GB", "€0.13"),  # half up, as amounts are stored
        ("1234.565", "HUF", "en-GB", "HUF1,234.57"),
        ("-0.125", "EUR", "en-GB", "-€0.13"),
        ("1234.5", "RSD", "en-GB", "RSD1,234.50"),  # no decimals by CLDR 47
        ("1234.5", "IQD", "en-GB", "IQD1,234.500"),  # likewise
        ("1234.5", "JPY", "en-GB", "JP¥1,235"),
        ("1.2345", "KWD", "en-GB", "KWD1.235"),
        ("1234567.5", "INR", "en-IN", "₹12,34,567.50"),
        ("1234.5", "EUR", "de", "1.234,50\xa0€"),
        ("1234.5", "EUR", "no language", "€1,234.50"),
    ],
)
def test_an_amount_is_shown_rounded_half_up_at_its_own_exponent(amount, currency, language, shown):
    assert display(Decimal(amount), currency, language) == shown


def test_a_shown_amount_is_the_stored_one():
    for cents in range(1000):
        amount = Decimal(cents) / 1000
        assert display(amount, "EUR", "en-GB") == "€" + amount_text(amount, "EUR")


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("100", "JPY"),
        ("100.000", "JPY"),
        ("1E+2", "JPY"),
        ("300.01", "EUR"),
        ("300.010", "EUR"),
        ("1.005", "KWD"),
        ("0", "EUR"),
        ("1.5", "no currency"),
        ("NaN", "EUR"),
        ("Infinity", "EUR"),
    ],
)
def test_an_amount_that_the_currency_can_express_is_not_too_fine(amount, currency):
    assert not too_fine(Decimal(amount), currency)


@pytest.mark.parametrize(
    ("amount", "currency", "smallest"),
    [
        ("100.5", "JPY", "1"),
        ("300.005", "EUR", "0.01"),
        ("-0.001", "EUR", "0.01"),
        ("1.0005", "KWD", "0.001"),
        ("1e-9", "HUF", "0.01"),
    ],
)
def test_a_finer_amount_is_told_the_smallest_unit(amount, currency, smallest):
    assert too_fine(Decimal(amount), currency) == f"{currency} has no smaller unit than {smallest}."

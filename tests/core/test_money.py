from __future__ import annotations

import pytest

from bookyflow.core.money import is_currency


@pytest.mark.parametrize("code", ["EUR", "GBP", "JPY", "KWD", "XOF"])
def test_what_can_be_paid_with_is_a_currency(code):
    assert is_currency(code)


@pytest.mark.parametrize(
    "code", ["XXX", "XTS", "XAU", "XDR", "CLF", "UYW", "BOV", "DEM", "eur", "€", ""]
)
def test_units_of_account_metals_and_former_ones_are_none(code):
    assert not is_currency(code)

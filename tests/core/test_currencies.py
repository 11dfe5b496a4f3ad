from __future__ import annotations

import iso4217
import pycountry
import pytest
from babel.core import get_global
from babel.numbers import get_currency_precision

from bookyflow.core.currencies import EXPONENTS, currency_of_country, is_currency
from bookyflow.core.places import countries

FUNDS = {"BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW", "XAD"}
METALS_AND_BASKETS = {"XAG", "XAU", "XPD", "XPT", "XBA", "XBB", "XBC", "XBD", "XDR", "XSU", "XUA"}
NOTHING_TO_PAY_WITH = {"XTS", "XXX", "SVC", "VED"}  # SVC gave way to USD; VED is VES to a bank

# Where the digits of CLDR 47 are not ISO 4217's. CLDR 48 changes five of them.
DIGITS_OF_CLDR = dict.fromkeys(
    ["AFN", "ALL", "IRR", "IQD", "KPW", "LAK", "LBP", "MGA", "MMK", "RSD", "SOS", "SYP", "YER"],
    0,
)


@pytest.mark.parametrize("code", ["EUR", "GBP", "JPY", "KWD", "XOF", "XCG", "ZWG"])
def test_what_can_be_paid_with_is_a_currency(code):
    assert is_currency(code)


@pytest.mark.parametrize(
    "code", ["XXX", "XTS", "XAU", "XDR", "CLF", "UYW", "BOV", "DEM", "BGN", "eur", "€", ""]
)
def test_units_of_account_metals_and_former_ones_are_none(code):
    assert not is_currency(code)


def test_the_currencies_are_those_of_iso_4217():
    left_out = FUNDS | METALS_AND_BASKETS | NOTHING_TO_PAY_WITH

    assert set(EXPONENTS) == {one.alpha_3 for one in pycountry.currencies} - left_out
    assert set(EXPONENTS) == {one.code for one in iso4217.Currency} - left_out


def test_the_exponents_are_those_of_iso_4217():
    assert {code: iso4217.Currency(code).exponent for code in EXPONENTS} == EXPONENTS


def test_where_babel_has_other_digits_is_known():
    """A failure tells of a new CLDR: nothing is to be done but to bring the list up to date."""
    babels = {code: get_currency_precision(code) for code in EXPONENTS}

    assert {code: n for code, n in babels.items() if n != EXPONENTS[code]} == DIGITS_OF_CLDR


def test_all_that_is_tender_by_cldr_is_a_currency_but_for_the_former_one_of_bulgaria():
    histories = get_global("territory_currencies").values()
    tender = {
        code for one in histories for code, _, ended, is_tender in one if is_tender and not ended
    }

    assert tender - set(EXPONENTS) == {"BGN"}
    assert set(EXPONENTS) <= tender


@pytest.mark.parametrize("country", sorted(countries()))
def test_every_country_has_a_currency_that_is_accepted(country):
    found = currency_of_country(country)

    assert is_currency(found) or (country, found) == ("AQ", "")  # Antarctica has none


def test_the_currency_of_bulgaria_is_the_euro():
    assert currency_of_country("BG") == "EUR"

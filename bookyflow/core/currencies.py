"""The currencies that one can pay with, and their exponents, by ISO 4217 (published 2026-01-01).

A table of our own: stored and shown amounts hang on it, and the digits of CLDR change from one
release to the next.
"""

from __future__ import annotations

from babel.numbers import get_territory_currencies

# Left out: funds, units of account, metals, codes for tests and for no currency. One that ceases to
# be tender needs a table of its own then, since amounts in it stay.
_CODES_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD "
    "CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ "
    "GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL "
    "MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR "
    "PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TOP "
    "TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
}
EXPONENTS = {
    code: exponent for exponent, codes in _CODES_BY_EXPONENT.items() for code in codes.split()
}

# What CLDR 47 does not know yet: Bulgaria has had the euro since 1 January 2026.
_CURRENCY_OF_COUNTRY = {"BG": "EUR"}


def is_currency(code: str) -> bool:
    """Whether one can pay with it: an ISO 4217 code in capitals that is tender somewhere now."""
    return code in EXPONENTS


def currency_of_country(country: str) -> str:
    """The first tender of a country, by its ISO 3166-1 code; "" where it has none."""
    known = _CURRENCY_OF_COUNTRY.get(country)
    return known or next(iter(get_territory_currencies(country)), "")

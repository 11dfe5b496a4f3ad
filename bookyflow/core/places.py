"""Countries and regions, from ISO 3166 by way of pycountry.

A region's number is derived from its ISO 3166-2 code, so it is the same in every installation and
for ever, without a table: two letters of country and up to three characters of region, read as
digits in base 26 and 37.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pycountry
from babel.core import Locale, UnknownLocaleError

_CHARACTERS = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Country:
    """An ISO 3166-1 country: two capital letters, its English name, its numeric code."""

    code: str
    name: str
    number: int


@dataclass(frozen=True)
class Region:
    """An ISO 3166-2 subdivision: code such as GB-PEM, stable number, country code, name."""

    code: str
    number: int
    country: str
    name: str


@cache
def countries() -> dict[str, Country]:
    """Every country by code, ordered by name."""
    found = [
        Country(c.alpha_2, getattr(c, "common_name", c.name), int(c.numeric))
        for c in pycountry.countries
    ]
    return {c.code: c for c in sorted(found, key=lambda c: c.name)}


def country_name(code: str, language: str) -> str:
    """A country's name as CLDR has it in `language`, else in English; "" for an unknown code."""
    country = countries().get(code)
    return _territories(language).get(code, country.name) if country else ""


@cache
def regions() -> dict[int, Region]:
    """Every region by number, ordered by country and name."""
    found = [
        Region(s.code, region_number(s.code), s.country_code, s.name)
        for s in pycountry.subdivisions
    ]
    return {r.number: r for r in sorted(found, key=lambda r: (r.country, r.name))}


def region(code: str) -> Region | None:
    """The region of an ISO 3166-2 code; None for anything else."""
    return _regions_by_code().get(code)


@cache
def _regions_by_code() -> dict[str, Region]:
    return {region.code: region for region in regions().values()}


@cache
def countries_without_regions() -> frozenset[str]:
    """The codes of the countries that ISO 3166-2 does not divide."""
    return frozenset(countries()) - {region.country for region in regions().values()}


def region_number(code: str) -> int:
    """The number of an ISO 3166-2 code that there is; `regions()` is the way back."""
    country, _, region = code.partition("-")
    number = 0
    for letter in country:
        number = number * 26 + ord(letter) - ord("A")
    for character in region.ljust(3):
        number = number * 37 + _CHARACTERS.index(character)
    return number


def _territories(language: str) -> Mapping[str, str]:
    try:
        return Locale.parse(language, sep="-").territories
    except (UnknownLocaleError, ValueError):
        return {}

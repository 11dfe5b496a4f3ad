"""Countries and regions, from ISO 3166 by way of pycountry and a supplement of our own.

A region's number is derived from its ISO 3166-2 code, so it is the same in every installation and
for ever, without a table: two letters of country and up to three characters of region, read as
digits in base 26 and 37.
"""

from __future__ import annotations

import gettext
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

import pycountry
from babel.core import Locale, UnknownLocaleError

from bookyflow.core.texts import by_letters

# Kosovo has no code of ISO's; the EU, its post and CLDR have this one, of those for own use.
_KOSOVO = ("XK", "Kosovo", 983)

# Reserved by ISO for countries that use them beside their own, and forms of Kosovo's.
_ALSO = {"UK": "GB", "EL": "GR", "XKX": "XK", "XKK": "XK"}

# Norway's counties since 1 January 2024, by their official numbers, and those that they replaced.
_NEW_REGIONS = {
    "NO-31": "Østfold",
    "NO-32": "Akershus",
    "NO-33": "Buskerud",
    "NO-39": "Vestfold",
    "NO-40": "Telemark",
    "NO-55": "Troms",
    "NO-56": "Finnmark",
}
_FORMER_REGIONS = {
    "NO-30": "Viken",
    "NO-38": "Vestfold og Telemark",
    "NO-54": "Troms og Finnmark",
}

_ADDED_BY_ISO = re.compile(r" (\[.*\]|\(EH(-partial)?\))$")
_CHARACTERS = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Country:
    """A country: its two letters of ISO 3166-1, its English name, its numeric code."""

    code: str
    name: str
    number: int


@dataclass(frozen=True, slots=True)  # of five thousand
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
    by_code = {c.code: c for c in [Country(*_KOSOVO), *found]}
    return dict(sorted(by_code.items(), key=lambda item: item[1].name))


def country_code(text: str) -> str:
    """The two letters of a country, from its code in any case of letters; "" for any other text.

    Three letters of ISO 3166-1 are understood, and UK and EL, as Britain and Greece have it.
    """
    return _country_codes().get(text.strip().upper(), "") if text.isascii() else ""


@cache
def _country_codes() -> dict[str, str]:
    three = {c.alpha_3: c.alpha_2 for c in pycountry.countries}
    return three | _ALSO | {code: code for code in countries()}


@lru_cache(maxsize=4096)  # CLDR's own way to a name takes longer than all else of a guest
def country_name(code: str, language: str) -> str:
    """A country's name as CLDR has it in `language`, else in English; "" for an unknown code."""
    country = countries().get(code)
    return _territories(language).get(code, country.name) if country else ""


@cache
def regions() -> dict[int, Region]:
    """Every region that there is now, by number, ordered by country and name."""
    names = _iso_regions() | _NEW_REGIONS
    found = [_region(code, name) for code, name in names.items() if code not in _FORMER_REGIONS]
    return {r.number: r for r in sorted(found, key=lambda r: (r.country, r.name))}


def _iso_regions() -> dict[str, str]:
    """The names that ISO has, by code.

    From the file, since pycountry's own objects of them take another six megabytes, for ever.
    """
    text = (Path(pycountry.DATABASE_DIR) / "iso3166-2.json").read_text(encoding="utf-8")
    pairs = json.loads(
        text, object_hook=lambda one: (one["code"], one["name"]) if "code" in one else one
    )
    return dict(pairs["3166-2"])


def region(code: str) -> Region | None:
    """The region of an ISO 3166-2 code, also of one that is no more; None for anything else."""
    return _regions_by_code().get(code)


def plain_region(name: str) -> str:
    """A region's name as people write it, without what ISO adds to it.

    ISO has "Pembrokeshire [Sir Benfro GB-BNF]" and "Laâyoune (EH)".
    """
    return _ADDED_BY_ISO.sub("", name)


def region_of_number(number: int) -> Region | None:
    """The region of a number, also of one that is no more; None for anything else."""
    return regions().get(number) or _former_regions().get(number)


def region_code(text: str, country: str) -> str:
    """The ISO 3166-2 code that a text stands for: a code, a number, or a name in the country.

    "" where there is no such region.
    """
    text = text.strip()
    number = int(text) if text.isascii() and text.isdigit() else 0
    found = region(text.upper()) or region_of_number(number)
    return found.code if found else _region_codes().get((country, text.casefold()), "")


@cache
def _region_codes() -> dict[tuple[str, str], str]:
    return {(region.country, region.name.casefold()): region.code for region in regions().values()}


@cache
def _former_regions() -> dict[int, Region]:
    found = [_region(code, name) for code, name in _FORMER_REGIONS.items()]
    return {region.number: region for region in found}


@cache
def _regions_by_code() -> dict[str, Region]:
    return {region.code: region for region in [*regions().values(), *_former_regions().values()]}


def _region(code: str, name: str) -> Region:
    return Region(code, region_number(code), code.partition("-")[0], name)


@cache
def countries_without_regions() -> frozenset[str]:
    """The codes of the countries that ISO 3166-2 does not divide."""
    return frozenset(countries()) - {region.country for region in regions().values()}


def region_number(code: str) -> int:
    """The number of an ISO 3166-2 code; `region_of_number` is the way back."""
    country, _, region = code.partition("-")
    number = 0
    for letter in country:
        number = number * 26 + ord(letter) - ord("A")
    for character in region.ljust(3):
        number = number * 37 + _CHARACTERS.index(character)
    return number


def countries_named(language: str) -> list[Country]:
    """Every country, by its name in a language."""
    named = [replace(one, name=country_name(one.code, language)) for one in countries().values()]
    return sorted(named, key=lambda country: by_letters(country.name))


def region_name(code: str, language: str) -> str:
    """A region's name in a language, as far as it has one there; "" for an unknown code."""
    found = region(code)
    return _region_names(language).gettext(found.name) if found else ""


def regions_named(language: str) -> list[Region]:
    """Every region that there is now, by country and its name in a language."""
    names = _region_names(language)
    named = [replace(one, name=names.gettext(one.name)) for one in regions().values()]
    return sorted(named, key=lambda region: (region.country, by_letters(region.name)))


def regions_called(name: str, language: str) -> list[Region]:
    """The regions of a name, in English, in ISO's own spelling or in a language.

    Accents, capitals and what separates words do not matter.
    """
    found: dict[str, Region] = {}
    for known in {language, "en"}:
        for code in _codes_by_name(known).get(_bare(name), ()):
            found[code] = _regions_by_code()[code]
    return list(found.values())


@lru_cache(maxsize=32)
def _codes_by_name(language: str) -> dict[str, list[str]]:
    names = _region_names(language)
    found: dict[str, list[str]] = {}
    for one in regions().values():
        for name in {_bare(one.name), _bare(names.gettext(one.name))}:
            found.setdefault(name, []).append(one.code)
    return found


def same_name(name: str, other: str) -> bool:
    """Whether two names of places differ in accents, capitals and separators at most."""
    return _bare(name) == _bare(other)


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", by_letters(name))


@lru_cache(maxsize=32)
def _region_names(language: str) -> gettext.NullTranslations:
    """What regions are called in a language, by the names that ISO has for them."""
    locale = language.replace("-", "_")
    return gettext.translation("iso3166-2", pycountry.LOCALES_DIR, [locale], fallback=True)


def _territories(language: str) -> Mapping[str, str]:
    try:
        return Locale.parse(language, sep="-").territories
    except (UnknownLocaleError, ValueError):
        return {}

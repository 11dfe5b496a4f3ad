"""Where a listing is: what its row says first, then what whoever imports says."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from bookyflow.core import places
from bookyflow.core.currencies import currency_of_country
from bookyflow.importing.listings import Address, BadRow, Place


@dataclass(frozen=True)
class Defaults:
    """What holds where a row says nothing; `currency` and `time_zone` hold for every row.

    Empty: the country's currency, and the time zone of the place. `region` is an ISO 3166-2 code.
    """

    country: str = ""
    region: str = ""
    town: str = ""
    currency: str = ""
    time_zone: str = ""


def settle(place: Place, defaults: Defaults) -> Address:
    """The address. Raises BadRow when the country, or its currency, cannot be known.

    The district becomes the address line where the town is known, and else stands for the town.
    """
    country = _country(place.country) or defaults.country
    if not country:
        raise BadRow("its country is unknown: give --country")
    currency = defaults.currency or currency_of_country(country)
    if not currency:
        raise BadRow(f"{country} has no currency of its own: give --currency")
    region = _regions().get((country, _key(place.region)), "")
    if not region and defaults.region.startswith(f"{country}-"):
        region = defaults.region
    town = place.town or defaults.town or place.district
    return Address(
        country=country,
        region=region,
        town=town,
        street="" if place.district == town else place.district,
        currency=currency,
    )


def split(text: str) -> tuple[str, str, str]:
    """Town, region and country of "Madrid, Community of Madrid, Spain", where they are named.

    Nothing of it counts unless it ends with a country.
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 1 or not _country(parts[-1]):
        return "", "", ""
    return parts[0], parts[1] if len(parts) > 2 else "", parts[-1]  # noqa: PLR2004  # town, region, country


def _key(name: str) -> str:
    """The words of a name in any order, without accents: "Madrid, Comunidad de" has two forms."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(sorted(letters.split()))


def _country(text: str) -> str:
    """The code of a country by its name, by three letters, or as UK or EL; "" for other texts.

    Two letters of ISO 3166-1 do not count: "Los Angeles, CA" is not in Canada.
    """
    code = places.country_code(text)
    return _countries().get(_key(text)) or ("" if code == text.strip().upper() else code)


@cache
def _countries() -> dict[str, str]:
    return {_key(country.name): code for code, country in places.countries().items()}


@cache
def _regions() -> dict[tuple[str, str], str]:
    return {
        (region.country, _key(region.name)): region.code for region in places.regions().values()
    }

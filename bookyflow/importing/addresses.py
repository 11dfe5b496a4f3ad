"""Where a listing is: what its row says first, then what whoever imports says."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from zoneinfo import TZPATH

from bookyflow.core import places
from bookyflow.core.currencies import currency_of_country
from bookyflow.core.dates import is_time_zone
from bookyflow.importing.listings import Address, BadRow, Place


@dataclass(frozen=True)
class Defaults:
    """What holds where a row says nothing; `currency` and `time_zone` hold for every row.

    Empty: the country's currency, and the time zone of the country's that is nearest. `region` is
    an ISO 3166-2 code.
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
        time_zone=defaults.time_zone or _nearest_zone(country, place),
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


def _nearest_zone(country: str, place: Place) -> str:
    zones = _zones().get(country, [])
    if place.latitude is None or place.longitude is None:
        return zones[0][0] if len(zones) == 1 else "UTC"
    latitude, longitude = float(place.latitude), float(place.longitude)

    def distance(zone: tuple[str, float, float]) -> float:
        shrink = math.cos(math.radians((latitude + zone[1]) / 2))
        east = abs(longitude - zone[2])
        return math.hypot(latitude - zone[1], min(east, 360 - east) * shrink)

    return min(zones, key=distance)[0] if zones else "UTC"


@cache
def _zones() -> dict[str, list[tuple[str, float, float]]]:
    """Country → its time zones, each with the position of its main city."""
    found: dict[str, list[tuple[str, float, float]]] = {}
    for line in _zone_table().splitlines():
        country, position, name = ([*line.split("\t"), "", ""])[:3]
        if not line.startswith("#") and is_time_zone(name):
            at = max(position.rfind("+"), position.rfind("-"))
            found.setdefault(country, []).append(
                (name, _degrees(position[:at]), _degrees(position[at:]))
            )
    return found


def _zone_table() -> str:
    for directory in TZPATH:
        path = Path(directory) / "zone.tab"
        if path.exists():
            return path.read_text(encoding="utf-8")
    try:
        return resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    except (ModuleNotFoundError, FileNotFoundError):
        return ""


def _degrees(text: str) -> float:
    """Of ±DDMM, ±DDDMM, ±DDMMSS or ±DDDMMSS (ISO 6709)."""
    digits = text[1:]
    whole = len(digits) - (4 if len(digits) > 5 else 2)  # noqa: PLR2004  # longer ones have seconds
    seconds = Decimal(digits[whole : whole + 2]) * 60 + Decimal(digits[whole + 2 :] or 0)
    value = float(Decimal(digits[:whole]) + seconds / 3600)
    return -value if text.startswith("-") else value

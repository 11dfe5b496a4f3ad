"""Which country and region a position lies in, as the geocoder of the site says.

Any that answers as Nominatim's `reverse` does. There is no table of borders in the project: those
of regions are hundreds of megabytes, and the nearest town is often on the other side of one.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from bookyflow.core.errors import DomainError
from bookyflow.core.outgoing import any_address, fetch
from bookyflow.core.places import Region, country_code, region

SECONDS = 5.0
MOST_BYTES = 256 * 1024
_TOWN = 10  # the zoom of Nominatim at which it knows country, region and district
_CODES = "ISO3166-2-lvl"  # and the level: the code of a region that the position lies in

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Location:
    """A country, by its two letters, and the smallest region of ISO 3166-2, where it is known.

    The country is "" where there is none, such as at sea.
    """

    country: str = ""
    region: Region | None = None


def location_of(latitude: Decimal, longitude: Decimal) -> Location:
    """Where a position in degrees lies, in the country that the geocoder counts it to.

    Raises DomainError `no_geocoder`, and `geocoder_unavailable` while it does not answer.
    """
    if not settings.GEOCODER_URL:
        raise DomainError("no_geocoder", "This site has no geocoder.")
    query = urlencode(
        {
            "format": "jsonv2",
            "lat": f"{latitude:f}",
            "lon": f"{longitude:f}",
            "zoom": _TOWN,
            "addressdetails": 1,
        }
    )
    separator = "&" if "?" in settings.GEOCODER_URL else "?"
    try:
        content = fetch(
            f"{settings.GEOCODER_URL}{separator}{query}",
            most_bytes=MOST_BYTES,
            seconds=SECONDS,
            accept="application/json",
            resolve=any_address,  # the operator has named it, and may have it inside
        )
        return _read(json.loads(content))
    except DomainError as error:
        reason = error.detail
    except ValueError:
        reason = "It does not answer as Nominatim does."
    logger.warning("Geocoder: %s", reason)
    raise DomainError("geocoder_unavailable", "The geocoder does not answer properly.")


def _read(answer: Any) -> Location:
    """The place of an answer. Raises ValueError."""
    match answer:
        case {"address": {"country_code": str(told), **address}}:
            country = country_code(told)
            return Location(country, _region(country, address))
        case {"address": {}} | {"error": _}:
            return Location()
        case _:
            raise ValueError("no answer of a geocoder")


def _region(country: str, address: Mapping[Any, Any]) -> Region | None:
    names = [name for name in map(str, address) if name.startswith(_CODES)]
    codes = sorted(names, key=_level, reverse=True)
    found = (region(str(address[name])) for name in codes)
    return next((one for one in found if one and one.country == country), None)


def _level(name: str) -> int:
    level = name.removeprefix(_CODES)
    return int(level) if level.isascii() and level.isdigit() else 0

"""Which time zone a place has, by its country and position."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources
from math import cos, radians
from zoneinfo import ZoneInfo

import tzfpy
from django.utils import timezone

# What zone.tab leaves out, since ISO has no code for it.
_MORE_ZONES = {"XK": ("Europe/Belgrade",)}
# How far from a position another one is tried, in degrees of latitude: on a border, at sea.
_STEPS = (0.0, 0.02, 0.1, 0.3)
_DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (0.7, -0.7), (-0.7, 0.7), (-0.7, -0.7))
_DAYS_COMPARED = 2 * 366


def time_zone_of(country: str, latitude: Decimal | None, longitude: Decimal | None) -> str:
    """The IANA time zone of a place, from its ISO 3166-1 country and position in degrees.

    "" where they do not tell: a country with several clocks and no position on land, or one where
    the country has none of its clocks. Zones that keep the same time from now on are one clock.
    """
    own = zones_of(country)
    here = []
    if latitude is not None and longitude is not None:
        here = list(_zones_around(float(latitude), float(longitude)))
    for zone in here:
        if zone in own:
            return zone
        # Zones do not end at the borders of countries: Hanoi is in that of Bangkok.
        for alike in own:
            if _clock(alike) == _clock(zone):
                return alike
    has_one_clock = len({_clock(zone) for zone in own}) == 1
    return own[0] if has_one_clock and not here else ""


def zones_of(country: str) -> tuple[str, ...]:
    """The IANA time zones of a country, the one with most people first where that is known."""
    return _table().get(country, ())


@cache
def _table() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    text = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            found[country].append(zone)
    return {country: tuple(zones) for country, zones in found.items()} | _MORE_ZONES


def _zones_around(latitude: float, longitude: float) -> Iterator[str]:
    """The zones at a position, then those ever farther away; none for the open sea."""
    for step in _STEPS:
        for north, east in _DIRECTIONS if step else ((0, 0),):
            there = max(-90.0, min(90.0, latitude + north * step))
            shrink = max(cos(radians(there)), 0.01)
            across = (longitude + east * step / shrink + 180) % 360 - 180
            # The first is the one of the law where two claim a place, such as Beijing's in Urumqi.
            names = [tzfpy.get_tz(across, there), *tzfpy.get_tzs(across, there)]
            yield from (name for name in names if name and not name.startswith("Etc/"))


def _clock(zone: str) -> tuple[timedelta | None, ...]:
    return _offsets(zone, timezone.now().date())


@lru_cache(maxsize=1000)
def _offsets(zone: str, first: date) -> tuple[timedelta | None, ...]:
    """The offset from UTC at noon of each day of the next two years."""
    noon, here = datetime.combine(first, time(12)), ZoneInfo(zone)
    return tuple(
        (noon + timedelta(days=number)).replace(tzinfo=here).utcoffset()
        for number in range(_DAYS_COMPARED)
    )

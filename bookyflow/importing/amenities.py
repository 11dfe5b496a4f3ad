"""From a file's names of amenities to the seeded features.

Only names that mean a feature are taken over; the others are counted for the report. New features
would fill every site's filters with a file's wording.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

NEAR_BEACH, BALCONY, BATH, FIREPLACE, LIFT, GYM, HAIRDRYER = 12, 7, 10, 11, 30, 40, 42
INTERNET, HOT_DRINKS, IRON, HOT_TUB, PARKING, PETS, POOL = 47, 48, 49, 50, 54, 55, 58
SHOWER, SMOKING, TELEVISION, WIFI, GARDEN, MICROWAVE = 67, 70, 74, 77, 80, 81

KNOWN = {
    "backyard": GARDEN,
    "bathtub": BATH,
    "beach access": NEAR_BEACH,
    "beachfront": NEAR_BEACH,
    "cable tv": TELEVISION,
    "coffee maker": HOT_DRINKS,
    "dvd player": 29,
    "elevator": LIFT,
    "ethernet connection": INTERNET,
    "free driveway parking on premises": PARKING,
    "free parking garage on premises": PARKING,
    "free parking on premises": PARKING,
    "free residential garage on premises": PARKING,
    "garden": GARDEN,
    "gym": GYM,
    "hair dryer": HAIRDRYER,
    "hdtv": TELEVISION,
    "hot tub": HOT_TUB,
    "hot water kettle": HOT_DRINKS,
    "indoor fireplace": FIREPLACE,
    "internet": INTERNET,
    "iron": IRON,
    "jacuzzi": HOT_TUB,
    "keurig coffee machine": HOT_DRINKS,
    "microwave": MICROWAVE,
    "nespresso machine": HOT_DRINKS,
    "outdoor shower": SHOWER,
    "paid parking garage on premises": PARKING,
    "paid parking on premises": PARKING,
    "patio or balcony": BALCONY,
    "pets allowed": PETS,
    "pocket wifi": WIFI,
    "pool": POOL,
    "pour-over coffee": HOT_DRINKS,
    "private backyard": GARDEN,
    "private hot tub": HOT_TUB,
    "private patio or balcony": BALCONY,
    "private pool": POOL,
    "safe": 22,
    "shared backyard": GARDEN,
    "shared gym": GYM,
    "shared hot tub": HOT_TUB,
    "shared patio or balcony": BALCONY,
    "shared pool": POOL,
    "smoking allowed": SMOKING,
    "tv": TELEVISION,
    "wheelchair accessible": 25,
    "wifi": WIFI,
}

# What follows a dash, a colon or "with" is a detail: '32" HDTV with Chromecast', "Pool: heated".
_SCREEN = re.compile(r"^(\d+\" )?(?=h?dtv\b|tv\b)")
_DETAIL = re.compile(r"\s*(?:[\u2013\u2014:]| - | with ).*$", re.DOTALL)


def features_of(names: Iterable[str]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The ids of the features that the names stand for, and the names that stand for none."""
    found: set[int] = set()
    unknown: dict[str, None] = {}
    for name in names:
        if feature := KNOWN.get(_plain(name)):
            found.add(feature)
        else:
            unknown[name.strip()] = None
    return tuple(sorted(found)), tuple(unknown)


def _plain(name: str) -> str:
    spaced = " ".join(name.split()).casefold()
    return _DETAIL.sub("", _SCREEN.sub("", spaced))

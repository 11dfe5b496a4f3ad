"""From a file's names of amenities to the seeded features.

`amenities.csv` has the features' ids, each with the words that sites have for it; the names that
the features themselves have in our languages are known as well. Names that mean no feature are left
out, and counted for the report. What sites list among amenities and is none (how long one may stay,
who hands over the key) stands in the last row of the file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bookyflow.core.seeded_names import seeded_names

FILE = Path(__file__).with_suffix(".csv")
NO_AMENITY = "-"

_APOSTROPHES = str.maketrans("\u2019\u2018", "''")
# What follows a dash, a colon or "with" is a detail: '32" HDTV with Chromecast', "Pool: heated".
_DETAIL = re.compile(r"\s*(?::| - |- |\(| with ).*$", re.DOTALL)
_DASH = re.compile(r"\s*[\u2013\u2014]\s*")
_REFUSED = ("no ", "not ", "without ")


@dataclass(frozen=True)
class Amenities:
    """What the names of a listing say: ids of features, and the names that stand for none.

    `other` are names of what is no amenity. Both keep the names as the file has them, once each.
    """

    features: tuple[int, ...]
    unknown: tuple[str, ...]
    other: tuple[str, ...]


def amenities_of(names: Iterable[str]) -> Amenities:
    """What the names stand for."""
    found: set[int] = set()
    left: dict[str, bool] = {}
    for name in names:
        meant = _meant(name)
        found |= meant or frozenset()
        if not meant:
            left[name.strip()] = meant is None
    unknown = tuple(name for name, is_unknown in left.items() if is_unknown)
    other = tuple(name for name, is_unknown in left.items() if not is_unknown)
    return Amenities(tuple(sorted(found)), unknown, other)


@cache
def known() -> dict[str, frozenset[int]]:
    """The features that each known name means, by its plain spelling; none: it is no amenity."""
    found: dict[str, frozenset[int]] = {}
    for feature, names in seeded_names("feature").items():
        for name in names.values():
            found[_plain(name)] = found.get(_plain(name), frozenset()) | {feature}
    listed: dict[str, frozenset[int]] = {}
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            features = set() if row["feature"] == NO_AMENITY else {int(row["feature"])}
            for name in row["names"].split(", "):
                listed[name] = listed.get(name, frozenset()) | features
    return found | listed


def _meant(name: str) -> frozenset[int] | None:
    """The features that a name means, none for no amenity; None where we do not know it.

    It is looked for as a whole, then without its details, then by its last words, so that a maker
    or a material before them does not matter: "Stainless steel oven".
    """
    whole = _plain(name)
    plain = _DETAIL.sub("", whole)
    for text in (whole, plain):
        if text in known():
            return known()[text]
    if plain.startswith(_REFUSED):
        return None
    words = plain.split()
    ends = (" ".join(words[start:]) for start in range(1, len(words)))
    return next((known()[end] for end in ends if known().get(end)), None)


def _plain(name: str) -> str:
    spaced = " ".join(_DASH.sub(" - ", name).translate(_APOSTROPHES).split())
    return spaced.casefold()

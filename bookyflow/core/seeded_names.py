"""What the entries that every site starts with are called in other languages.

The database holds their names in English. A site that has renamed one keeps its own name in every
language.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from bookyflow.core.languages import family

FILE = Path(__file__).with_suffix(".csv")
ENGLISH = "en"


@cache
def seeded_names(kind: str) -> dict[int, dict[str, str]]:
    """The names of a kind: id → language → name. Kinds are the first column of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {
            int(row.pop("id")): row
            for row in csv.DictReader(file, delimiter=";")
            if row.pop("kind") == kind
        }


def name_in(language: str, *, kind: str, pk: int, name: str) -> str:
    """The name of an entry in a language, else `name`, which the database has for it."""
    known = seeded_names(kind).get(pk, {})
    return known.get(family(language), name) if known.get(ENGLISH) == name else name

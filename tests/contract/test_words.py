"""Phrases and names that were given up for the field's own words, and are not to come back."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RETIRED = (
    "mend the syntax",
    "reckoned anew",
    "not one of ours",
    "needed here",
    "no room without an adult",
    "is no enquiry",
    "begin anew",
    "taken back already",
    "more than is owed",
    "a length that is let",
    "sets how long a stay is",
    "of the mean night of one guest",
    "room is wished for",
    "not yours to review",
    "counter-entry stays",
)

# Of classes, functions and modules; what stands for them is in CONTRIBUTING.md under "Words".
RETIRED_NAMES = re.compile(
    r"\b(StayWish|RoomWish|wishes\.py|TypeDay|type_days?|Happenings?|happenings?|making_room"
    r"|Standing|standings|OneByOne|Unreadable|sorted_out|counter-entr(y|ies)|forgetting\.py)\b"
)


def texts(*folders):
    """Lines of code, templates and manifests, with where they stand."""
    return [line for folder in folders for line in texts_of(folder)]


@cache
def texts_of(folder):
    """Those of a folder; read once, since each phrase is looked for in all of them."""
    return [
        (f"{path.relative_to(ROOT)}:{number}", line)
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".html", ".txt", ".json", ".md"}
        for number, line in enumerate(path.read_text().splitlines(), 1)
    ]


@pytest.mark.parametrize("phrase", RETIRED)
def test_what_was_given_up_does_not_come_back(phrase):
    found = [
        where
        for where, line in texts("bookyflow", "features", "templates")
        if phrase in line.lower()
    ]

    assert found == []


def test_names_that_were_given_up_do_not_come_back():
    found = [
        where
        for where, line in texts("bookyflow", "features", "benchmarks", "docs")
        if RETIRED_NAMES.search(line)
    ]

    assert found == []

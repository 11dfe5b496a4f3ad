"""The interface as it is agreed: every operation keeps its method, path and id."""

from __future__ import annotations

import re
from pathlib import Path

from bookyflow.api.schema.document import BundledGenerator, document

HERE = Path(__file__).parent
FEWEST_BUILT = 314


def lines(name: str) -> list[str]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def shape(path: str) -> str:
    """A path without the names of its parameters, which are free."""
    return re.sub(r"\{[^}]*\}", "{}", path.removeprefix("/bookyflow/api")).rstrip("/")


AGREED = {
    (method, shape(path)): name
    for method, path, name in (line.split() for line in lines("operations.txt"))
}
TO_BUILD = lines("operations_to_build.txt")
OWN = lines("operations_own.txt")
BUILT = {
    (method.upper(), shape(path)): operation["operationId"]
    for path, methods in document(BundledGenerator.features)["paths"].items()
    for method, operation in methods.items()
}


def test_all_314_are_known_once():
    assert len(AGREED) == len(set(AGREED.values())) == 314


def test_what_is_built_has_its_agreed_id():
    assert {at: name for at, name in BUILT.items() if at in AGREED} == {
        at: name for at, name in AGREED.items() if at in BUILT
    }


def test_the_list_of_what_is_to_be_built_is_right_and_shrinks():
    missing = sorted(name for at, name in AGREED.items() if at not in BUILT)

    assert missing == TO_BUILD
    assert len(TO_BUILD) <= 314 - FEWEST_BUILT


def test_what_is_built_beyond_it_is_listed():
    own = [
        f"{method} {at} {name}"
        for (method, at), name in BUILT.items()
        if (method, at) not in AGREED
    ]

    assert sorted(own) == OWN

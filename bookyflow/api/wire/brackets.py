"""Nested values from the flat names of forms: `rooms[0][count]`, `ids[]`, `prices[1811808000]`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

DEEPEST = 8
_NAME = re.compile(r"(?P<name>[^\[\]]+)(?P<path>(?:\[[^\[\]]*\])*)")
_KEY = re.compile(r"\[([^\[\]]*)\]")


class ContradictionError(ValueError):
    """A field is both a value and a collection."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The field {name} is both a value and a collection.")


class _Node(dict[str, Any]):
    """A level while it is being filled; told apart from a value by its class."""


def unfolded(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """One plain dict of fields. A name without brackets that comes twice keeps its last value.

    A level whose keys are 0, 1, 2 … is a list, and so is `name[]`. Raises ValueError when a name
    is both a value and a level, or nested deeper than DEEPEST.
    """
    root = _Node()
    for name, value in pairs:
        first, *keys = _keys(name)
        place: Any = root
        key = first
        for inner in keys:
            place = place.setdefault(key, _Node())
            if not isinstance(place, _Node):
                raise ContradictionError(first)
            key = inner or str(len(place))
        if isinstance(place.get(key), _Node):
            raise ContradictionError(first)
        place[key] = value
    return {name: _plain(value) for name, value in root.items()}


def _keys(name: str) -> list[str]:
    found = _NAME.fullmatch(name)
    if found is None:
        return [name]  # brackets that do not pair belong to the name
    keys = [found["name"], *_KEY.findall(found["path"])]
    if len(keys) > DEEPEST:
        raise ValueError("A field's name is nested too deeply.")
    return keys


def _plain(value: Any) -> Any:
    if not isinstance(value, _Node):
        return value
    items = {key: _plain(item) for key, item in value.items()}
    if items.keys() == {str(n) for n in range(len(items))}:
        return [items[str(n)] for n in range(len(items))]
    return items

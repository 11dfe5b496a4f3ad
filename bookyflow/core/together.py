"""Several statements that only read, as one: most of what a small one costs is the way there."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, Generic, TypeVar

from bookyflow.core.prepared import all_rows, on_one_line

T = TypeVar("T")
One = TypeVar("One")
Other = TypeVar("Other")
Third = TypeVar("Third")

_ROWS = "(SELECT json_agg(json_build_array({columns})) FROM ({source}) r({columns}))::text"
_PARAMETER = re.compile(r"%\((\w+)\)s")
_DECODER = json.JSONDecoder(parse_float=Decimal)  # numbers as PostgreSQL writes them, to the digit


@dataclass(frozen=True)
class Read(Generic[T]):
    """A statement that is still to be run, and what to make of its rows.

    It has so many columns, of which those at `days` are dates; the others are texts, numbers but
    for floats, or booleans. Its text is one of a few.
    """

    statement: str
    parameters: dict[str, Any]
    make: Callable[[list[Any]], T]
    columns: int
    days: tuple[int, ...] = ()

    def now(self) -> T:
        """What it reads."""
        return self.make(all_rows(self.statement, self.parameters))


def read_together(
    one: Read[One], other: Read[Other], third: Read[Third]
) -> tuple[One, Other, Third]:
    """What three statements read, as one: it takes little longer than one of them (measured)."""
    statement, names = _together(
        (one.statement, one.columns),
        (other.statement, other.columns),
        (third.statement, third.columns),
    )
    sent = (one.parameters, other.parameters, third.parameters)
    parameters = {
        short: values[name]
        for values, known in zip(sent, names, strict=True)
        for name, short in known.items()
    }
    ((found, others, thirds),) = all_rows(statement, parameters)
    return (
        one.make(of_json(found, one.days)),
        other.make(of_json(others, other.days)),
        third.make(of_json(thirds, third.days)),
    )


@lru_cache(maxsize=64)
def _together(*reads: tuple[str, int]) -> tuple[str, list[dict[str, str]]]:
    """The statement whose only row has the rows of others, each as a JSON list of lists.

    With what the parameters of each are called in it; by short names, as `on_one_line` wants.
    """
    parts, names = [], []
    free = iter(_short_names(sum(len(_PARAMETER.findall(statement)) for statement, _ in reads)))
    for statement, size in reads:
        known = {name: next(free) for name in dict.fromkeys(_PARAMETER.findall(statement))}
        names.append(known)
        parts.append(as_json(_PARAMETER.sub(partial(_renamed, known), statement), size))
    return on_one_line(f"SELECT {','.join(parts)}"), names


def as_json(statement: str, size: int) -> str:
    """What to SELECT to have the rows of a statement of so many columns, for `of_json`."""
    return _ROWS.format(columns=",".join(_short_names(size)), source=statement)


def _renamed(known: Mapping[str, str], parameter: re.Match[str]) -> str:
    return f"%({known[parameter[1]]})s"


def _short_names(number: int) -> list[str]:
    """a to z, a1 to z1 and so on: none is a word of SQL."""
    letters = string.ascii_lowercase
    return [
        letters[place % len(letters)] + str(place // len(letters) or "") for place in range(number)
    ]


def of_json(text: str | None, days: tuple[int, ...] = ()) -> list[list[Any]]:
    """The rows that `as_json` has read; which columns are dates, is to be told."""
    rows: list[list[Any]] = [] if text is None else _DECODER.decode(text)
    for row in rows:
        for day in days:
            if row[day] is not None:
                row[day] = date.fromisoformat(row[day])
    return rows

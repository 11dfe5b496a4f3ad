"""The cases by name. Each gives lines of the table, and work to look at in a profile."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.playground import Bench
from benchmarks.report import Result
from benchmarks.samples import Work


@dataclass(frozen=True)
class Case:
    """One thing to measure. `works` gives so many calls through the API, for a profile."""

    name: str
    run: Callable[[Bench], Iterable[Result]]
    works: Callable[[Bench, int], list[Work]] | None = None

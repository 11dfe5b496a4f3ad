"""Comparing kinds of work in one run: interleaved, warmed up, medians."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True)
class Ratio:
    """How one kind of work compares with another: median and quartiles of the rounds' ratios."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} x"

    @property
    def spread(self) -> str:
        """The quartiles, between which half of the rounds lie."""
        return f"{self.low:.2f} to {self.high:.2f}"


def seconds(
    works: Mapping[str, Sequence[Work] | Work], *, rounds: int, calls: int
) -> dict[str, list[float]]:
    """Seconds per call of each kind of work, once for every round.

    In each round every kind has its turn, another one first each time, so that whatever else the
    machine does hits all of them. One round before the first is thrown away. A sequence instead of
    a function has one item for each call and round, and for the warm-up: (rounds + 1) * calls.
    """
    names = list(works)
    found: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds + 1):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            work = works[name]
            batch = (
                [work] * calls if callable(work) else work[number * calls : (number + 1) * calls]
            )
            took = timed(batch)
            if number:
                found[name].append(took)
    return found


def timed(batch: Sequence[Work]) -> float:
    """Seconds per call of a few calls, one after the other."""
    started = time.perf_counter()
    for work in batch:
        work()
    return (time.perf_counter() - started) / len(batch)


def ratio(above: Sequence[float], below: Sequence[float]) -> Ratio:
    """`above` / `below`, round by round."""
    ratios = [one / other for one, other in zip(above, below, strict=True)]
    low, median, high = quartiles(ratios)
    return Ratio(median, low, high)


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Lower quartile, median, upper quartile."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, median, high


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def milliseconds(values: Sequence[float]) -> str:
    """The median, for people."""
    return f"{statistics.median(values) * 1000:.2f} ms"

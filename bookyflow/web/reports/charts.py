"""Charts as SVG: bars by month, stacked by source. Shapes only; the page draws and labels them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

WIDTH, HEIGHT = 720, 220
LEFT, BOTTOM, TOP = 76, 32, 14  # room for the numbers and the months
MOST_LABELS = 6  # more would run into each other
COLOURS = 6  # classes s1…s6; more series share the last
STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Bar:
    """A rectangle with what it says; `series` is the number of its colour."""

    x: float
    y: float
    width: float
    height: float
    series: int
    title: str


@dataclass(frozen=True)
class Mark:
    """A text at a place: a month below, or a number at the side with its line."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Chart:
    """Bars over an axis of months."""

    bars: list[Bar]
    months: list[Mark]
    scale: list[Mark]
    width: int = WIDTH
    height: int = HEIGHT
    side: int = LEFT - 6
    base: float = HEIGHT - BOTTOM


def bar_chart(
    labels: Sequence[str], columns: Sequence[Sequence[tuple[str, Decimal]]], *, top: Decimal | None
) -> Chart:
    """A column for each label, of (title, amount) parts from below; negative amounts are left out.

    `top` is the end of the scale, None for as much as is needed.
    """
    sums = [sum((max(amount, Decimal(0)) for _, amount in parts), Decimal(0)) for parts in columns]
    end = top or _round_end(max(sums, default=Decimal(0)))
    step = (WIDTH - LEFT) / max(len(labels), 1)
    high = HEIGHT - BOTTOM - TOP
    bars: list[Bar] = []
    for place, parts in enumerate(columns):
        y = float(HEIGHT - BOTTOM)
        for series, (title, amount) in enumerate(parts, 1):
            tall = float(max(amount, Decimal(0)) / end) * high
            y -= tall
            if tall:
                x = LEFT + step * place + step * 0.15
                bars.append(Bar(x, y, step * 0.7, tall, min(series, COLOURS), title))
    months = [
        Mark(LEFT + step * (place + 0.5), HEIGHT - 6, label)
        for place, label in enumerate(labels)
        if place % ceil(len(labels) / MOST_LABELS) == 0
    ]
    scale = [
        Mark(LEFT, HEIGHT - BOTTOM - high * part / 4, f"{end * part / 4:,.0f}") for part in range(5)
    ]
    return Chart(bars, months, scale)


def _round_end(highest: Decimal) -> Decimal:
    """A round number from the highest column up, at least 4, in quarters that are whole."""
    size = Decimal(4)
    while True:
        for step in STEPS:
            if size * step >= highest:
                return size * step
        size *= 10

"""What was measured, as a table for the terminal and as docs/performance.md."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psycopg

from benchmarks.samples import Ratio

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
HEADINGS = ("case", "work", "budget", "measured", "", "spread")


@dataclass(frozen=True)
class Result:
    """One line of the table. `passed` is None for what has no budget; `detail` explains.

    `plan` is what PostgreSQL did, as EXPLAIN tells it.
    """

    work: str
    measured: str
    budget: str = ""
    passed: bool | None = None
    spread: str = ""
    detail: str = ""
    case: str = ""
    plan: str = ""

    @property
    def verdict(self) -> str:
        """pass, MISS, or nothing."""
        return {True: "pass", False: "MISS", None: ""}[self.passed]


def at_least(work: str, found: Ratio, budget: float, detail: str = "") -> Result:
    """A result that passes when the ratio is the budget or more."""
    return Result(
        work, str(found), f">= {budget:.2f} x", found.median >= budget, found.spread, detail
    )


def at_most(work: str, found: Ratio, budget: float, detail: str = "") -> Result:
    """A result that passes when the ratio is the budget or less."""
    return Result(
        work, str(found), f"<= {budget:.2f} x", found.median <= budget, found.spread, detail
    )


def table(results: Sequence[Result]) -> str:
    """The results for a terminal."""
    return aligned([HEADINGS, *(_row(result) for result in results)])


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """A table for a terminal; the first row is its head."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """A table for a document; the first row is its head."""
    head, *others = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([head, "| " + "--- | " * len(rows[0]), *others])


def details(results: Sequence[Result]) -> str:
    """What the numbers were made of, and where to look when one is missed."""
    lines = [f"{one.case}: {one.work}: {one.detail}" for one in results if one.detail]
    missed = sorted({one.case for one in results if one.passed is False})
    lines += [f"Missed: see where the time goes with script/bench --profile {n}" for n in missed]
    lines += [f"\n{one.case}: {one.work}:\n{one.plan}" for one in results if one.plan]
    return "\n".join(lines)


def document(results: Sequence[Result], machine: str, datasets: str) -> str:
    """docs/performance.md."""
    notes = [f"- {one.case}, {one.work}: {one.detail}" for one in results if one.detail]
    missed = [one for one in results if one.passed is False]
    said = [f"- {one.case}, {one.work}: {one.measured} for {one.budget}" for one in missed]
    parts = [
        "# Performance",
        _ORIGIN,
        f"Measured on {machine}. {datasets}",
        markdown([HEADINGS, *map(_row, results)]),
        "## How to read it",
        _READING,
        "## Budgets that are missed",
        "\n".join(said) if said else "None.",
        "## What the numbers are made of",
        "\n".join(notes),
    ]
    plans = [f"{one.case}, {one.work}:\n\n```\n{one.plan}\n```" for one in results if one.plan]
    if plans:
        parts += ["## What PostgreSQL does", *plans]
    return "\n\n".join(parts) + "\n"


def section_write(title: str, *paragraphs: str) -> None:
    """Put a section of docs/performance.md in its place, or at the end; nothing else changes."""
    own = "\n\n".join([f"## {title}", *paragraphs]) + "\n"
    text = DOCUMENT.read_text(encoding="utf-8")
    parts = [part.rstrip("\n") + "\n" for part in _SECTION.split(text)]
    titles = [part.partition("\n")[0] for part in parts]
    if f"## {title}" in titles:
        parts[titles.index(f"## {title}")] = own
    else:
        parts.append(own)
    DOCUMENT.write_text("\n".join(parts), encoding="utf-8")


def kept(text: str) -> str:
    """The sections of docs/performance.md that only programs beside this one write."""
    parts = _SECTION.split(text)
    return "".join(part for part in parts if part.startswith(_OTHERS))


_SECTION = re.compile(r"^(?=## )", re.MULTILINE)
_OTHERS = ("## Beside ", "## Growth", "## Many at once")

_ORIGIN = """\
Written by `script/bench`; do not edit. `script/bench --help` says how to measure again, and
`script/bench --profile CASE` shows where the time of one case goes. What others reach is in
[peers.md](peers.md)."""

_READING = """\
Budgets are ratios within one run, so that they hold on any machine; the milliseconds and rates are
this machine's own. A ratio compares two kinds of work that take turns in the same process, and is
the median of the rounds' ratios; the spread is their lower and upper quartile. A line without a
budget is a report.

- "Bare SQL" is the same statement with the same parameters on an open connection, read to the last
  row: what no application could do faster. It is sent as Django sends it, planned anew each time.
- "The toolkit's class" is django-oauth-toolkit's own, on the same view with the same middleware.
- "In process" calls the WSGI application directly, with all middleware. "Over HTTP" is Granian with
  two workers of four threads, and clients on the same machine, which take their part of the cores.
- Statements are counted on the request's own connection, without BEGIN, COMMIT and SAVEPOINT."""


def machine_text(url: str) -> str:
    """The size of this machine and the versions that matter, without any name."""
    with psycopg.connect(url) as connection:
        server = connection.info.server_version
        row = connection.execute(
            "SELECT current_setting('shared_buffers'), current_setting('fsync')"
        ).fetchone()
    buffers, fsync = row or ("?", "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [
        f"{os.cpu_count()} cores ({platform.machine()})",
        f"{memory:.0f} GiB of memory",
        f"PostgreSQL {server // 10000}.{server % 10000} (shared_buffers {buffers}, fsync {fsync})",
        f"Python {platform.python_version()}",
        f"Django {version('Django')}",
        f"Granian {version('granian')}",
    ]
    return f"{datetime.now(UTC):%Y-%m-%d}: " + ", ".join(parts)


def _row(result: Result) -> tuple[str, ...]:
    return (
        result.case,
        result.work,
        result.budget,
        result.measured,
        result.verdict,
        result.spread,
    )

"""This build beside that of another revision: the same calls over HTTP, in turns."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks import report
from benchmarks.against.builds import revision, this
from benchmarks.against.load import drive
from benchmarks.against.measuring import (
    Samples,
    Served,
    compared,
    in_turns,
    serve,
    shown,
    spent,
)
from benchmarks.against.rows import BASE, NO_SLOWER, ROWS, Row
from benchmarks.against.wire import Wire, wire
from benchmarks.revisions import git
from benchmarks.samples import Ratio

WARMING, COUNTED = 20, 10  # calls before statements are counted, and calls whose are
MOST_MEMORY = 150  # MiB of a worker
MIB = 2**20
SECTION = f"Beside {BASE}"
READING = f"""\
`script/bench --against {BASE}` makes a work tree of that revision, with an environment and a
database of its own, enters the same hundred hotels in both builds through the API, and lets the
same calls take turns on both: Granian with two workers of four threads each, 8 connections, the
request log on. The ratio is the median of the rounds' ratios, and the spread their quartiles. SQL
are the statements of a call and trips how often it waits for PostgreSQL, counted between the two:
without the request log, and statements without BEGIN and COMMIT. CPU is the processor time of a
call in the processes of the web server and of PostgreSQL, which other load on the machine changes
little. What others reach is in [peers.md](peers.md)."""
HEADINGS = (
    "row",
    "{old}/s",
    "now/s",
    "ratio",
    "spread",
    "target",
    "",
    "SQL",
    "trips",
    "CPU ms, web",
    "CPU ms, PostgreSQL",
)


@dataclass
class Compared:
    """A row's samples of the old build and of this one, and what its calls ask of PostgreSQL."""

    row: Row
    samples: Samples
    target: float | None
    statements: list[str] = field(default_factory=list)
    trips: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> Ratio | None:
        """How this build compares with the old one."""
        old, now = self.samples
        return compared(self.row, now, old)

    @property
    def passed(self) -> bool | None:
        """Whether the target is reached; None where there is none, or nothing to compare with."""
        found = self.ratio
        if found is None or self.target is None:
            return None
        return found.median <= self.target if self.row.is_time else found.median >= self.target

    def cells(self) -> tuple[str, ...]:
        """The row as the table has it."""
        found = self.ratio
        sign = "<=" if self.row.is_time else ">="
        return (
            self.row.work,
            *(shown(self.row, some) for some in self.samples),
            str(found or ""),
            found.spread if found else "",
            "" if self.target is None else f"{sign} {self.target:.2f} x",
            {True: "pass", False: "MISS", None: ""}[self.passed],
            " > ".join(self.statements),
            " > ".join(self.trips),
            spent(self.samples, "web"),
            spent(self.samples, "database"),
        )


def main(other: str, names: Sequence[str], *, properties: int, quick: bool) -> int:
    """Compare with a revision; 1 when a target is missed. The document is written by a whole run
    beside BASE."""
    server = os.environ["DATABASE_URL"]
    rows = [row for row in ROWS if not names or row.name in names]
    with revision(other, server) as old:
        is_base = old.name == git("rev-parse", "--short", BASE)
        with old.with_hotels(properties) as there, this(server).with_hotels(properties) as here:
            with serve(*there) as first, serve(*here) as second:
                both = [first, second]
                samples = in_turns(both, rows, quick=quick)
                memory = [max(one.server.worker_bytes()) / MIB for one in both]
            found = [Compared(r, samples[r.name], target_of(r, is_base=is_base)) for r in rows]
            count_statements(found, both)
    table = [tuple(heading.format(old=old.name) for heading in HEADINGS)]
    table += [one.cells() for one in found]
    machine = report.machine_text(server)
    said = f"Memory of a worker: {memory[0]:.0f} MiB > {memory[1]:.0f} MiB (<= {MOST_MEMORY} MiB)."
    print("", machine, report.aligned(table), said, sep="\n")
    if is_base and not (names or quick or properties):
        measured = f"Measured on {machine}."
        report.section_write(SECTION, measured, report.markdown(table), said, READING)
    return int(any(one.passed is False for one in found) or memory[1] > MOST_MEMORY)


def target_of(row: Row, *, is_base: bool) -> float | None:
    """What is asked of a row: beside any other revision than BASE that nothing is slower."""
    if is_base:
        return row.target
    return 1 / NO_SLOWER if row.is_time else NO_SLOWER


def count_statements(found: Sequence[Compared], both: Sequence[Served]) -> None:
    """Statements and round trips of a call to PostgreSQL, by one worker without a request log.

    The builds have ended to serve, and go on here with another server.
    """
    for before in both:
        build = before.build
        with (
            wire(build.database) as seen,
            build.serving(workers=1, DATABASE_URL=seen.url, REQUEST_LOG="0") as server,
        ):
            served = Served(build, server, before.world)
            for one in found:
                counted = _counted(served, one.row, seen) if served.has(one.row) else ("-", "-")
                one.statements.append(counted[0])
                one.trips.append(counted[1])


def _counted(served: Served, row: Row, seen: Wire) -> tuple[str, str]:
    requests, port = served.requests[row.name], served.server.port
    drive(port, requests, connections=1, calls=WARMING)
    seen.clear()
    served.check(row, drive(port, requests, connections=1, calls=COUNTED))
    return f"{len(seen.statements) / COUNTED:.4g}", f"{seen.trips / COUNTED:.4g}"

"""This build beside that of another revision: the same calls over HTTP, in turns."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

from benchmarks import report
from benchmarks.against.builds import Build, processor_seconds, revision, this, web_processes
from benchmarks.against.hotels import Caller, Entered, token_request
from benchmarks.against.load import Seen, drive
from benchmarks.against.rows import BASE, NO_SLOWER, ROWS, Row, World
from benchmarks.against.wire import Wire, wire
from benchmarks.revisions import git
from benchmarks.samples import Ratio, ratio
from benchmarks.serving import Client, Server

OK, NOT_FOUND = 200, 404
ROUNDS, SECONDS = {True: 3, False: 9}, {True: 0.4, False: 0.8}  # quick or not; of each turn
WARMING, COUNTED = 6, 10  # calls before statements are counted, and calls whose are
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


@dataclass(frozen=True)
class Sample:
    """One turn of a row: calls a second, milliseconds that half of the calls did not exceed, and
    milliseconds of processor time of a call in the web server and in PostgreSQL."""

    rate: float
    middle: float
    web: float
    database: float


@dataclass
class Served:
    """A build that serves, and the requests of each row, which go on where they ended."""

    build: Build
    server: Server
    world: World
    requests: dict[str, Iterator[bytes]] = field(default_factory=dict)

    def has(self, row: Row) -> bool:
        """Whether the build knows the call. Raises RuntimeError where it refuses it otherwise."""
        self.requests[row.name] = row.requests(self.world)
        seen = drive(self.server.port, self.requests[row.name], connections=1, calls=1)
        if NOT_FOUND in seen.statuses:
            return False
        self.check(row, seen)
        return True

    def check(self, row: Row, seen: Seen) -> None:
        """Raises RuntimeError where a call was refused: nothing else was measured then."""
        if seen.refusal:
            raise RuntimeError(f"{self.build.name}, {row.work}: {seen.refusal}")

    def sample(self, row: Row, seconds: float) -> Sample:
        """Let a row have its turn."""
        web, database = web_processes(self.server), self.build.database_processes()
        before = processor_seconds(web), processor_seconds(database)
        seen = drive(
            self.server.port,
            self.requests[row.name],
            connections=row.connections,
            seconds=seconds,
        )
        after = processor_seconds(web), processor_seconds(self.build.database_processes())
        self.check(row, seen)
        spent = [
            sum(now - then.get(pid, 0) for pid, now in later.items()) * 1000 / len(seen.latencies)
            for then, later in zip(before, after, strict=True)
        ]
        return Sample(seen.rate, seen.milliseconds(50), *spent)


@dataclass
class Compared:
    """A row's samples, round by round, of a build that has it, and what its calls ask for."""

    row: Row
    old: list[Sample] = field(default_factory=list)
    now: list[Sample] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    trips: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> Ratio | None:
        """How it compares: of rates, or of the times of one call."""
        if not self.old or not self.now:
            return None
        what = "middle" if self.row.is_time else "rate"
        old, now = ([getattr(one, what) for one in some] for some in (self.old, self.now))
        return ratio(now, old)

    def passes(self, target: float | None) -> bool | None:
        """Whether the target is reached; None where there is none, or nothing to compare with."""
        found = self.ratio
        if found is None or target is None:
            return None
        return found.median <= target if self.row.is_time else found.median >= target

    def cells(self, target: float | None) -> tuple[str, ...]:
        """The row as the table has it."""
        found = self.ratio
        sign = "<=" if self.row.is_time else ">="
        return (
            self.row.work,
            self._shown(self.old),
            self._shown(self.now),
            str(found or ""),
            found.spread if found else "",
            "" if target is None else f"{sign} {target:.2f} x",
            {True: "pass", False: "MISS", None: ""}[self.passes(target)],
            " > ".join(self.statements),
            " > ".join(self.trips),
            self._spent("web"),
            self._spent("database"),
        )

    def _shown(self, samples: Sequence[Sample]) -> str:
        if not samples:
            return "-"
        if self.row.is_time:
            return f"{median(one.middle for one in samples):.1f} ms"
        return f"{median(one.rate for one in samples):,.0f}"

    def _spent(self, what: str) -> str:
        both = [[getattr(one, what) for one in some] for some in (self.old, self.now)]
        return " > ".join(f"{median(some):.2f}" if some else "-" for some in both)


def main(other: str, names: Sequence[str], *, properties: int, quick: bool) -> int:
    """Compare with a revision; 1 when a target is missed. The document is written by a whole run
    beside BASE."""
    server = os.environ["DATABASE_URL"]
    rows = [row for row in ROWS if not names or row.name in names]
    with revision(other, server) as old:
        is_base = old.name == git("rev-parse", "--short", BASE)
        targets = {row.name: target_of(row, is_base=is_base) for row in rows}
        with old.with_hotels(properties) as there, this(server).with_hotels(properties) as here:
            with serve(*there) as first, serve(*here) as second:
                found = compare(first, second, rows, quick=quick)
                memory = [max(one.server.worker_bytes()) / MIB for one in (first, second)]
            count_statements(found, (first, second))
    table = table_of(found, targets, old.name)
    said = f"Memory of a worker: {memory[0]:.0f} MiB > {memory[1]:.0f} MiB (<= {MOST_MEMORY} MiB)."
    print("", report.machine_text(server), report.aligned(table), said, sep="\n")
    if is_base and not names and not quick:
        report.section_write(
            SECTION,
            f"Measured on {report.machine_text(server)}.",
            report.markdown(table),
            said,
            READING,
        )
    missed = any(one.passes(targets[one.row.name]) is False for one in found)
    return int(missed or memory[1] > MOST_MEMORY)


def target_of(row: Row, *, is_base: bool) -> float | None:
    """What is asked of a row: beside any other revision than BASE that nothing is slower."""
    if is_base:
        return row.target
    return 1 / NO_SLOWER if row.is_time else NO_SLOWER


@contextmanager
def serve(build: Build, hotels: Entered) -> Iterator[Served]:
    """Serve a build with its hotels."""
    with build.serving() as server:
        yield Served(build, server, world(server, hotels))


def world(server: Server, hotels: Entered) -> World:
    """What requests are made from, with a new token."""
    client = Client(server.port)
    try:
        answer = client.exchange(token_request(hotels.key))
    finally:
        client.close()
    if answer.status != OK:
        raise RuntimeError(f"no token: {answer.status} {answer.body[:500]!r}")
    channel, token = hotels.key["channel"], str(json.loads(answer.body)["access_token"])
    return World(hotels, Caller(token, channel), Caller("", channel), hotels.stays())


def compare(first: Served, second: Served, rows: Sequence[Row], *, quick: bool) -> list[Compared]:
    """Measure rows that the second build has, in turns. A round before the first is thrown away."""
    every = [Compared(row) for row in rows]
    turns = {
        one.row.name: [
            (served, samples)
            for served, samples in ((first, one.old), (second, one.now))
            if served.has(one.row)
        ]
        for one in every
    }
    for number in range(ROUNDS[quick] + 1):
        began = time.perf_counter()
        for one in every:
            both = turns[one.row.name]
            for served, samples in both if number % 2 else reversed(both):
                sample = served.sample(one.row, SECONDS[quick])
                if number:
                    samples.append(sample)
        print(f"round {number} ({time.perf_counter() - began:.0f} s)", flush=True)
    return every


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


def table_of(
    found: Sequence[Compared], targets: dict[str, float | None], old: str
) -> list[tuple[str, ...]]:
    """Head and rows."""
    head = tuple(heading.format(old=old) for heading in HEADINGS)
    return [head, *(one.cells(targets[one.row.name]) for one in found)]

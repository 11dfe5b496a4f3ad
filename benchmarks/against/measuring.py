"""Servers side by side, whose calls take turns."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

from benchmarks.against.builds import Build, processor_seconds, web_processes
from benchmarks.against.hotels import Caller, Entered, token_request
from benchmarks.against.load import Seen, drive
from benchmarks.against.rows import Row, World
from benchmarks.samples import Ratio, ratio
from benchmarks.serving import Client, Server

OK, NOT_FOUND, UNAVAILABLE = 200, 404, 503
ROUNDS, SECONDS = {True: 3, False: 9}, {True: 0.4, False: 0.8}  # quick or not; of each turn

Samples = list[list["Sample"]]  # of each server, round by round; none where it lacks the call


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
        """Raises RuntimeError where something else was measured than calls that succeed. Calls
        that a busy server sends away (503) only do not count."""
        if seen.statuses.keys() - {OK, UNAVAILABLE} or not seen.statuses[OK]:
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


@contextmanager
def serve(build: Build, hotels: Entered) -> Iterator[Served]:
    """Serve a build with its hotels."""
    with build.serving() as server:
        yield Served(build, server, world(server, hotels))


def world(server: Server, hotels: Entered, session: str = "") -> World:
    """What requests are made from, with a new token."""
    client = Client(server.port)
    try:
        answer = client.exchange(token_request(hotels.key))
    finally:
        client.close()
    if answer.status != OK:
        raise RuntimeError(f"no token: {answer.status} {answer.body[:500]!r}")
    channel, token = hotels.key["channel"], str(json.loads(answer.body)["access_token"])
    stays = hotels.stays(hotels.written)
    return World(hotels, Caller(token, channel), Caller("", channel), stays, session)


def in_turns(every: Sequence[Served], rows: Sequence[Row], *, quick: bool) -> dict[str, Samples]:
    """Measure rows, by their names. In each round every row has its turn, on one server after the
    other, another one first each time; the round before the first is thrown away."""
    found: dict[str, Samples] = {row.name: [[] for _ in every] for row in rows}
    having = {row.name: [n for n, one in enumerate(every) if one.has(row)] for row in rows}
    for number in range(ROUNDS[quick] + 1):
        began = time.perf_counter()
        for row in rows:
            turns = having[row.name]
            shift = number % max(1, len(turns))
            for index in turns[shift:] + turns[:shift]:
                sample = every[index].sample(row, SECONDS[quick])
                if number:
                    found[row.name][index].append(sample)
        print(f"round {number} ({time.perf_counter() - began:.0f} s)", flush=True)
    return found


def compared(row: Row, above: Sequence[Sample], below: Sequence[Sample]) -> Ratio | None:
    """`above` / `below`: rates, or the times of one call. None where there are none of one."""
    if not above or not below:
        return None
    what = "middle" if row.is_time else "rate"
    first, second = ([getattr(one, what) for one in some] for some in (above, below))
    return ratio(first, second)


def shown(row: Row, samples: Sequence[Sample]) -> str:
    """The median of what counts of a row, for people."""
    if not samples:
        return "-"
    if row.is_time:
        return f"{median(one.middle for one in samples):.1f} ms"
    return f"{median(one.rate for one in samples):,.0f}"


def spent(samples: Samples, what: str) -> str:
    """Processor time of a call, `web` or `database`, on one server after the other."""
    medians = [median(getattr(one, what) for one in some) if some else None for some in samples]
    return " > ".join("-" if one is None else f"{one:.2f}" for one in medians)

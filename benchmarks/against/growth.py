"""How much slower this build is with ten times as much, on servers side by side."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import log10

from benchmarks import report
from benchmarks.against.builds import Build, this
from benchmarks.against.hotels import HOTELS, READ, Entered, Hotel
from benchmarks.against.measuring import Samples, Served, compared, in_turns, serve, shown, world
from benchmarks.against.rows import BUSY_ROWS, ROWS, Row
from benchmarks.datasets import SIZES

PER_TENFOLD = 1.2  # times slower, at most
BUSY = ((100, 10_000), (1_000, 100_000))  # rooms and bookings of one hotel
SECTION = "Growth"
READING = f"""\
`script/bench growth --dataset large`: the same calls take turns on servers of this build, whose
databases hold a hundred hotels beside more and more others (a property has five rooms in the
middle, a room twenty stays), and for one hotel with more and more rooms and bookings. Slower is the
median of the rounds' ratios; {PER_TENFOLD:.1f} times is allowed per tenfold. What has no verdict
tells of each room, so that its answer grows as well."""


def main(*, largest: str, quick: bool) -> int:
    """Measure and print both tables; 1 where something has become too slow. With the large data
    set and not quick, it writes its part of the document."""
    server = os.environ["DATABASE_URL"]
    sizes = [0, *(size.properties for size in SIZES.values())]
    sizes = sizes[: sizes.index(SIZES[largest].properties) + 1]
    build = this(server)
    machine = report.machine_text(server)
    many = _many(build, sizes, quick=quick)
    print("", machine, report.aligned(many), "", sep="\n", flush=True)
    one = _one(build, quick=quick)
    print("", machine, report.aligned(one), sep="\n")
    if largest == "large" and not quick:
        tables = report.markdown(many), report.markdown(one)
        report.section_write(SECTION, f"Measured on {machine}.", *tables, READING)
    return int(any("MISS" in row for table in (many, one) for row in table))


def table(
    rows: Sequence[Row], samples: dict[str, Samples], heads: Sequence[str], sizes: Sequence[int]
) -> list[tuple[str, ...]]:
    """Head and rows: what each size reaches, and how much slower it is than the one before."""
    allowed = [PER_TENFOLD ** log10(more / less) for less, more in pairwise(sizes)]
    found = [("row", *heads, "slower", "allowed", "")]
    for row in rows:
        some = samples[row.name]
        slower = [
            compared(row, more, less) if row.is_time else compared(row, less, more)
            for less, more in pairwise(some)
        ]
        passes = all(
            one is None or one.median <= most for one, most in zip(slower, allowed, strict=True)
        )
        found.append(
            (
                row.work,
                *(shown(row, each) for each in some),
                ", ".join(f"{one} ({one.spread})" for one in slower if one),
                "" if row.target is None else ", ".join(f"<= {most:.2f} x" for most in allowed),
                "" if row.target is None else ("pass" if passes else "MISS"),
            )
        )
    return found


def _many(build: Build, sizes: Sequence[int], *, quick: bool) -> list[tuple[str, ...]]:
    """All rows, with more and more other properties. All of them have a budget here."""
    rows = [Row(r.name, r.work, r.requests, 1, r.connections, r.is_time) for r in ROWS]
    with ExitStack() as stack:
        made = [stack.enter_context(build.with_hotels(size)) for size in sizes]
        every = [stack.enter_context(serve(*one)) for one in made]
        samples = in_turns(every, rows, quick=quick)
    totals = [size + HOTELS for size in sizes]
    return table(rows, samples, [f"{total:,} properties" for total in totals], totals)


def _one(build: Build, *, quick: bool) -> list[tuple[str, ...]]:
    """Rows of one hotel, with more and more rooms and bookings."""
    with build.with_hotels() as (own, _), own.serving() as server:
        every: list[Served] = []
        start = 0
        for rooms, bookings in BUSY:
            print(f"a hotel with {rooms:,} rooms and {bookings:,} bookings …", flush=True)
            made = own.seed("busy", rooms, bookings, start)
            hotel = Hotel(int(made["uid"]), 0)
            first = datetime.now(UTC).date() + timedelta(1)
            known = Entered(made, [hotel] * (READ + 1), int(made["room_type"]), first)
            every.append(Served(own, server, world(server, known, made["session"])))
            start += bookings
        samples = in_turns(every, BUSY_ROWS, quick=quick)
    heads = [f"{rooms:,} rooms, {bookings:,} bookings" for rooms, bookings in BUSY]
    return table(BUSY_ROWS, samples, heads, [bookings for _, bookings in BUSY])

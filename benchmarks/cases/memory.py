"""The memory of a web worker that has done a lot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from benchmarks.cases import Case
from benchmarks.playground import Bench, distinct, reservation
from benchmarks.report import Result
from benchmarks.serving import granian, raw, volley

CLIENTS = 4
MOST = 150  # MiB
FLAT = 1.03  # of what it was after half the requests
MIB = 2**20


def memory(bench: Bench) -> Iterator[Result]:
    """One worker's resident memory after 1,000, 5,000 and 10,000 requests of all sorts."""
    marks = (200, 1_000, 2_000) if bench.quick else (1_000, 5_000, 10_000)
    requests = _requests(bench, marks[-1])
    sizes: list[float] = []
    done = 0
    with granian(workers=1) as server:
        for mark in marks:
            batch = requests[done:mark]
            answered, _ = volley(server.port, [batch[client::CLIENTS] for client in range(CLIENTS)])
            wrong = [r for of_client in answered for r in of_client if r.status >= 400]  # noqa: PLR2004  # refusals
            if wrong:
                raise RuntimeError(f"{wrong[0].status} {wrong[0].body[:500]!r}")
            done = mark
            sizes.append(max(server.worker_bytes()) / MIB)
    yield Result(
        f"memory of a web worker after {marks[-1]:,} requests",
        f"{sizes[-1]:.0f} MiB",
        f"<= {MOST} MiB",
        passed=sizes[-1] <= MOST,
        detail=", ".join(f"{s:.1f} MiB after {m:,}" for m, s in zip(marks, sizes, strict=True)),
    )
    grown = sizes[-1] / sizes[-2]
    yield Result(
        f"growth in the second half of the {marks[-1]:,} requests",
        f"{(grown - 1) * 100:+.1f} %",
        f"<= {(FLAT - 1) * 100:.0f} %",
        passed=grown <= FLAT,
    )


def _requests(bench: Bench, count: int) -> Sequence[bytes]:
    """Reads of all sorts, and a booking in every tenth request."""
    hotels = bench.hotels(count // 100, rooms=10, priced=30)
    start, last = bench.today, bench.today + timedelta(30)
    reads = []
    for building in (bench.place(20), bench.place(5), bench.place(1)):
        uid = building.property_id
        reads += [
            raw(bench.api, "GET", path)
            for path in (
                "/echo",
                f"/cmf/property/{uid}",
                f"/cmf/property/calendar/{uid}/{start}/{last}",
                f"/cmf/property/available/rooms/{uid}/{start}/{start}",
                f"/cmf/property/rooms/{uid}",
            )
        ]
    ids = iter(distinct("memory", count // 10 + 1))
    every = []
    for number in range(count):
        if number % 10:
            every.append(reads[number % len(reads)])
        else:
            uid = hotels[number // 10 % len(hotels)]
            every.append(
                raw(bench.api, "PUT", "/cmf/reservations/add", reservation(next(ids), uid, last))
            )
    return every


CASES = (Case("memory", memory),)

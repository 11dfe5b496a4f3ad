"""More and more calls at once: rates, times, refusals, and what PostgreSQL's processes wait for."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain

import psycopg

from benchmarks import report
from benchmarks.against import changes
from benchmarks.against.builds import this
from benchmarks.against.hotels import Hotel
from benchmarks.against.load import Seen, drive
from benchmarks.against.measuring import Served, serve
from benchmarks.against.rows import ROWS

READS = ("settings", "availabilities", "calendar", "bookings")
CONNECTIONS = (8, 32, 128)
SECONDS = {True: 2.0, False: 8.0}  # of each line, quick or not
UNAVAILABLE = 503
COLLAPSED = 0.7  # of the rate with the fewest connections
MOST_WAIT = 3.0  # seconds beyond which one call in a hundred must not wait
INTERVAL = 0.02  # seconds between samples
SECTION = "Many at once"
READING = f"""\
`script/bench crowd`: two workers of four threads each, and connections that send the next call when
an answer has come. A line passes where no call fails but by 503, one in a hundred takes more than
{MOST_WAIT:.0f} s at most, and the rate does not fall below {COLLAPSED:.1f} of that with
{CONNECTIONS[0]} connections. PostgreSQL's processes that served the calls were looked at every
{INTERVAL * 1000:.0f} ms; what they did is told in processes on the average: they computed, waited
for another transaction's lock (of a hotel), wrote a commit to the disk, or waited within a
transaction for the web server."""
CHANGING = f"""\
What has changed counts at once: while visitors ask for prices and search, something is changed in
the database, and each of {changes.READERS} connections, of both workers, asks as soon as that is
committed. No answer may know nothing of it."""
CHANGED = ("changed", "answers after that", "that knew nothing of it")
HEADINGS = (
    "calls",
    "connections",
    "a second",
    "p50",
    "p99",
    "503",
    "",
    "computing",
    "lock",
    "commit",
    "web server",
)
# What a process does, in one word for each.
_DOING = """
SELECT CASE
    WHEN state LIKE 'idle in transaction%' THEN 'web server'
    WHEN state <> 'active' THEN 'idle'
    WHEN wait_event_type = 'Lock' THEN 'lock'
    WHEN wait_event_type = 'IO' OR wait_event LIKE 'WAL%' THEN 'commit'
    WHEN wait_event_type = 'Client' THEN 'web server'
    ELSE 'computing' END
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@dataclass(frozen=True)
class Line:
    """One line of the table; `doing` has processes on the average, by what they did."""

    calls: str
    connections: int
    seen: Seen
    doing: dict[str, float]

    def passes(self, fewest: Line) -> bool:
        """Whether it bears so many connections; `fewest` is the line with the fewest."""
        refused = {status for status in self.seen.statuses if status >= 400}  # noqa: PLR2004  # refusals
        return (
            refused <= {UNAVAILABLE}
            and self.seen.milliseconds(99) <= MOST_WAIT * 1000
            and self.seen.rate >= COLLAPSED * fewest.seen.rate
        )

    def cells(self, fewest: Line) -> tuple[str, ...]:
        """The line as the table has it."""
        seen = self.seen
        return (
            self.calls,
            str(self.connections),
            f"{seen.rate:,.0f}",
            f"{seen.milliseconds(50):,.0f} ms",
            f"{seen.milliseconds(99):,.0f} ms",
            str(seen.statuses[UNAVAILABLE]),
            "pass" if self.passes(fewest) else "MISS",
            *(f"{self.doing.get(what, 0):.2f}" for what in HEADINGS[7:]),
        )


def main(*, quick: bool) -> int:
    """Measure and print the table; 1 where a line does not pass. Not quick, it is written to the
    document as well."""
    server = os.environ["DATABASE_URL"]
    found: list[tuple[str, ...]] = [HEADINGS]
    with this(server).with_hotels() as (build, hotels), serve(build, hotels) as served:
        for name, requests in _calls(served).items():
            lines: list[Line] = []
            for connections in CONNECTIONS:
                with _watched(build.database) as doing:
                    seen = drive(
                        served.server.port,
                        requests,
                        connections=connections,
                        seconds=SECONDS[quick],
                    )
                lines.append(Line(name, connections, seen, doing))
                found.append(lines[-1].cells(lines[0]))
                print(*found[-1], seen.refusal, flush=True)
        changed = changes.look(served, quick=quick)
    told = [(what, f"{answers:,}", str(blind)) for what, answers, blind in changed]
    machine = report.machine_text(server)
    print("", machine, report.aligned(found), "", report.aligned([CHANGED, *told]), sep="\n")
    if not quick:
        tables = report.markdown(found), READING, report.markdown([CHANGED, *told]), CHANGING
        report.section_write(SECTION, f"Measured on {machine}.", *tables)
    return int(any("MISS" in line for line in found) or any(blind for _, _, blind in changed))


def _calls(served: Served) -> dict[str, Iterator[bytes]]:
    """Reads of several kinds in turn, bookings of many hotels, and of one."""
    rows = {row.name: row for row in ROWS}
    known = served.world.hotels
    reads = [rows[name].requests(served.world) for name in READS]

    def bookings(hotels: Sequence[Hotel]) -> Iterator[bytes]:
        return rows["booking"].requests(replace(served.world, stays=known.stays(hotels)))

    return {
        "reads": chain.from_iterable(zip(*reads, strict=True)),
        "bookings of many hotels": bookings(known.written[1:]),
        "bookings of one hotel": bookings(known.written[:1]),
    }


@contextmanager
def _watched(database: str) -> Iterator[dict[str, float]]:
    """What PostgreSQL's processes do meanwhile, in processes on the average; there at the end."""
    seen: Counter[str] = Counter()
    over = threading.Event()
    looks = 0

    def look() -> None:
        nonlocal looks
        with psycopg.connect(database, autocommit=True, application_name="crowd") as connection:
            while not over.wait(INTERVAL):
                seen.update(what for (what,) in connection.execute(_DOING))
                looks += 1

    watcher = threading.Thread(target=look)
    watcher.start()
    doing: dict[str, float] = {}
    try:
        yield doing
    finally:
        over.set()
        watcher.join()
        doing.update({what: number / max(1, looks) for what, number in seen.items()})

"""Each part of a site is killed under load, and started again after two seconds; one hangs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import psycopg

from benchmarks import mischief, outage
from benchmarks.drill import parts
from benchmarks.drill.crowd import Crowd, Row
from benchmarks.drill.parts import Part
from benchmarks.drill.site import Site

BEFORE, AFTER = 2.0, 4.0  # seconds of load on both sides of what is done
HANGS = 10.0  # seconds: more than calls have patience for
QUEUE = 400.0  # seconds until jobs of a worker that was killed have been taken up again


@dataclass(frozen=True)
class Blow:
    """What is done to a site, and what brings it back."""

    what: str
    strike: Callable[[], object]
    revive: Callable[[], object] | None = None  # None: it comes back by itself
    lasts: float = parts.RESTART  # seconds until then
    must_not_be_seen: bool = False  # by clients


def blows(site: Site) -> list[Blow]:
    """One for each part that there is."""

    def whole(what: str, part: Part) -> Blow:
        return Blow(f"{what} is killed", part.kill, part.start)

    assert site.worker is not None  # noqa: S101  # for the type checker
    found = [
        Blow("nothing happens", lambda: None),
        Blow("a worker of a web process is killed", lambda: site.web[0].child().kill()),
        whole("a whole web process", site.web[0]),
        Blow("a connection's process of PostgreSQL is killed", site.postgres.kill_backend),
        whole("PostgreSQL", site.postgres.part),
        whole("the worker of jobs", site.worker),
    ]
    if site.pooler:
        found.append(whole("PgBouncer", site.pooler))
    if site.cache:
        found.append(whole("Redis", site.cache))
    if site.proxy:
        found.append(whole("nginx", site.proxy.part))
    pause, resume = site.replica.pause, site.replica.resume
    return [
        *found,
        replace(whole("the replica", site.replica.part), must_not_be_seen=True),
        Blow(
            "the replica hangs without refusing",
            pause,
            resume,
            lasts=HANGS,
            must_not_be_seen=True,
        ),
    ]


def kill_each(site: Site, crowd: Crowd) -> list[str]:
    """Do all of it while clients call; print the table of what they saw. What does not hold."""
    found = []
    print(Row.HEAD)
    for blow in blows(site):
        began = time.monotonic()
        time.sleep(BEFORE)
        back = _strike(site, blow)
        time.sleep(AFTER)
        row = crowd.seen.between(began, time.monotonic())
        print(row.line(blow.what, back if blow.revive else None), flush=True)
        if blow.must_not_be_seen and (row.refused or row.broken or row.failed):
            found.append(f"clients saw that {blow.what}: {row}")
    return found


def faults(site: Site, uid: int, crowd: Crowd) -> list[str]:
    """All that does not hold after the crowd has left."""
    left, failed = _jobs(site)
    with site.client() as reader:
        lost = mischief.missing(reader, crowd.ledger, uid)
    said = {
        f"lost: {lost[:10]}": lost,
        f"neither success nor clean refusal: {crowd.ledger.problems[:10]}": crowd.ledger.problems,
        f"{left} jobs not done": left,
        f"{failed} jobs failed": failed,
    }
    return [text for text, is_so in said.items() if is_so] + site.audit(site.postgres.url())


def _strike(site: Site, blow: Blow) -> float:
    """Do it; the seconds until a probe through all of the site succeeds again."""
    struck = time.monotonic()
    blow.strike()
    if blow.revive:
        time.sleep(blow.lasts)
        blow.revive()
    while not parts.answers(f"{site.url}/readyz"):
        if time.monotonic() - struck > parts.START:
            raise TimeoutError(f"{blow.what}: not back after {parts.START:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - struck


def _jobs(site: Site) -> tuple[int, int]:
    """How many jobs stay undone, and how many have failed, once the queue has had its time."""
    deadline = time.monotonic() + QUEUE
    with psycopg.connect(site.postgres.url(), autocommit=True) as connection:

        def count(query: str) -> int:
            row = connection.execute(query.encode()).fetchone()
            return int(row[0]) if row else 0

        while (left := count(outage.OVERDUE)) and time.monotonic() < deadline:
            time.sleep(0.5)
        return left, count(outage.FAILED)

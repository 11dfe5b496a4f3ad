"""The database is away for a while under load; then all must be there, and back by itself.

Clients book, repeat, hold, confirm and cancel as in the soak and send each call again until it is
answered; somebody else asks for /healthz and /readyz all the time. Nobody starts anything again but
the database.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
import psycopg

from benchmarks import invariants, mischief
from benchmarks.client import Client

BEFORE, AFTER = 10.0, 15.0  # seconds of load on both sides of the outage
PATIENCE = 60.0  # seconds that a call is repeated for beyond the outage
PROBE_EVERY = 0.1  # seconds
QUEUE = 120.0  # seconds that the queue may take until it is empty
HEALTHY = 1.0  # seconds that /healthz may take
OVERDUE = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
FAILED = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('failed', 'aborted')"
FIRST_DONE = "SELECT min(at) FROM procrastinate_events WHERE type = 'succeeded' AND at > %s"
TOLD = """
    SELECT count(DISTINCT args ->> 'booking_id') FROM procrastinate_jobs
    WHERE status = 'succeeded' AND task_name LIKE '%%.booking_mail'
    AND args ->> 'template' = 'booking_added' AND args ->> 'audience' = 'guest'
"""


@dataclass(frozen=True)
class Scene:
    """A site with web and jobs, whose database can go and come back.

    `processes` gives the ids of all that serve it, `database` leads to the database past whatever
    takes it away; `credentials` are those of a key pair, `uid` is a hotel that it reaches.
    """

    url: str
    credentials: tuple[str, str]
    uid: int
    database: str
    go: Callable[[], None]
    come_back: Callable[[], None]
    processes: Callable[[], set[int]]


@dataclass(frozen=True)
class Answer:
    """What came back: when, with which status (0 for nothing), after how many seconds."""

    at: float
    status: int
    seconds: float


@dataclass
class Figures:
    """What was seen. Times are seconds, those called `…_after` from when the database was up."""

    away: float = 0.0
    ledger: mischief.Ledger = field(default_factory=mischief.Ledger)
    answers: list[Answer] = field(default_factory=list)
    health: list[Answer] = field(default_factory=list)
    readiness: list[Answer] = field(default_factory=list)
    went: float = 0.0
    came: float = 0.0
    first_job_after: float = 0.0
    queue_empty_after: float = 0.0
    jobs_left: int = 0
    jobs_failed: int = 0
    guests_untold: int = 0
    lost: list[str] = field(default_factory=list)
    broken: dict[str, int] = field(default_factory=dict)
    is_same: bool = True  # the same processes as before

    @property
    def refused(self) -> list[Answer]:
        """The calls that were answered 503."""
        return [one for one in self.answers if one.status == httpx.codes.SERVICE_UNAVAILABLE]

    @property
    def success_after(self) -> float:
        """Until a client's call succeeded."""
        return _first_after(self.answers, self.came)

    @property
    def ready_after(self) -> float:
        """Until /readyz answered 200."""
        return _first_after(self.readiness, self.came)

    def while_away(self, answers: list[Answer]) -> list[Answer]:
        """Those to what was asked while the database was away."""
        return [one for one in answers if self.went < one.at - one.seconds < self.came]

    @property
    def unwell(self) -> int:
        """How often /healthz was not 200 in time while the database was away."""
        asked = self.while_away(self.health)
        return sum(one.status != httpx.codes.OK or one.seconds > HEALTHY for one in asked)

    def faults(self) -> list[str]:
        """All that does not hold."""
        said = {
            f"lost: {self.lost[:10]}": self.lost,
            f"invariants broken: {self.broken}": self.broken,
            f"neither success nor clean refusal: {self.ledger.problems[:10]}": self.ledger.problems,
            f"/healthz {self.unwell} times not well within {HEALTHY:.0f} s": self.unwell,
            f"{self.jobs_left} jobs not done": self.jobs_left,
            f"{self.jobs_failed} jobs failed": self.jobs_failed,
            f"{self.guests_untold} guests got no mail": self.guests_untold,
            "other processes than before": not self.is_same,
        }
        return [text for text, is_so in said.items() if is_so]

    def lines(self) -> list[str]:
        """The figures, for people."""
        counts = self.ledger.counts
        done = sum(counts[what] for what in ("booked", "confirmed", "cancelled", "left"))
        health, ready = self.while_away(self.health), self.while_away(self.readiness)
        figures = {
            "database away": f"{self.came - self.went:.1f} s",
            "calls answered": len(self.answers),
            "  of them bookings and cancellations": done,
            "  of them 503": len(self.refused),
            "while away, longest call": f"{_longest(self.while_away(self.answers)):.2f} s",
            f"  longest of {len(health)} /healthz": f"{_longest(health):.2f} s",
            f"  longest of {len(ready)} /readyz": f"{_longest(ready):.2f} s",
            "ready after": f"{self.ready_after:.2f} s",
            "first call succeeded after": f"{self.success_after:.2f} s",
            "first job done after": f"{self.first_job_after:.2f} s",
            "queue empty after": f"{self.queue_empty_after:.1f} s",
        }
        return [f"{name:36} {value}" for name, value in figures.items()]


class Watched(Client):
    """A client all of whose answers are noted."""

    answers: list[Answer]

    def _once(self, method: str, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        began = time.monotonic()
        answer = super()._once(method, path, body, headers)
        now = time.monotonic()
        self.answers.append(Answer(now, answer.status_code, now - began))
        return answer


def suffer(
    scene: Scene,
    *,
    away: float,
    clients: int,
    seed: int,
    before: float = BEFORE,
    after: float = AFTER,
) -> Figures:
    """Let clients loose on the scene, take its database away for so long, and look at the rest."""
    seen = Figures(away=away)
    over, probed = threading.Event(), threading.Event()
    alive = scene.processes()
    probes = [
        threading.Thread(target=_probe, args=(f"{scene.url}{path}", notes, probed))
        for path, notes in (("/healthz", seen.health), ("/readyz", seen.readiness))
    ]
    times: list[datetime] = []

    def direct() -> None:
        time.sleep(before)
        seen.went = time.monotonic()
        scene.go()
        time.sleep(max(0.0, seen.went + away - time.monotonic()))
        scene.come_back()
        seen.came = time.monotonic()
        times.append(_now(scene.database))
        time.sleep(after)
        over.set()

    def client() -> Client:
        made = Watched(scene.url, *scene.credentials, mischief.CHANNEL, patience=away + PATIENCE)
        made.answers = seen.answers
        return made

    director = threading.Thread(target=direct)
    for thread in (*probes, director):
        thread.start()
    try:
        seen.ledger = mischief.run(
            client, scene.uid, seed=seed, clients=clients, go_on=lambda: not over.is_set()
        )
    finally:
        director.join()
        probed.set()
        for thread in probes:
            thread.join()
    _wait_for_jobs(scene, seen, times[0])
    seen.is_same = scene.processes() == alive
    with client() as reader:
        seen.lost = mischief.missing(reader, seen.ledger, scene.uid)
    seen.broken = invariants.broken(scene.database)
    return seen


def _wait_for_jobs(scene: Scene, seen: Figures, back: datetime) -> None:
    deadline = seen.came + QUEUE
    with psycopg.connect(scene.database, autocommit=True) as connection:
        while (left := _number(connection, OVERDUE)) and time.monotonic() < deadline:
            time.sleep(0.2)
        seen.queue_empty_after = time.monotonic() - seen.came
        seen.jobs_left, seen.jobs_failed = left, _number(connection, FAILED)
        booked = len(seen.ledger.visits) + len(seen.ledger.visits_over)
        seen.guests_untold = max(0, booked - _number(connection, TOLD))
        row = connection.execute(FIRST_DONE, [back]).fetchone()
        first = row[0] if row and row[0] else None
        seen.first_job_after = (first - back).total_seconds() if first else float("inf")


def _number(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    return int(row[0]) if row else 0


def _now(database: str) -> datetime:
    with psycopg.connect(database) as connection:
        (now,) = connection.execute("SELECT clock_timestamp()").fetchone() or (None,)
    assert isinstance(now, datetime)  # noqa: S101  # for the type checker
    return now


def _probe(url: str, notes: list[Answer], over: threading.Event) -> None:
    while not over.wait(PROBE_EVERY):
        began = time.monotonic()
        try:
            status = httpx.get(url, timeout=60).status_code
        except httpx.TransportError:
            status = 0
        now = time.monotonic()
        notes.append(Answer(now, status, now - began))


def _first_after(answers: list[Answer], moment: float) -> float:
    done = (one.at for one in answers if one.status == httpx.codes.OK and one.at > moment)
    return min(done, default=float("inf")) - moment


def _longest(answers: list[Answer]) -> float:
    return max((one.seconds for one in answers), default=0.0)

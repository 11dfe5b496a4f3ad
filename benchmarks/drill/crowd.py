"""Clients that book, hold and cancel all the time, and what they saw."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from types import TracebackType
from typing import Any

import httpx

from benchmarks import mischief
from benchmarks.client import Client
from benchmarks.drill.parts import HTTPS
from benchmarks.hotel import COUNTRY

PATIENCE = 90.0  # seconds that a call is repeated for
SERVER_ERROR = 500
READERS = 2  # visitors that search, beside the clients
BREATH = 0.1  # seconds between two searches of one
GUESTS = 2


@dataclass(frozen=True)
class Call:
    """One call: when it began and ended, and the key of its 5xx, or how it was cut off."""

    began: float
    ended: float
    failure: str = ""  # "refused", "broken", or "503 unavailable"

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended - self.began


@dataclass
class Seen:
    """What all clients together saw."""

    calls: list[Call] = field(default_factory=list)

    @contextmanager
    def noting(self) -> Iterator[list[httpx.Response]]:
        """Note the call that is made in here, whose answer is put into the list."""
        began, answers = time.monotonic(), list[httpx.Response]()
        failure = "broken"
        try:
            yield answers
            failure = _failure(answers[0])
        except httpx.ConnectError:
            failure = "refused"
            raise
        finally:
            self.calls.append(Call(began, time.monotonic(), failure))

    def between(self, began: float, ended: float) -> Row:
        """What they saw from one moment to another."""
        calls = [call for call in self.calls if began <= call.ended < ended]
        answered = sorted(call.ended for call in calls if not call.failure)
        marks = [began, *answered, ended]
        failures = Counter(call.failure for call in calls)
        return Row(
            calls=len(calls),
            refused=failures.pop("refused", 0),
            broken=failures.pop("broken", 0),
            failed={key: count for key, count in sorted(failures.items()) if key},
            longest=max((call.seconds for call in calls), default=0.0),
            p99=_percentile([call.seconds for call in calls], 99),
            stall=max(later - earlier for earlier, later in pairwise(marks)),
        )


@dataclass(frozen=True)
class Row:
    """A line of the table. `failed` counts the 5xx by status and key; times are in seconds."""

    calls: int
    refused: int  # no connection was to be had
    broken: int  # cut off while it ran
    failed: dict[str, int]
    longest: float  # call
    p99: float  # below which 99 % of them were
    stall: float  # time in which nothing succeeded

    HEAD = (
        "| what | calls | refused | broken | 5xx "
        "| 99 % of calls | longest call | longest stall | back after |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    )

    def line(self, what: str, back: float | None) -> str:
        """It, as a row of Markdown."""
        failed = ", ".join(f"{count} x {key}" for key, count in self.failed.items()) or "0"
        back_text = "" if back is None else f"{back:.1f} s"
        cells = [what, self.calls, self.refused, self.broken, failed]
        cells += [f"{self.p99:.2f} s", f"{self.longest:.2f} s", f"{self.stall:.2f} s", back_text]
        return f"| {' | '.join(map(str, cells))} |"


class Through(Client):
    """A client behind a proxy that speaks HTTPS; all of its calls are noted."""

    def __init__(self, url: str, credentials: tuple[str, str], seen: Seen) -> None:
        super().__init__(url, *credentials, mischief.CHANNEL, patience=PATIENCE)
        self.http.headers.update(HTTPS)
        self.seen = seen

    def _once(self, method: str, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        with self.seen.noting() as answers:
            answers.append(super()._once(method, path, body, headers))
        return answers[0]


class Readers:
    """Visitors who search for as long as the context lasts; `seen` has their calls.

    They write nothing and have addresses of their own, so that a replica may answer them.
    """

    def __init__(self, url: str, seen: Seen) -> None:
        self.url, self.seen = url, seen
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(f"198.51.100.{number}",))
            for number in range(1, READERS + 1)
        ]

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _run(self, address: str) -> None:
        headers = HTTPS | {"X-Forwarded-For": address}
        with httpx.Client(headers=headers, timeout=60) as http:
            while not self._over.wait(BREATH):
                with suppress(httpx.TransportError), self.seen.noting() as answers:
                    answers.append(search(http, self.url))


def search(http: httpx.Client, url: str) -> httpx.Response:
    """Look for a stay as a visitor does."""
    first = date.today() + timedelta(days=mischief.DAYS)  # noqa: DTZ011  # any day will do
    asked = {
        "country": COUNTRY,
        "arrival": first.isoformat(),
        "departure": (first + timedelta(days=2)).isoformat(),
        "guests": str(GUESTS),
    }
    return http.get(f"{url}/bookyflow/api/search", params=asked)


class Crowd:
    """So many clients in a hotel for as long as the context lasts; then `ledger` is theirs."""

    def __init__(
        self, make: Callable[[Seen], Client], uid: int, *, seed: int, clients: int
    ) -> None:
        self.seen = Seen()
        self.ledger = mischief.Ledger()
        self._over = threading.Event()
        self._errors: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, args=(make, uid, seed, clients))

    def __enter__(self) -> Crowd:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        if self._errors and error is None:
            raise self._errors[0]

    def promises(self) -> int:
        """How many things they were promised."""
        noted = self.ledger
        kept = (noted.bookings, noted.cancelled, noted.visits, noted.visits_over, noted.blocks)
        return sum(map(len, kept))

    def _run(self, make: Callable[[Seen], Client], uid: int, seed: int, clients: int) -> None:
        try:
            self.ledger = mischief.run(
                lambda: make(self.seen),
                uid,
                seed=seed,
                clients=clients,
                go_on=lambda: not self._over.is_set(),
            )
        except BaseException as error:  # noqa: BLE001  # raised where the context ends
            self._errors.append(error)


def _percentile(seconds: list[float], percent: int) -> float:
    return sorted(seconds)[len(seconds) * percent // 100] if seconds else 0.0


def _failure(answer: httpx.Response) -> str:
    if answer.status_code < SERVER_ERROR:
        return ""
    try:
        key = answer.json()["key"]
    except (ValueError, KeyError, TypeError):
        key = "without a key"
    return f"{answer.status_code} {key}"

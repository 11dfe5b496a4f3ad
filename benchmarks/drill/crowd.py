"""Clients that book, hold and cancel all the time, and what they saw."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from types import TracebackType
from typing import Any

import httpx

from benchmarks import mischief
from benchmarks.client import Client
from benchmarks.drill.parts import HTTPS

PATIENCE = 90.0  # seconds that a call is repeated for
SERVER_ERROR = 500


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
    stall: float  # time in which nothing succeeded

    HEAD = (
        "| what | calls | refused | broken | 5xx | longest call | longest stall | back after |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |"
    )

    def line(self, what: str, back: float | None) -> str:
        """It, as a row of Markdown."""
        failed = ", ".join(f"{count} x {key}" for key, count in self.failed.items()) or "0"
        back_text = "" if back is None else f"{back:.1f} s"
        cells = [what, self.calls, self.refused, self.broken, failed]
        cells += [f"{self.longest:.2f} s", f"{self.stall:.2f} s", back_text]
        return f"| {' | '.join(map(str, cells))} |"


class Through(Client):
    """A client behind a proxy that speaks HTTPS; all of its calls are noted."""

    def __init__(self, url: str, credentials: tuple[str, str], seen: Seen) -> None:
        super().__init__(url, *credentials, mischief.CHANNEL, patience=PATIENCE)
        self.http.headers.update(HTTPS)
        self.seen = seen

    def _once(self, method: str, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        began = time.monotonic()
        failure = "broken"
        try:
            answer = super()._once(method, path, body, headers)
            failure = _failure(answer)
        except httpx.ConnectError:
            failure = "refused"
            raise
        finally:
            self.seen.calls.append(Call(began, time.monotonic(), failure))
        return answer


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


def _failure(answer: httpx.Response) -> str:
    if answer.status_code < SERVER_ERROR:
        return ""
    try:
        key = answer.json()["key"]
    except (ValueError, KeyError, TypeError):
        key = "without a key"
    return f"{answer.status_code} {key}"

"""Connections on which nobody waits for a server that takes calls and does not answer them.

Neither the server's own time-outs nor those of TCP end that: its processes are stopped or stuck,
while its machine goes on acknowledging what arrives.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

T = TypeVar("T")

LONGEST = 11.0  # seconds: beyond the `statement_timeout` of a server that is alive

_patience: ContextVar[float] = ContextVar("patience", default=LONGEST)
_given_up = 0.0  # the moment of time.monotonic() until which whatever was asked is given up


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Wait so long for the answer to each statement in here."""
    token = _patience.set(seconds)
    try:
        yield
    finally:
        _patience.reset(token)


def give_up() -> None:
    """End the waiting of all threads for what they have asked until now."""
    global _given_up  # noqa: PLW0603  # of the process, as its connections are
    _given_up = time.monotonic()


class Impatient(psycopg.Connection[Any]):
    """One that fails, and is closed, where a statement has no answer in time."""

    def wait(self, gen: PQGen[T], *how: Any, **more: Any) -> T:
        """What a generator of the driver comes to. Raises OperationalError, given up."""
        asked, most = time.monotonic(), _patience.get()

        def is_over() -> bool:
            return _given_up >= asked or time.monotonic() > asked + most

        try:
            return super().wait(_unless(gen, is_over), *how, **more)
        except _Over:
            self.pgconn.finish()
            raise psycopg.OperationalError("the server takes calls and does not answer") from None


class _Over(Exception):
    """Waited for long enough."""


def _unless(gen: PQGen[T], is_over: Callable[[], bool]) -> PQGen[T]:
    """Do what a generator of the driver does. Raises _Over once that is so and nothing comes."""
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and is_over():
                raise _Over
            wanted = gen.send(ready)
    except StopIteration as end:
        result: T = end.value
        return result

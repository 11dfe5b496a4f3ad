"""Counters in the shared cache, which may be away: then nothing is counted, and nothing waits."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from functools import cache as once
from importlib.util import find_spec
from typing import TypeVar

from django.core.cache import cache

PAUSE = 5.0  # seconds for which a cache that gave no answer is not asked again
TOLD_EVERY = 60.0  # seconds

T = TypeVar("T")

logger = logging.getLogger(__name__)


class Counters:
    """Counts for all threads of a process, and remembers for them that the cache is away.

    A cache that hangs costs each call its time-out otherwise, and one that is gone a line in the
    log.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Take the cache for present, and what is the matter with it for untold."""
        self._lock = threading.Lock()
        self._is_away = False
        self._asked_again = self._told = 0.0

    def increment(self, key: str, lifetime: int) -> int | None:
        """Add one to a counter that lives for so many seconds; None while the cache is away."""
        return self._asked(lambda: _increment(key, lifetime))

    def remember(self, keys: Iterable[str], lifetime: int) -> None:
        """Set marks for so many seconds from now on, unless the cache is away."""
        self._asked(lambda: cache.set_many(dict.fromkeys(keys, 1), lifetime))

    def remembers(self, key: str) -> bool | None:
        """Whether there is such a mark; None while the cache is away."""
        return self._asked(lambda: key in cache)

    def _asked(self, ask: Callable[[], T]) -> T | None:
        if self._is_away and not self._asks_again():
            return None
        try:
            found = ask()
        except _errors() as error:
            self._miss(error)
            return None
        self._is_away = False
        return found

    def _asks_again(self) -> bool:
        """Whether it is this thread's turn to try: one at a time, or all would wait."""
        now = time.monotonic()
        with self._lock:
            if now < self._asked_again + PAUSE:
                return False
            self._asked_again = now
            return True

    def _miss(self, error: Exception) -> None:
        now = time.monotonic()
        with self._lock:
            self._is_away, self._asked_again = True, now
            is_news = not self._told or now >= self._told + TOLD_EVERY
            if is_news:
                self._told = now
        if is_news:
            logger.warning("the cache is out of reach: no rate limits. %s", error)


counters = Counters()


def _increment(key: str, lifetime: int) -> int:
    if cache.add(key, 1, lifetime):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # it was emptied, or full, between the two calls
        return 1


@once
def _errors() -> tuple[type[Exception], ...]:
    if find_spec("redis") is None:
        return ()
    from redis.exceptions import RedisError  # noqa: PLC0415  # an optional package

    return (RedisError,)

"""Reads that wait for news: `?wait=` of an endpoint with `waits`.

A call that waits keeps one of the few threads of its process, so only so many may: the setting
MOST_WAITING, of which one key pair has half at most. Beyond that the answer is 503. It keeps no
connection: it looks every half a second with one out of the pool, and gives it back.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.conf import settings
from rest_framework import serializers

from bookyflow.core.database import connection
from bookyflow.core.ending import signals
from bookyflow.core.errors import DomainError

LONGEST = 20  # seconds
EVERY = 0.5  # seconds between two looks
COME_AGAIN = 5  # seconds, for whoever finds all places taken

T = TypeVar("T")


class WaitQuery(serializers.Serializer[Any]):
    """How long the answer may wait for news."""

    wait = serializers.IntegerField(
        min_value=0,
        max_value=LONGEST,
        required=False,
        default=0,
        help_text="Seconds to wait for news where there is none yet; the answer comes with the "
        f"first, or without any when they are over. At most {LONGEST}.",
    )


class Places:
    """Who waits in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: Counter[object] = Counter()

    @contextmanager
    def taken(self, key: object) -> Iterator[None]:
        """Have a place for a key pair. Raises DomainError `too_many_waiting`."""
        most = settings.MOST_WAITING
        with self._lock:
            its_own = max(1, most // 2)
            if self._taken.total() >= most or self._taken[key] >= its_own:
                raise DomainError("too_many_waiting", retry_after=COME_AGAIN)
            self._taken[key] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken -= Counter([key])  # of those who have none left nothing is kept


places = Places()


def wait_for(find: Callable[[], T], *, seconds: int, key: object) -> tuple[T, bool]:
    """What `find` returns as soon as that is true, or else when the time is over.

    The second value says whether anything was waited for. Raises DomainError `too_many_waiting`,
    and whatever `find` does. Inside a transaction nothing can be waited for: the first answer
    counts. When the server ends, so does the wait.
    """
    found = find()
    if found or not seconds or connection.in_atomic_block:
        return found, False
    until = time.monotonic() + seconds
    with places.taken(key):
        while not found and (left := until - time.monotonic()) > 0:
            connection.close()  # back to the pool
            goes_on = signals.sleep(min(EVERY, left))
            found = find()
            if not goes_on:
                break
    return found, True

"""Whether the replica may answer: a thread looks once a second, so that no call waits for that.

How far it is behind is told by the primary's clock alone, in whatever state the link between the
two is: each second the primary says how far it has written, and the replica has all of a second
once it has come so far. An idle primary costs nothing then, and what a replica thinks of its own
lag counts for nothing.

One that hangs without refusing does not answer the thread in time either, which then ends the
waiting of all calls that have asked it something.
"""

from __future__ import annotations

import logging
import math
import os
import threading
import time
from collections import deque
from multiprocessing.util import Finalize
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

from bookyflow.core import metrics, sql
from bookyflow.core.database import REPLICA, connections_give_up, pool_of
from bookyflow.core.outages import Spell
from bookyflow.core.postgresql.patience import patience

EVERY = 1.0  # seconds between two looks
PATIENCE = 1.0  # seconds in which it must answer the thread
PAUSE = 5.0  # seconds for which it is left out after a call has met it away
NEVER = -math.inf

logger = logging.getLogger(__name__)


class Unfit(OperationalError):
    """It answers, and must not be read from."""


class Replica:
    """The replica as this process knows it."""

    def __init__(self) -> None:
        self._spell = Spell(logger, "The replica is left out", "The replica is read from again")
        self.reset()

    def reset(self) -> None:
        """Know nothing of it, and leave it out: also in a forked child."""
        self._up_to = self._back = NEVER  # moments of time.monotonic(), as all here
        self._written: deque[tuple[float, int]] = deque()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def is_fit(self) -> bool:
        """Whether it is there and has all that was written REPLICA_LAG seconds ago."""
        self._start()
        return self._fits()

    def failed(self, error: Exception) -> None:
        """Leave it out for a while, since a call has met it away."""
        self._back = time.monotonic() + PAUSE
        self._leave_out(error)

    def look(self) -> None:
        """Find out how far it is, whatever becomes of that."""
        try:
            try:
                self._up_to = self._has_all_of()
            finally:
                connections.close_all()  # back to the pools: this thread's
                self._count()
        except Exception as error:  # noqa: BLE001  # nobody would start the thread again
            self._leave_out(error)
        else:
            if self._fits():
                self._spell.end()

    def stop(self) -> None:
        """End the thread, and know nothing any more."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(5)
        self.reset()

    def _fits(self) -> bool:
        now = time.monotonic()
        return now - self._up_to <= settings.REPLICA_LAG and now >= self._back

    def _has_all_of(self) -> float:
        """The latest moment of which it is known to have everything; NEVER while none is.

        Raises Unfit for a replica that was promoted or is too far behind, or where that cannot be
        known, and DatabaseError.
        """
        now = time.monotonic()
        try:
            (written,) = _row(DEFAULT_DB_ALIAS, sql.WRITTEN)
        except OperationalError as error:  # reads that run on the replica go on
            raise Unfit(f"The primary does not say how far it has written: {error}") from error
        self._written.append((now, written))
        while self._written[0][0] < now - 2 * settings.REPLICA_LAG:
            self._written.popleft()
        with patience(PATIENCE):
            follows, carried_out = _row(REPLICA, sql.CARRIED_OUT)
        if not follows:
            raise Unfit("It takes writes by itself, so that it follows no primary.")
        up_to = max((at for at, far in self._written if far <= carried_out), default=NEVER)
        behind = now - max(up_to, self._written[0][0])
        metrics.replica_behind.set(behind)
        if behind > settings.REPLICA_LAG:
            raise Unfit(f"It is more than {settings.REPLICA_LAG} seconds behind.")
        return up_to

    def _count(self) -> None:
        pool = pool_of(REPLICA)
        stats = pool.get_stats() if pool else {"pool_size": 0, "pool_available": 0}
        metrics.replica_connections_used.set(stats["pool_size"] - stats["pool_available"])
        metrics.replica_left_out.set(not self._fits())

    def _leave_out(self, error: Exception) -> None:
        self._up_to = NEVER
        self._spell.begin(error)
        if not isinstance(error, Unfit):
            connections_give_up(REPLICA, error)

    def _start(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._watch, args=(self._stopping,), name="replica", daemon=True
                )
                self._thread.start()
                # Not atexit, which the web server's forked workers leave out.
                Finalize(None, self._stopping.set, exitpriority=1)

    def _watch(self, stopping: threading.Event) -> None:
        while True:
            self.look()
            if stopping.wait(EVERY):
                return


def _row(alias: str, statement: str) -> tuple[Any, ...]:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


replica = Replica()
os.register_at_fork(after_in_child=replica.reset)

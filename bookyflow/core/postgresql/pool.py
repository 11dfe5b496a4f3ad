"""Connections that the threads of a process share, and what callers get while there are none."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from bookyflow.core.outages import Spell

TRY_EVERY = 0.25  # seconds between two tries to connect while the server is away
BRIEFLY = 0.25  # seconds that the caller who tries waits for it
RENEW_EVERY = 1.0  # seconds

logger = logging.getLogger(__name__)


class Pool(ConnectionPool[psycopg.Connection[Any]]):
    """Psycopg's pool, which refuses at once while the server takes no connections.

    Psycopg's own lets each caller wait for as long as it may, and tries to connect again after
    longer and longer pauses: all threads of the web server wait then, and go on doing so for up to
    half a minute after the server is back. Here the first failure ends the waiting of all, and as
    long as it lasts one caller in a while tries and the others fail. Connections that are there
    are given to callers all the same: the server may only be full.
    """

    def __init__(self, *, called: str = "database", **options: Any) -> None:
        self._spell = Spell(logger, f"The {called} is out of reach", f"The {called} is back")
        self._reason = ""
        self._gate = threading.Lock()  # of what follows
        self._tries = 0  # that are running
        self._tried = self._renewed = 0.0
        super().__init__(reconnect_timeout=0, **options)  # it makes no tries by itself

    def getconn(self, timeout: float | None = None) -> psycopg.Connection[Any]:
        """A connection; raises OperationalError where there is none to be had in time."""
        is_away = self._spell.is_on
        if is_away and not self.get_stats()["pool_available"] and not self._may_try():
            raise psycopg.OperationalError(self._reason)
        try:
            return super().getconn(BRIEFLY if is_away else timeout)
        except PoolTimeout as error:
            if self._tries:  # else all connections are in use
                self._lost(error)
            raise

    def lets_stay(self, connection: Any) -> bool:
        """Whether who has a connection may keep it until they need one again.

        Not where others wait, or where half of all that there may be are in somebody's hands:
        who needs one at once finds one. And not one that is to be replaced.
        """
        in_hands = self._nconns - len(self._pool)
        return (
            not self._waiting
            and 2 * in_hands <= self._max_size
            and connection._created_at > self._drained_at  # noqa: SLF001  # as when it comes back
            and connection._expire_at > time.monotonic()  # noqa: SLF001  # the same
            and not self._spell.is_on
            and not self.closed
        )

    def renew(self) -> None:
        """Have new connections take the place of all that there are, once a second at most.

        For whoever has met a broken one: after a restart of the server all of them are, and each
        would cost one more request. Those in use are closed when they come back.
        """
        with self._gate:
            now = time.monotonic()
            if now < self._renewed + RENEW_EVERY:
                return
            self._renewed = now
        self.drain()

    def give_up(self, error: Exception) -> None:
        """Have whoever waits for a connection fail at once, and use none that there is any more."""
        self._fail_waiting(str(error))
        self.drain()

    def _may_try(self) -> bool:
        with self._gate:
            now = time.monotonic()
            if now < self._tried + TRY_EVERY:
                return False
            self._tried = now
            return True

    def _connect(self, timeout: float | None = None) -> psycopg.Connection[Any]:
        self._count(1)
        try:
            made = super()._connect(timeout)
        except psycopg.Error as error:
            self._lost(error)
            raise
        finally:
            self._count(-1)
        self._spell.end()
        return made

    def _count(self, change: int) -> None:
        with self._gate:
            self._tries += change

    def _lost(self, error: psycopg.Error) -> None:
        """The server takes no connections: tell whoever waits for one."""
        self._reason = str(error)
        self._spell.begin(error)
        self._fail_waiting(self._reason)

    def _fail_waiting(self, reason: str) -> None:
        with self._lock:
            waiting = [*self._waiting]
            self._waiting.clear()
        for client in waiting:
            client.fail(psycopg.OperationalError(reason))


class Stay:
    """A connection that a thread keeps between two requests; back to its pool as the thread ends.

    The thread has the only reference to it. Who gives the connection back ends it first.
    """

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        connection.stay = weakref.ref(self)

    def __del__(self) -> None:
        if self.connection is not None:
            del self.connection.stay
            self.connection._pool.putconn(self.connection)  # noqa: SLF001  # as Django does


def stay_ends(connection: Any) -> None:
    """Have nobody but the caller give a connection back, from whatever thread."""
    stay = connection.stay() if hasattr(connection, "stay") else None
    if stay is not None:
        stay.connection = None
        del connection.stay

"""Django's migrate, which does not queue the site behind itself."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.backends.utils import CursorWrapper
from psycopg.errors import DeadlockDetected, LockNotAvailable

from bookyflow.core import sql

TRIES, PAUSE = 5, 1.0  # where it and calls wait for each other; seconds between two tries
LOCK_TIMEOUT = "3s"  # for so long, all that comes after it may wait, too
# New objects between two looks for garbage: models of states are made by the thousands and stay, so
# that looking as often as usual took a quarter of the time. Costs 90 MB.
SELDOM = 200_000
REFUSED = (
    "Another transaction has kept the tables locked for more than {timeout}, and all calls would "
    "have waited behind the migration. It was undone; those before it stay. Run migrate again, "
    "but not during a back-up: pg_dump keeps its locks until it ends. docs/operations.md, "
    '"A new version", tells how to find who holds them.'
)


@contextmanager
def garbage_seldom_looked_for() -> Iterator[None]:
    """Let the collector of garbage rest for most of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(SELDOM, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


class Command(migrate.Command):
    """As Django's, but a statement that waits long for a lock fails, and may be tried again.

    One that changes a table waits for whoever reads it, and all others wait behind it: without a
    limit a single long read stops the site. One that changes two tables may meet a call that reads
    them in the other order: PostgreSQL ends one of both, and the migration is tried again.
    """

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Migrate; raises CommandError when a lock is not to be had in time."""
        with connections[options["database"]].cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT])
            try:
                with garbage_seldom_looked_for():
                    return self._tried(cursor, *args, **options)
            except OperationalError as error:
                if isinstance(error.__cause__, LockNotAvailable):
                    raise CommandError(REFUSED.format(timeout=LOCK_TIMEOUT)) from error
                raise
            finally:
                cursor.execute("SELECT set_config('lock_timeout', '0', false)")

    def _tried(self, cursor: CursorWrapper, *args: Any, **options: Any) -> str | None:
        for left in reversed(range(TRIES)):
            unfinished_indexes_drop(cursor)
            try:
                return super().handle(*args, **options)
            except OperationalError as error:
                if not left or not isinstance(error.__cause__, DeadlockDetected):
                    raise
                self.stderr.write("It and a call have waited for each other: it is tried again.")
                time.sleep(PAUSE)
        return None


def unfinished_indexes_drop(cursor: CursorWrapper) -> None:
    """Remove what an index leaves behind whose making, CONCURRENTLY, was cut off.

    Nobody reads it, and its name would be in the way of the next try.
    """
    cursor.execute(sql.UNFINISHED_INDEXES)
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP INDEX {name}")

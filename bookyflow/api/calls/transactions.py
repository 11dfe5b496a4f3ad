"""Transactions as the kit opens them: waiting for others a while, tried again when a rival won."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

from django.db import DatabaseError

from bookyflow.api.errors import UNDONE_BY_RIVAL
from bookyflow.core.database import undone_whole, waiting_at_most
from bookyflow.core.outages import sqlstate

T = TypeVar("T")

RETRIES = 2
PLANNED_BEFORE = "0A000"  # a column has become of another type since: the next run plans anew
# For whoever has the lock of a property. A call that waits occupies a thread of the server.
LONGEST_WAIT = timedelta(seconds=10)


def whole(work: Callable[[], T], *, again: Callable[[], None] | None = None) -> T:
    """Run `work` in a transaction of its own: an exception leaves it and undoes everything.

    Locks are waited for as long as LONGEST_WAIT from the moment when a property is to be locked, in
    this transaction only, so that a pooler may give the connection to somebody else afterwards. A
    deadlock or serialization failure is tried again, at most twice, around the whole transaction
    (inside a savepoint it would never succeed), after a call of `again`; and so is a statement that
    was planned before a migration.
    """
    return _tried(partial(_once, work), again)


def unbound(work: Callable[[], T], *, again: Callable[[], None]) -> T:
    """Run `work`, which writes nothing, without a transaction around it.

    Those that it opens itself wait and are tried again as in `whole`.
    """
    with waiting_at_most(LONGEST_WAIT):
        return _tried(work, again)


def _tried(work: Callable[[], T], again: Callable[[], None] | None) -> T:
    for _ in range(RETRIES):
        try:
            return work()
        except DatabaseError as error:
            if sqlstate(error) not in {*UNDONE_BY_RIVAL, PLANNED_BEFORE}:
                raise
            if again is not None:
                again()
    return work()


def _once(work: Callable[[], T]) -> T:
    with waiting_at_most(LONGEST_WAIT), undone_whole():
        return work()

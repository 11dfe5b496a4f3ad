"""When the database server is away: which errors mean that, and how the log tells of it."""

from __future__ import annotations

import logging

import psycopg
from django.db import InterfaceError, OperationalError

# Connection lost or refused, ended for idling in a transaction, none free, server starting or going
# down.
UNREACHABLE = ("08", "25P03", "53300", "57P01", "57P02", "57P03")
READ_ONLY = "25006"  # a standby, or a server that is being switched over


def sqlstate(error: BaseException) -> str | None:
    """PostgreSQL's code of an error of Django's; None when it did not come from the server."""
    return getattr(error.__cause__, "sqlstate", None)


def is_outage(error: BaseException) -> bool:
    """Whether a database error says that the server is away, full, or only reads now.

    What failed so may succeed later. Takes errors of the driver, and those of Django and
    Procrastinate that were raised from one.
    """
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    if not isinstance(cause, psycopg.Error):
        return isinstance(error, OperationalError | InterfaceError)
    if cause.sqlstate is None:
        return isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
    return cause.sqlstate == READ_ONLY or cause.sqlstate.startswith(UNREACHABLE)


class Spell:
    """Something that fails for a while: a line in the log when it begins and one when it is over.

    In between nothing is said, however often it is tried. A fault of ours comes with its traceback.
    """

    def __init__(self, logger: logging.Logger, begins: str, ends: str) -> None:
        self._logger, self._begins, self._ends = logger, begins, ends
        self.is_on = False

    def begin(self, error: BaseException) -> None:
        """It has failed."""
        if not self.is_on:
            self.is_on = True
            reason = " ".join(str(error).split())
            fault = None if is_outage(error) else error
            self._logger.warning("%s: %s", self._begins, reason, exc_info=fault)

    def end(self) -> None:
        """It has worked."""
        if self.is_on:
            self.is_on = False
            self._logger.warning("%s.", self._ends)

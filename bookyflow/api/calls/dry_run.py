"""Calls that do everything and leave nothing behind: X-BOOKYFLOW-dry-run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from django.db import OperationalError, transaction
from django.utils.translation import gettext
from rest_framework.request import Request

from bookyflow.api.calls.transactions import whole
from bookyflow.api.errors import BUSY, translated
from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError
from bookyflow.core.outages import sqlstate

T = TypeVar("T")

HEADER = "X-BOOKYFLOW-dry-run"
_IN_META = "HTTP_X_BOOKYFLOW_DRY_RUN"  # where it is found without a look at all others
TOLD = "Dry-Run"  # the header of the answer


def is_dry_run(request: Request) -> bool:
    """Whether the caller only wants to see what would happen.

    Raises DomainError validation_failed for a value that is neither 1 nor 0: who writes `true` does
    not want to book.
    """
    text: str = request.META.get(_IN_META, "0")
    if text not in {"0", "1"}:
        problem = gettext("Send 1 for a dry run.")
        raise DomainError("validation_failed", f"{HEADER}: {problem}", fields={HEADER: [problem]})
    return text == "1"


def announced(request: Request) -> bool:
    """Whether the header is there and well-formed; for answers, which refuse nothing any more."""
    with suppress(DomainError):
        return is_dry_run(request)
    return False


def undone(work: Callable[[], T], *, again: Callable[[], None]) -> T:
    """Run `work` in a transaction that is rolled back, with what is checked at its end."""

    def run() -> T:
        done = work()
        connection.check_constraints()
        transaction.set_rollback(True)
        return done

    return whole(run, again=again)


class DrySteps:
    """In place of the transactions of an action that commits item by item: savepoints in one.

    So that an item meets what those before it have done.
    """

    def __call__(self, work: Callable[[], T]) -> T:
        """Run the work on one item; raises as Steps does."""
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            refusal = translated(error)
            if refusal is None or sqlstate(error) != BUSY:
                raise  # a deadlock has undone the whole
            raise refusal from error

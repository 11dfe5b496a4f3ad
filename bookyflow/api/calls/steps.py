"""An action that commits item by item, so that a lock is held for one item and not for all.

Its Idempotency-Key is claimed in a first short transaction, each item checks under the lock of the
call that the claim still stands, and the answer takes the place of the claim in the last one. No
lock outlives a transaction, so a pooler may give each to another connection.

Where the process is killed in between, what is committed stays and the claim names somebody who is
gone. A retry of the same call finds the lock free, takes the claim over, meets the finished items
again, which is why each must be found again by an id of its own, and answers for all. Should the
first one be alive after all, between two items, then its next item finds the claim taken and ends
it: only one of them goes on.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self, TypeVar

from django.db import DatabaseError, OperationalError
from django.db.models import QuerySet
from rest_framework.response import Response

from bookyflow.api.calls.idempotency import RUNNING, Call
from bookyflow.api.calls.transactions import whole
from bookyflow.api.errors import BUSY, UNDONE_BY_RIVAL, translated
from bookyflow.api.models import IdempotencyRecord
from bookyflow.core.errors import DomainError
from bookyflow.core.outages import sqlstate

T = TypeVar("T")


class TakenOver(Exception):
    """The same call runs elsewhere; nothing that works on items may take it for an item's fault."""


class Steps:
    """The transactions of one call of such an action.

    Called with the work on an item, it runs it in a transaction of its own and returns what it
    returns. Raises DomainError `busy` or `unavailable` where others kept the item from being done,
    TakenOver where the same call goes on elsewhere; whatever the work raises undoes it.
    """

    def __init__(self, call: Call | None) -> None:
        self._call = call
        self._claim = secrets.token_hex(16)
        self._committed = 0
        self._put_off = False  # some item was not done for a reason that passes

    def begin(self) -> Response | None:
        """The kept answer of the same call, or None when it has to run now, or to its end.

        Raises as `Call.begin`.
        """
        call = self._call
        return None if call is None else whole(lambda: self._begin(call))

    def __call__(self, work: Callable[[], T]) -> T:
        """Run the work on one item in a transaction of its own."""
        try:
            done = whole(lambda: self._own(work))
        except OperationalError as error:
            refusal = translated(error)
            if refusal is None or sqlstate(error) not in {BUSY, *UNDONE_BY_RIVAL}:
                raise
            self._put_off = True
            raise refusal from error
        self._committed += 1
        return done

    def end(self, response: Response) -> None:
        """Keep the answer, unless some item is still to be done: then a retry goes on with it."""
        call = self._call
        if call is not None and not self._put_off:
            whole(lambda: self._own(lambda: call.keep(response)))

    def __enter__(self) -> Self:
        """After `begin` has claimed the call."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Say that the same call runs elsewhere, or let go of a key under which nothing was done.

        What was done stays under it: with another body it is refused.
        """
        if isinstance(error, TakenOver):
            raise DomainError("idempotency_in_progress") from error
        if error is not None and self._call is not None and not self._committed:
            with suppress(DatabaseError, TakenOver):  # the first fault is the one to tell
                whole(self._let_go)

    def _begin(self, call: Call) -> Response | None:
        kept = call.begin()
        if kept is None:
            call.claim(self._claim)
        return kept

    def _own(self, work: Callable[[], T]) -> T:
        """The work, unless another process has claimed the call."""
        if self._call is not None:
            try:
                self._call.lock()
            except DomainError as error:
                raise TakenOver from error
            found = _claims(self._call).first()
            if found is None or found.answer != self._claim:
                raise TakenOver
        return work()

    def _let_go(self) -> None:
        if self._call is not None:
            claims = _claims(self._call)
            self._own(claims.delete)


def _claims(call: Call) -> QuerySet[IdempotencyRecord]:
    return IdempotencyRecord.objects.filter(namespace=call.namespace, status=RUNNING)

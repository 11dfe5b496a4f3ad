"""How an unsafe action runs: once, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import OperationalError, transaction
from rest_framework.response import Response

from bookyflow.api import idempotency
from bookyflow.api.errors import UNDONE_BY_RIVAL, sqlstate
from bookyflow.api.preconditions import check_version

if TYPE_CHECKING:
    from bookyflow.api.views import FeatureViewSet

RETRIES = 2


def perform(view: FeatureViewSet, action: Callable[[], Response]) -> Response:
    """Run the action in a transaction of its own, with its idempotency record inside.

    An exception leaves the transaction and undoes everything. A deadlock or serialization failure
    is tried again, at most twice, around the whole transaction: inside a savepoint it would never
    succeed.
    """
    call = idempotency.call_of(view)
    for _ in range(RETRIES):
        try:
            return _once(view, call, action)
        except OperationalError as error:
            if sqlstate(error) not in UNDONE_BY_RIVAL:
                raise
            view.forget()
    return _once(view, call, action)


def _once(
    view: FeatureViewSet, call: idempotency.Call | None, action: Callable[[], Response]
) -> Response:
    with transaction.atomic(durable=True):
        kept = call.begin() if call else None
        if kept is not None:
            return kept
        check_version(view)
        response = action()
        if call:
            call.keep(response)
        return response

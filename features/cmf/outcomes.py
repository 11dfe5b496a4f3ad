from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from bookyflow.channels.reservations import Outcome
from bookyflow.core.errors import DomainError
from features.cmf.booking_object import result

DONE = True  # the answer of a call that has nothing else to say


def refuse_when_none_succeeded(outcomes: Sequence[Outcome], key: str) -> None:
    """Raise a DomainError with the result of each item when no item succeeded.

    It is the refusal that all items share, such as `no_room_available`, where they share one that
    is a conflict; else `key`.
    """
    errors = [outcome.error for outcome in outcomes if outcome.error]
    if len(errors) < len(outcomes):
        return
    results = {one.remote_id: result(one) for one in outcomes}
    first = errors[0]
    if first.kind.status == HTTPStatus.CONFLICT and {e.key for e in errors} == {first.key}:
        raise DomainError(first.key, first.detail, results=results)
    raise DomainError(key, results=results)

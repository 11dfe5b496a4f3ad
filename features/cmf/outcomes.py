"""Calls on many items: what each of them came to, and what the whole answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from bookyflow.channels.reservations import Outcome, RemoteReservation
from bookyflow.core.errors import DomainError
from features.cmf.booking_object import booked, cancelled_text, remote_reservation, result
from features.cmf.serializers.bookings import InvalidReservation

DONE = True  # the answer of a call that has nothing else to say
SHARED = {HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE}


def split_valid(
    items: Iterable[Mapping[str, Any] | InvalidReservation],
) -> tuple[list[RemoteReservation], list[Outcome]]:
    """The reservations that can be read, and the outcomes of those that cannot."""
    readable, refused = [], []
    for number, item in enumerate(items):
        if isinstance(item, InvalidReservation):
            refused.append(_refused(number, item))
        else:
            readable.append(remote_reservation(item))
    return readable, refused


def raise_if_all_failed(outcomes: Sequence[Outcome], key: str) -> None:
    """Raise a DomainError with the result of each item when no item succeeded.

    It is the refusal that all items share, such as `no_room_available`, where they share one that
    is a conflict, an invalid field or a lock that others have; else `key`.
    """
    errors = [outcome.error for outcome in outcomes if outcome.error]
    if len(errors) < len(outcomes):
        return
    results = {one.remote_id: result(one) for one in outcomes}
    first = errors[0]
    if first.kind.status in SHARED and {e.key for e in errors} == {first.key}:
        fields = {name: problems for e in errors for name, problems in e.fields.items()}
        raise DomainError(first.key, first.detail, fields=fields, results=results)
    raise DomainError(key, results=results)


def added(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """What became of new reservations, in the shape of ReservationsOut."""
    return {
        "successful_bookings": {one.remote_id: booked(one) for one in outcomes if one.bookings},
        "unsuccessful_bookings": {one.remote_id: result(one) for one in outcomes if one.error},
    }


def cancelled(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """What became of cancellations, in the shape of CancelledOut."""
    return {
        "success": True,
        "cancellations": [text for one in outcomes for text in cancelled_text(one)],
        "results": {one.remote_id: result(one) for one in outcomes},
    }


def _refused(number: int, item: InvalidReservation) -> Outcome:
    problems = _flat(item.problems)
    path, (problem, *_) = next(iter(problems.items()))
    error = DomainError(
        "validation_failed",
        f"{path}: {problem}",
        fields={f"reservations[{number}].{path}": problems[path] for path in problems},
    )
    return Outcome(item.remote_reservation_id, error=error)


def _flat(problems: Mapping[Any, Any], path: str = "") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, below in problems.items():
        step = f"{path}[{name}]" if isinstance(name, int) else f"{path}.{name}".lstrip(".")
        if isinstance(below, Mapping):
            found |= _flat(below, step)
        else:
            found[step] = [str(problem) for problem in below]
    return found

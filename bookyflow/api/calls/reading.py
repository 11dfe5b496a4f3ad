"""Reads that may be a moment old: the replica answers them, where there is one that is fit.

Who has written reads on the primary until the replica surely has it: `wrote` leaves a mark in the
shared cache, of the key pair and of the address. A replica refuses nothing: whatever it cannot
answer, be it that it is away, or that it does not have something yet, is asked of the primary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.conf import settings

from bookyflow.api.calls.counters import counters
from bookyflow.api.contract import EndpointView
from bookyflow.core.address import client_address, counted_as
from bookyflow.core.database import REPLICA, reading_from
from bookyflow.core.outages import READ_ONLY, is_outage, sqlstate
from bookyflow.core.replica import replica

T = TypeVar("T")

CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH")


def answered(view: EndpointView, action: Callable[[], T]) -> T:
    """What the action of a read returns, by the replica or by the primary."""
    if REPLICA not in settings.DATABASES or not _may_be_old(view) or not replica.is_fit():
        return action()
    try:
        with reading_from(REPLICA):
            return action()
    except Exception as error:  # noqa: BLE001  # the primary is asked, and raises it again if it is one
        if is_outage(error) and sqlstate(error) != READ_ONLY:
            replica.failed(error)
    view.forget()
    return action()


def wrote(view: EndpointView) -> None:
    """Take a note that this caller has written, now that it can be seen."""
    if REPLICA in settings.DATABASES:
        counters.remember(_callers(view), settings.REPLICA_LAG + 1)


def _may_be_old(view: EndpointView) -> bool:
    """Whether endpoint and caller take what was so a moment ago.

    Not a caller who shows what they know already: they would be told of the time before.
    """
    if not view.endpoint.replica or any(name in view.request.META for name in CONDITIONS):
        return False
    return counters.remembers(next(_callers(view))) is False


def _callers(view: EndpointView) -> Iterator[str]:
    """Whose call it is, as marks name them: the key pair if there is one, then the address."""
    access: Any = view.request.auth
    if access is not None:
        yield f"wrote:key:{access.key_id}"
    address = client_address(view.request.META, settings.TRUSTED_PROXIES)
    yield f"wrote:address:{counted_as(address)}"

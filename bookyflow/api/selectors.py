"""Reading the log of calls."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from bookyflow.accounts.models import KeyPair, User
from bookyflow.api.models import RequestLog
from bookyflow.channels.models import Channel

REFUSED, FAILED = range(400, 500), range(500, 600)


@dataclass(frozen=True)
class RequestsWanted:
    """Which calls to look for; what is empty does not matter.

    `path` is a part of the route or of the operation's name.
    """

    key_id: int | None = None
    channel_id: int | None = None
    statuses: range | None = None
    method: str = ""
    path: str = ""
    request_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class KeyCalls:
    """How many calls a key pair has made since a moment, and how many of them went wrong."""

    calls: int = 0
    wrong: int = 0


def request_list(*, viewer: User) -> QuerySet[RequestLog]:
    """The calls that an account may see, the newest first.

    Those of its own key pairs; for super managers all, with those that failed before a key pair
    was known.
    """
    found = RequestLog.objects.order_by("-at", "-id")
    if viewer.is_super_manager:
        return found
    return found.filter(key_id__in=KeyPair.objects.filter(user=viewer).values("pk"))


def requests_found(
    *, viewer: User, wanted: RequestsWanted, before: int | None = None
) -> QuerySet[RequestLog]:
    """Calls of `request_list` that are wanted; with `before`, an id, those older than it."""
    exact = {
        "key_id": wanted.key_id,
        "channel_id": wanted.channel_id,
        "method": wanted.method,
        "request_id": wanted.request_id,
        "at__gte": wanted.since,
        "at__lt": wanted.until,
    }
    found = request_list(viewer=viewer).filter(**{k: v for k, v in exact.items() if v})
    if wanted.statuses:
        found = found.filter(status__gte=wanted.statuses.start, status__lt=wanted.statuses.stop)
    if wanted.path:
        part = wanted.path.lstrip("/")
        found = found.filter(Q(route__icontains=part) | Q(operation__icontains=part))
    return _older(found, before)


def _older(found: QuerySet[RequestLog], before: int | None) -> QuerySet[RequestLog]:
    if before is None:
        return found
    last = found.model.objects.filter(pk=before).values_list("at", flat=True).first()
    if last is None:
        return found.filter(pk__lt=before)
    return found.filter(Q(at__lt=last) | Q(at=last, pk__lt=before))


def calls_of_keys(*, key_ids: Iterable[int], since: datetime) -> dict[int, KeyCalls]:
    """How many calls key pairs have made, by their ids; those with none are missing. One query."""
    counted = RequestLog.objects.filter(key_id__in=list(key_ids), at__gte=since)
    rows = counted.values_list("key_id").annotate(
        calls=Count("pk"), wrong=Count("pk", filter=Q(status__gte=REFUSED.start))
    )
    return {pk: KeyCalls(calls, wrong) for pk, calls, wrong in rows.order_by() if pk}


def latest_addresses(*, key_ids: Collection[int]) -> dict[int, str]:
    """From where key pairs were last used, as far as the log has it, by their ids. One query."""
    calls = RequestLog.objects.filter(key_id=OuterRef("pk")).order_by("-at", "-id")
    found = KeyPair.objects.filter(pk__in=key_ids).annotate(
        last=Subquery(calls.values("address")[:1])
    )
    return {pk: last for pk, last in found.values_list("pk", "last").order_by() if last}


def latest_calls_through(*, channel_ids: Collection[int]) -> dict[int, RequestLog]:
    """The last call of each channel that is in the log, by the channel's id. Two queries."""
    keys = KeyPair.objects.filter(user=OuterRef(OuterRef("user")))
    calls = RequestLog.objects.filter(channel_id=OuterRef("pk"), key_id__in=keys.values("pk"))
    last = Subquery(calls.order_by("-at", "-id").values("pk")[:1])
    found = Channel.objects.filter(pk__in=channel_ids).annotate(last=last)
    entries = RequestLog.objects.in_bulk(
        [pk for pk in found.values_list("last", flat=True).order_by() if pk]
    )
    return {one.channel_id: one for one in entries.values() if one.channel_id}


def operations_done(*, key_id: int) -> dict[str, datetime]:
    """When a key pair last called each operation with success. One query."""
    done = RequestLog.objects.filter(key_id=key_id, status__lt=REFUSED.start)
    return dict(done.values_list("operation").annotate(Max("at")).order_by())


def replayed_at(*, key_id: int) -> datetime | None:
    """When a call of a key pair was last answered by what was kept of an earlier one."""
    found = RequestLog.objects.filter(key_id=key_id, is_replay=True)
    return found.order_by("-at").values_list("at", flat=True).first()

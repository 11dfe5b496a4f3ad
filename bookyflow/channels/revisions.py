"""What happens to the bookings of a channel's properties, numbered, until the channel has it.

A revision is an event of a booking, and its number the event's position. So the numbers grow in
the order in which revisions appear, none appears behind a reader's back, and nothing is kept twice.
A revision comes with the booking as it is by now: whoever takes each over in its order has the
booking as it is, since whatever changes it later makes a later revision.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from bookyflow.accounts.models import AccessLevel
from bookyflow.channels import sql
from bookyflow.channels.bookings import ChannelBooking, bookings_by_id
from bookyflow.channels.models import Channel, ChannelProperty, RevisionAck, RevisionFeed
from bookyflow.core.acting import SYSTEM
from bookyflow.core.database import connection
from bookyflow.events.models import EventKind
from bookyflow.events.numbering import events_number
from bookyflow.events.selectors import KEPT
from bookyflow.events.services import EventDraft, record_many
from bookyflow.properties.models import ManagerAccess, Property
from bookyflow.properties.selectors import Reach, reachable

NEW = (EventKind.BOOKING_ADDED, EventKind.BOOKING_ENQUIRED)
CANCELLED = (EventKind.BOOKING_CANCELLED, EventKind.BOOKING_MARKED_NOSHOW)
MODIFIED = (
    EventKind.BOOKING_MODIFIED,
    EventKind.ROOM_MOVED,
    EventKind.DEPOSIT_SAVED,
    EventKind.PAYMENT_RECEIVED,
    EventKind.PAYMENT_REVERSED,
    EventKind.GUEST_CHECKED_IN,
    EventKind.GUEST_CHECKED_IN_UNDONE,
    EventKind.GUEST_CHECKED_OUT,
    EventKind.GUEST_CHECKED_OUT_UNDONE,
)
KINDS = [kind.value for kind in (*NEW, *MODIFIED, *CANCELLED)]
BATCH = 1000  # that the log tells of at once


@dataclass(frozen=True)
class Revision:
    """That a booking was made, changed or ended; `booking` is as it is by now.

    `channel_id` is that of the channel which did it, None where no channel did.
    """

    number: int
    kind: str
    property_id: int
    booking_id: int
    at: datetime
    channel_id: int | None
    is_acknowledged: bool
    booking: ChannelBooking | None = field(default=None, compare=False)

    @property
    def change(self) -> str:
        """Whether the booking is new, modified or cancelled."""
        if self.kind in NEW:
            return "new"
        return "cancelled" if self.kind in CANCELLED else "modified"

    @property
    def age(self) -> int | None:
        """For how many seconds it has waited to be acknowledged; None once it is."""
        if self.is_acknowledged:
            return None
        return max(0, int((timezone.now() - self.at).total_seconds()))


@dataclass(frozen=True)
class RevisionPage:
    """Revisions in the order of their numbers, and whether there are more."""

    revisions: list[Revision]
    has_more: bool


@dataclass(frozen=True)
class Acknowledged:
    """Numbers that are acknowledged by now, and those that are no revisions of the channel."""

    revisions: list[int]
    unknown: list[int]


def revision_list(
    *, channel_id: int, reach: Reach, limit: int, after: int | None = None
) -> RevisionPage:
    """The revisions of the bookings at the properties that are linked to a channel.

    Those behind the number `after`, whether they are acknowledged or not; without it those that
    are not. What can be numbered is numbered first, as `events.selectors.feed` has it. Four queries
    beside that.
    """
    events_number()
    through = _through(channel_id)
    found = _revisions(
        channel_id=channel_id,
        property_ids=_linked(reachable(reach), channel_id),
        after=through if after is None else after,
        through=through,
        limit=limit + 1,
        acknowledged_as_well=after is not None,
    )
    page = found[:limit]
    ids = {one.booking_id for one in page}
    bookings = bookings_by_id(channel=channel_id, booking_ids=ids)
    return RevisionPage(
        [_with(one, bookings.get(one.booking_id)) for one in page], len(found) > limit
    )


@dataclass(frozen=True)
class Backlog:
    """How many revisions a channel has not acknowledged, and the moment of the oldest."""

    count: int = 0
    since: datetime | None = None


def revisions_waiting(*, channel_id: int, limit: int) -> list[Revision]:
    """The first revisions that a channel has not acknowledged, without their bookings."""
    return _waiting(channel_id, _through(channel_id), limit=limit)


def backlogs(*, channel_ids: Iterable[int]) -> dict[int, Backlog]:
    """What channels have not acknowledged, by id; two queries.

    Missing are those that have never acknowledged any: nobody waits for them.
    """
    ids = list(channel_ids)
    feeds = RevisionFeed.objects.filter(channel__in=ids).values_list("channel", flat=True)
    found = dict.fromkeys(feeds, Backlog())
    with connection.cursor() as cursor:
        cursor.execute(
            sql.UNACKNOWLEDGED,
            {"channel_ids": ids, "kinds": KINDS, "all_level": AccessLevel.SUPER_MANAGER.value},
        )
        return found | {pk: Backlog(count, since) for pk, count, since in cursor.fetchall()}


@transaction.atomic
def revisions_acknowledge(
    *, channel_id: int, reach: Reach, revisions: Sequence[int]
) -> Acknowledged:
    """Note that a channel has revisions, in any order and as often as it likes.

    Numbers that are none of its revisions are told, and stop no others.
    """
    RevisionFeed.objects.bulk_create([RevisionFeed(channel_id=channel_id)], ignore_conflicts=True)
    feed = RevisionFeed.objects.select_for_update().get(channel=channel_id)
    through = feed.acknowledged_through
    parameters = _parameters(channel_id, _linked(reachable(reach), channel_id), through)
    with connection.cursor() as cursor:
        cursor.execute(sql.ACKNOWLEDGE, parameters | {"positions": list(revisions)})
        known = {position for (position,) in cursor.fetchall()}
    _advance(feed)
    done = {number for number in revisions if number in known or 0 < number <= through}
    return Acknowledged(sorted(done), sorted({*revisions} - done))


def _advance(feed: RevisionFeed) -> None:
    """Have the mark of a locked feed stand right before the first revision that is missing.

    Where none is, at the last one that was acknowledged, whichever call has done that: what is
    beyond the mark is forgotten in time.
    """
    acknowledged = RevisionAck.objects.filter(channel=feed.channel_id)
    waiting = _waiting(feed.channel_id, feed.acknowledged_through, limit=1)
    if waiting:
        through = waiting[0].number - 1
    else:
        through = acknowledged.aggregate(last=Max("position"))["last"] or 0
    if through > feed.acknowledged_through:
        feed.acknowledged_through = through
        feed.save(update_fields=["acknowledged_through"])
        acknowledged.filter(position__lte=through).delete()


def revisions_overdue_tell() -> int:
    """Record an event for each revision that a channel should have acknowledged by now.

    Once for each; of channels that have ever acknowledged any. Acknowledgements of events that
    are no more are dropped. Returns how many were told.
    """
    RevisionAck.objects.filter(at__lt=timezone.now() - KEPT).delete()
    minutes = settings.REVISION_DEADLINE_MINUTES
    if not minutes:
        return 0
    due = timezone.now() - timedelta(minutes=minutes)
    feeds = RevisionFeed.objects.filter(created_at__lt=due).order_by("pk")
    return sum(_tell(pk, due) for pk in feeds.values_list("pk", flat=True))


@transaction.atomic
def _tell(feed_id: int, due: datetime) -> int:
    feed = RevisionFeed.objects.select_for_update(skip_locked=True).filter(pk=feed_id).first()
    if feed is None:
        return 0
    after = max(feed.told_through, feed.acknowledged_through)
    overdue = []
    for one in _waiting(feed.channel_id, after, limit=BATCH):
        if one.at >= due:  # those behind it wait for their turn, so that none is left out
            break
        overdue.append(one)
    if overdue:
        feed.told_through = overdue[-1].number
        feed.save(update_fields=["told_through"])
    record_many((_told(one, feed.channel_id) for one in overdue), by=SYSTEM)
    return len(overdue)


def _told(one: Revision, channel_id: int) -> EventDraft:
    data = {"channel_id": channel_id, "revision": one.number, "contract_uid": one.booking_id}
    subject = ("channel", channel_id)
    return EventDraft(EventKind.REVISION_UNACKNOWLEDGED, one.property_id, subject, data)


def _waiting(channel_id: int, after: int, *, limit: int) -> list[Revision]:
    """What a channel has not acknowledged behind a number, whatever key of its user reads it."""
    user = Channel.objects.select_related("user").get(pk=channel_id).user
    found = Property.objects.filter(deleted_at=None)
    if user.access_level < AccessLevel.SUPER_MANAGER:
        own = ManagerAccess.objects.filter(user=user, property=OuterRef("pk"))
        found = found.filter(Exists(own))
    return _revisions(
        channel_id=channel_id,
        property_ids=_linked(found, channel_id),
        after=after,
        through=after,
        limit=limit,
    )


def _linked(found: QuerySet[Property], channel_id: int) -> list[int]:
    links = ChannelProperty.objects.filter(channel=channel_id, property=OuterRef("pk"))
    return list(found.filter(Exists(links)).values_list("pk", flat=True))


def _through(channel_id: int) -> int:
    found = RevisionFeed.objects.filter(channel=channel_id)
    return found.values_list("acknowledged_through", flat=True).first() or 0


def _parameters(channel_id: int, property_ids: Iterable[int], after: int) -> dict[str, Any]:
    return {
        "channel_id": channel_id,
        "property_ids": list(property_ids),
        "after": after,
        "kinds": KINDS,
    }


def _revisions(
    *,
    channel_id: int,
    property_ids: Iterable[int],
    after: int,
    through: int,
    limit: int,
    acknowledged_as_well: bool = False,
) -> list[Revision]:
    parameters = _parameters(channel_id, property_ids, after)
    parameters |= {"limit": limit, "acknowledged_as_well": acknowledged_as_well}
    with connection.cursor() as cursor:
        cursor.execute(sql.REVISIONS, parameters)
        rows = cursor.fetchall()
    return [_revision(row, through) for row in rows]


def _revision(row: tuple[Any, ...], through: int) -> Revision:
    number, kind, property_id, booking_id, at, channel_id, is_ack = row
    is_known = is_ack or number <= through
    return Revision(number, kind, property_id, booking_id, at, channel_id, is_known)


def _with(one: Revision, booking: ChannelBooking | None) -> Revision:
    return replace(one, booking=booking)

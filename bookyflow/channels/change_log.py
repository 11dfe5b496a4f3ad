"""What happened lately at the properties of a channel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from bookyflow.channels.models import Channel
from bookyflow.events.selectors import RECENT, FeedItem, feed


@dataclass(frozen=True)
class Change:
    """An event, and the channel that caused it; None where no channel did."""

    event: FeedItem
    channel: Channel | None


@dataclass(frozen=True)
class ChangeLogPage:
    """Changes, oldest first; `next_cursor` is None on the last page."""

    changes: list[Change]
    next_cursor: str | None

    @property
    def by_property(self) -> dict[int | None, list[Change]]:
        """The changes by property id, in the order of the ids."""
        found: dict[int | None, list[Change]] = {}
        for change in sorted(self.changes, key=lambda one: one.event.property_id or 0):
            found.setdefault(change.event.property_id, []).append(change)
        return found


def oldest() -> datetime:
    """From when on changes are told."""
    return timezone.now() - RECENT


def change_log(
    *,
    property_ids: Iterable[int],
    channel_id: int,
    cursor: str,
    limit: int,
    since: datetime | None = None,
    skip_own: bool = False,
) -> ChangeLogPage:
    """The changes of the last two weeks after `cursor`, as `events.selectors.feed`; two queries.

    With `since` those from that instant on. With `skip_own` without those that the channel itself
    has made.
    """
    page = feed(
        property_ids=property_ids,
        since=max(since, oldest()) if since else oldest(),
        cursor=cursor,
        limit=limit,
        skipped_channel=channel_id if skip_own else 0,
    )
    channels = Channel.objects.in_bulk({item.channel_id for item in page.items if item.channel_id})
    changes = [Change(item, channels.get(item.channel_id or 0)) for item in page.items]
    return ChangeLogPage(changes, page.next_cursor)

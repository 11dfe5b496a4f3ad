"""What happened lately at the properties of a channel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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


def change_log(*, property_ids: Iterable[int], cursor: str, limit: int) -> ChangeLogPage:
    """The changes of the last two weeks after `cursor`, as `events.selectors.feed`; two queries."""
    page = feed(
        property_ids=property_ids, since=timezone.now() - RECENT, cursor=cursor, limit=limit
    )
    channels = Channel.objects.in_bulk({item.channel_id for item in page.items if item.channel_id})
    changes = [Change(item, channels.get(item.channel_id or 0)) for item in page.items]
    return ChangeLogPage(changes, page.next_cursor)

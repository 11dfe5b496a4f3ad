"""New messages by cursor.

They have no numbers of their own: each has an event, and the events have positions behind which
nothing appears (events.numbering). So a cursor is a place in the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet

from bookyflow.core.database import connection
from bookyflow.events.selectors import Place, cursor_at, place_after
from bookyflow.messaging import sql
from bookyflow.messaging.access import conversations_of
from bookyflow.messaging.models import Message
from bookyflow.messaging.selectors import Shown, Viewer, complete, with_marks


@dataclass(frozen=True)
class NewMessages:
    """Messages in the order in which they appeared, and the cursor to go on from."""

    messages: Sequence[Shown]
    cursor: str
    has_more: bool

    def __bool__(self) -> bool:
        """Whether there are any, as whoever waits for some asks."""
        return bool(self.messages)


def messages_after(*, viewer: Viewer, after: str, limit: int) -> NewMessages:
    """What has been written in the viewer's conversations after the cursor `after`, "" for all.

    Also what the viewer wrote. Messages are found for as long as their events are kept, and as
    whole as elsewhere. Raises DomainError `validation_failed` and `cursor_expired`, as
    `events.selectors.place_after`. Seven queries, and two while the log has not moved.
    """
    place = place_after(after)
    if place.position == place.newest:  # as most looks of a reader who waits: asked no further
        return NewMessages([], cursor_at(place.position), has_more=False)
    found = _found(viewer, place, limit + 1)
    messages = _shown(viewer, [pk for _, pk in found[:limit]])
    if len(found) > limit:
        return NewMessages(messages, cursor_at(found[limit - 1][0]), has_more=True)
    # What was numbered since the newest was read may be on the page.
    at = max([place.position, place.newest, *(position for position, _ in found[-1:])])
    return NewMessages(messages, cursor_at(at), has_more=False)


def _found(viewer: Viewer, place: Place, limit: int) -> list[tuple[int, int]]:
    """Positions and ids of messages."""
    try:
        visible, parameters = (
            conversations_of(viewer.reach).order_by().values("pk").query.sql_with_params()
        )
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql.FOLLOW.format(visible=visible), [place.position, *parameters, limit])
        return [(position, pk) for position, pk in cursor.fetchall()]


def _shown(viewer: Viewer, ids: Sequence[int]) -> list[Shown]:
    if not ids:
        return []
    found = complete(Message.objects.filter(pk__in=ids)).select_related("conversation__booking")
    by_id = found.in_bulk()
    viewer = with_marks(viewer, [one.conversation_id for one in by_id.values()])
    # One may have been deleted between the two statements.
    return [viewer.shown(by_id[pk], by_id[pk].conversation) for pk in ids if pk in by_id]

"""What an account has read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import transaction
from django.db.models import Q, QuerySet

from bookyflow.core.database import connection
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, consequence_add
from bookyflow.messaging import sql
from bookyflow.messaging.access import conversation_of, conversations_of
from bookyflow.messaging.models import Message, Participant
from bookyflow.properties.selectors import Reach


class Counts(NamedTuple):
    """How many messages a conversation has, and how many an account has not read."""

    total: int
    unread: int


class Unread(NamedTuple):
    """What an account has to read in a conversation; the booking that it is about, if any."""

    booking_id: int | None
    booking_number: str
    messages: int


def message_counts(*, conversation_ids: Iterable[int], user_id: int) -> dict[int, Counts]:
    """The counts of conversations by id; one query."""
    with connection.cursor() as cursor:
        cursor.execute(sql.COUNTS, [user_id, list(conversation_ids)])
        return {pk: Counts(total, unread) for pk, total, unread in cursor.fetchall()}


def conversations_unread(*, property_id: int, user_id: int) -> list[Unread]:
    """The conversations of a property with messages that an account has not read, newest first.

    At most 50; one query.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.UNREAD_OF_PROPERTY, [user_id, property_id])
        return [Unread(*row) for row in cursor.fetchall()]


def unread_total(*, reach: Reach) -> int:
    """How many messages somebody has not read, over all conversations; one query for the count."""
    try:
        visible, parameters = (
            conversations_of(reach).order_by().values("pk").query.sql_with_params()
        )
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(sql.UNREAD_TOTAL.format(visible=visible), [reach.user_id, *parameters])
        (count,) = cursor.fetchone()
    return int(count)


def unread(messages: QuerySet[Message], participant: Participant) -> QuerySet[Message]:
    """Those of a conversation's messages that the participant has not read."""
    beyond = Q(pk__gt=participant.read_through) & ~Q(pk__in=participant.otherwise)
    kept = Q(pk__lte=participant.read_through, pk__in=participant.otherwise)
    return messages.filter(beyond | kept).exclude(sender=participant.user_id)


@transaction.atomic
def message_mark(*, message_id: int, is_read: bool, reach: Reach) -> None:
    """Note for the user of a request alone that a message is read, or is not.

    One's own messages always are. Raises DomainError `message_not_found`.
    """
    of = Message.objects.filter(pk=message_id).values_list("conversation", "sender").first()
    if of is None:
        raise DomainError("message_not_found")
    try:
        conversation = conversation_of(group_id=of[0], reach=reach)
    except DomainError:
        raise DomainError("message_not_found") from None
    if of[1] == reach.user_id:
        return
    participant = participant_lock(conversation_id=conversation.pk, user_id=reach.user_id)
    is_beyond = message_id > participant.read_through
    otherwise = set(participant.otherwise) - {message_id}
    if is_read == is_beyond:
        otherwise.add(message_id)
    participant.otherwise = sorted(otherwise)
    _advance(participant)
    participant.save(update_fields=["read_through", "otherwise"])


@transaction.atomic
def conversation_read(*, group_id: int, reach: Reach) -> None:
    """Note for the user of a request that all of a conversation is read, as it is now.

    Raises DomainError `user_not_in_group`.
    """
    conversation = conversation_of(group_id=group_id, reach=reach)
    participant = participant_lock(conversation_id=conversation.pk, user_id=reach.user_id)
    if participant.read_through < conversation.newest or participant.otherwise:
        participant.read_through = max(participant.read_through, conversation.newest)
        participant.otherwise = []
        participant.save(update_fields=["read_through", "otherwise"])


def participant_lock(*, conversation_id: int, user_id: int) -> Participant:
    """An account's row in a conversation, made where there is none, locked."""
    Participant.objects.bulk_create(
        [Participant(conversation_id=conversation_id, user_id=user_id)], ignore_conflicts=True
    )
    return Participant.objects.select_for_update().get(conversation=conversation_id, user=user_id)


def read_by_writing(participant: Participant, message: Message) -> None:
    """Whoever writes has read what stands before, and is back in the conversation."""
    participant.read_through = message.pk
    participant.otherwise = []
    participant.left_at = None
    participant.save(update_fields=["read_through", "otherwise", "left_at"])


def _advance(participant: Participant) -> None:
    """Have the mark stand right before the first message that is not read, so that few rows are
    otherwise than it says.
    """
    later = Message.objects.filter(
        conversation=participant.conversation_id, pk__gt=participant.read_through
    ).exclude(sender=participant.user_id)
    ids = later.order_by("pk").values_list("pk", flat=True)
    first_unread = ids.exclude(pk__in=participant.otherwise).first()
    before = participant.read_through
    through = max(participant.otherwise, default=0) if first_unread is None else first_unread - 1
    if through > before:
        participant.read_through = through
        participant.otherwise = [
            one for one in participant.otherwise if one <= before or one > through
        ]


def newcomers_follow() -> None:
    """Have what was written before somebody joined a property's team count as read there."""
    consequence_add(_read_by_newcomer, EventKind.MANAGER_ADDED)


def _read_by_newcomer(event: EventDraft) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.READ_BY_NEWCOMER, {"user_id": event.subject[1], "property_id": event.property_id}
        )

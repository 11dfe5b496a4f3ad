"""Conversations and messages as those see them who take part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import QuerySet

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.accounts.site import site_settings
from bookyflow.core.database import connection
from bookyflow.messaging import sql
from bookyflow.messaging.access import conversation_of, conversations_of, team_of
from bookyflow.messaging.models import Attachment, Conversation, Message, Participant
from bookyflow.messaging.reading import Counts, message_counts, unread
from bookyflow.properties.selectors import Reach
from bookyflow.reservations.models import Booking

MOST_OF_EACH = 100  # messages of a conversation in a list of conversations
MOST_IN_ALL = 5_000
MOST_MEMBERS = 200


@dataclass(frozen=True)
class Shown:
    """A message as one of those sees it who take part. `name` is that of who wrote it."""

    message: Message
    name: str
    is_read: bool
    kept_until: datetime | None
    is_reminder: bool

    @property
    def author_id(self) -> int:
        """The account that wrote it; 0 for none."""
        return self.message.sender_id or 0

    @property
    def attachment(self) -> Attachment | None:
        """The file that came with it."""
        return getattr(self.message, "attachment", None)

    @property
    def attachment_id(self) -> int:
        """The id of the file; 0 for none."""
        return self.attachment.pk if self.attachment else 0


@dataclass(frozen=True)
class ConversationShown:
    """A conversation with some of its messages, oldest first, and what is to be read in all."""

    conversation: Conversation
    counts: Counts
    messages: Sequence[Shown] = ()

    @property
    def name(self) -> str:
        """What it is called: the property and who writes to it, or the booking's number."""
        one = self.conversation
        other = one.booking.number if one.booking else user_name(one.user)
        return f"{one.property.name} :: {other}"


@dataclass(frozen=True)
class Member:
    """Somebody who takes part: the account, and 0 for who began, 1 staff, 2 super manager."""

    user: User
    level: int

    @property
    def name(self) -> str:
        """What the account is called."""
        return user_name(self.user)


@dataclass(frozen=True)
class Found:
    """A conversation that was looked for: its id and who takes part, or 0 and None."""

    pk: int = 0
    members: Sequence[Member] | None = None


@dataclass(frozen=True)
class Viewer:
    """For whom conversations are shown, and whether names of guests without account as well."""

    reach: Reach
    sees_guests: bool = False
    participants: Mapping[int, Participant] = field(default_factory=dict)

    @cached_property
    def days_kept(self) -> int:
        """For how many days messages are kept."""
        return site_settings().keeps_bookings_days

    def shown(self, message: Message, conversation: Conversation) -> Shown:
        """A message as the viewer sees it."""
        told = (
            conversation.other_told_through if message.is_by_team
            else conversation.team_told_through
        )  # fmt: skip
        return Shown(
            message,
            self._author(message, conversation),
            is_read=self.marks_in(conversation).has_read(message),
            kept_until=None if conversation.booking_id else message.kept_until(self.days_kept),
            is_reminder=message.pk <= told,
        )

    def marks_in(self, conversation: Conversation) -> Participant:
        """What the viewer has read of a conversation."""
        found = self.participants.get(conversation.pk)
        return found or Participant(conversation=conversation, user_id=self.reach.user_id)

    def _author(self, message: Message, conversation: Conversation) -> str:
        if message.sender is not None:
            return user_name(message.sender)
        if message.is_by_team or conversation.booking is None or not self.sees_guests:
            return ""
        guest = conversation.booking.booked_for()
        return f"{guest.first_name} {guest.surname}".strip()


def user_name(user: User | None) -> str:
    """First name and surname of an account, or its login name; "" for one that is no more."""
    return (user.get_full_name() or user.get_username()) if user else ""


def conversation_list(*, reach: Reach) -> QuerySet[Conversation]:
    """The conversations of the user of a request that have messages, with the newest one first."""
    found = conversations_of(reach).filter(newest__gt=0)
    return found.select_related("property", "user", "booking").order_by("-newest", "-pk")


def conversations_shown(
    conversations: Sequence[Conversation], *, viewer: Viewer
) -> dict[int, ConversationShown]:
    """Conversations by id, each with its latest messages.

    At most MOST_OF_EACH, and MOST_IN_ALL together; the counts are of all there are. Five queries.
    """
    ids = [one.pk for one in conversations]
    viewer = with_marks(viewer, ids)
    counts = message_counts(conversation_ids=ids, user_id=viewer.reach.user_id)
    by_id = {one.pk: one for one in conversations}
    messages = defaultdict(list)
    for message in _latest(ids):
        conversation = by_id[message.conversation_id]
        messages[conversation.pk].append(viewer.shown(message, conversation))
    return {pk: ConversationShown(one, counts[pk], messages[pk]) for pk, one in by_id.items()}


@dataclass(frozen=True)
class Opened:
    """A conversation that somebody reads in."""

    conversation: Conversation
    viewer: Viewer

    def messages(self, *, only_unread: bool = False) -> QuerySet[Message]:
        """Its messages, oldest first, all or those that the viewer has not read."""
        found = complete(Message.objects.filter(conversation=self.conversation))
        if only_unread:
            found = unread(found, self.viewer.marks_in(self.conversation))
        return found.order_by("pk")

    def shown(self, messages: Iterable[Message]) -> ConversationShown:
        """Some of them, with the counts of all."""
        pk = self.conversation.pk
        counts = message_counts(conversation_ids=[pk], user_id=self.viewer.reach.user_id)
        found = [self.viewer.shown(one, self.conversation) for one in messages]
        return ConversationShown(self.conversation, counts[pk], found)


def conversation_opened(*, group_id: int, viewer: Viewer) -> Opened:
    """One of the viewer's conversations. Raises DomainError `user_not_in_group`."""
    conversation = conversation_of(group_id=group_id, reach=viewer.reach)
    return Opened(conversation, with_marks(viewer, [group_id]))


def complete(messages: QuerySet[Message]) -> QuerySet[Message]:
    """With what is shown of them: who wrote, and the file."""
    return messages.select_related("sender", "attachment")


def conversation_about_booking(*, booking: Booking, reach: Reach) -> ConversationShown | None:
    """What the guest of a booking and its property have written to each other, for its team.

    Its latest messages, at most MOST_OF_EACH; None where there are none. Six queries at most.
    """
    found = conversation_list(reach=reach).filter(booking=booking).first()
    if found is None:
        return None
    return conversations_shown([found], viewer=Viewer(reach, sees_guests=True))[found.pk]


def conversation_found(*, property_id: int, reach: Reach) -> Found:
    """The conversation that the user of a request has with a property from without."""
    found = conversations_of(reach).filter(property=property_id, user=reach.user_id)
    conversation = found.select_related("user").first()
    return Found(conversation.pk, members_of(conversation)) if conversation else Found()


def member_list(*, group_id: int, reach: Reach) -> list[Member]:
    """Who takes part in a conversation, who began first. Raises DomainError `user_not_in_group`."""
    conversation = conversation_of(group_id=group_id, reach=reach)
    return members_of(conversation)


def members_of(conversation: Conversation) -> list[Member]:
    """Who takes part in a conversation: who began, then the team of the property as it is now.

    Without those who have left. At most MOST_MEMBERS of the team; four queries.
    """
    property_id = conversation.property_id
    left = set(
        Participant.objects.filter(conversation=conversation, left_at__isnull=False).values_list(
            "user", flat=True
        )
    )
    team = list(team_of(property_id=property_id)[:MOST_MEMBERS])
    began = [conversation.user] if conversation.user else []
    users = {user.pk: user for user in [*began, *team] if user.pk not in left}
    staff = {user.pk for user in team}
    return [Member(user, _level(user, is_staff=user.pk in staff)) for user in users.values()]


def _level(user: User, *, is_staff: bool) -> int:
    if user.access_level >= AccessLevel.SUPER_MANAGER:
        return 2
    return int(is_staff)


def _latest(conversation_ids: Sequence[int]) -> list[Message]:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.LATEST,
            {
                "conversations": list(conversation_ids),
                "each": MOST_OF_EACH,
                "in_all": MOST_IN_ALL,
            },
        )
        ids = [pk for (pk,) in cursor.fetchall()]
    return list(complete(Message.objects.filter(pk__in=ids)).order_by("pk"))


def with_marks(viewer: Viewer, conversation_ids: Iterable[int]) -> Viewer:
    """A viewer who knows what is read in some conversations; one query."""
    marks = Participant.objects.filter(conversation__in=conversation_ids, user=viewer.reach.user_id)
    by_id = {mark.conversation_id: mark for mark in marks}
    return Viewer(viewer.reach, viewer.sees_guests, by_id)

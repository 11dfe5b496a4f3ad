"""Writing to each other."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from bookyflow.accounts.models import AccessLevel
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.texts import is_blank
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.guests.models import Guest
from bookyflow.messaging.access import conversation_of, is_of_team
from bookyflow.messaging.limits import (
    account_lock,
    refuse_many_conversations,
    refuse_many_messages,
)
from bookyflow.messaging.mails import mail_queue
from bookyflow.messaging.models import Attachment, Conversation, Message
from bookyflow.messaging.reading import participant_lock, read_by_writing
from bookyflow.properties.models import ManagerAccess, Property
from bookyflow.properties.selectors import Reach
from bookyflow.reservations.models import Booking, BookingKind

LONGEST_BODY = 5_000
LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class Words:
    """What is written: plain text, in which nothing is markup. Raises `validation_failed`."""

    body: str
    subject: str = ""
    attachment_id: int | None = None

    def __post_init__(self) -> None:
        """Refuse what nobody could read."""
        if not self.attachment_id and is_blank(self.body):
            raise DomainError("validation_failed", fields={"body": ["Write something."]})
        if len(self.body) > LONGEST_BODY:
            problem = f"At most {LONGEST_BODY:,} characters."
            raise DomainError("validation_failed", fields={"body": [problem]})


@dataclass(frozen=True)
class Beginning:
    """With whom a conversation is to begin: a property, from without; or from its team, with the
    account of a guest of it, or the guest of a booking. Raises DomainError `validation_failed`.
    """

    property_id: int
    words: Words | None = None
    guest_user_id: int | None = None
    booking_id: int | None = None

    def __post_init__(self) -> None:
        """Refuse two guests at once."""
        if self.guest_user_id and self.booking_id:
            problem = ["Name an account or a booking."]
            raise DomainError("validation_failed", fields={"guest_user_id": problem})

    @property
    def is_by_team(self) -> bool:
        """Whether the property is to be the one that writes."""
        return bool(self.guest_user_id or self.booking_id)


@dataclass(frozen=True)
class Begun:
    """A conversation and its new message, 0 where none was written."""

    conversation_id: int
    message_id: int


@dataclass(frozen=True)
class Answer:
    """What is written into a conversation."""

    conversation_id: int
    words: Words


@transaction.atomic
def conversation_start(
    *, beginning: Beginning, reach: Reach, by: Actor, language: str = ""
) -> Begun:
    """Begin a conversation, or go on with the one that there is, and write its message; one event.

    There is one conversation of an account with a property, and one about a booking. Without words
    nothing is recorded: they may follow. `language` is that of who writes from without. Raises
    `property_not_found` for a property that visitors do not see, or that a team is not the
    caller's; `conflict` for who would write to the own team; `guest_not_found`,
    `booking_not_found`, and as `message_reply`.
    """
    account_lock(reach.user_id)
    conversation = (
        _begun_by_team(beginning, reach)
        if beginning.is_by_team
        else _begun_from_without(beginning, reach, language)
    )
    if beginning.words is None:
        return Begun(conversation.pk, 0)
    locked = conversation_of(group_id=conversation.pk, reach=reach, also_left=True, locked=True)
    message = _written(locked, beginning.words, user_id=reach.user_id, by=by)
    return Begun(locked.pk, message.pk)


@transaction.atomic
def message_reply(*, answer: Answer, reach: Reach, by: Actor) -> Message:
    """Write into a conversation; one event. Who had left it takes part in it again.

    Raises DomainError `user_not_in_group`, `attachment_not_found` for a file of another
    conversation or one that has been sent already, and `too_many_messages`.
    """
    account_lock(reach.user_id)
    conversation = conversation_of(
        group_id=answer.conversation_id, reach=reach, also_left=True, locked=True
    )
    return _written(conversation, answer.words, user_id=reach.user_id, by=by)


@transaction.atomic
def conversation_leave(*, group_id: int, reach: Reach) -> None:
    """Take the user of a request out of a conversation, until the user writes into it again.

    It is shown no more, counts no more and sends no mails; others go on without noticing more than
    that. Twice is once. Raises DomainError `user_not_in_group`.
    """
    conversation = conversation_of(group_id=group_id, reach=reach, also_left=True)
    participant = participant_lock(conversation_id=conversation.pk, user_id=reach.user_id)
    if participant.left_at is None:
        participant.left_at = timezone.now()
        participant.save(update_fields=["left_at"])


def message_write(
    conversation: Conversation, words: Words, *, user_id: int | None, is_by_team: bool, by: Actor
) -> Message:
    """Add a message to a locked conversation, with its event and the mail that may follow."""
    refuse_many_messages(conversation, user_id=user_id, is_by_team=is_by_team)
    message = Message.objects.create(
        conversation=conversation,
        sender_id=user_id,
        is_by_team=is_by_team,
        subject=words.subject,
        body=words.body,
    )
    conversation.newest = message.pk
    conversation.save(update_fields=["newest"])
    if words.attachment_id:
        _attach(message, words.attachment_id)
    record(
        EventKind.MESSAGE_CREATED,
        by=by,
        property_id=conversation.property_id,
        subject=("message", message.pk),
        group_id=conversation.pk,
    )
    mail_queue(conversation, to_team=not is_by_team)
    return message


def _written(conversation: Conversation, words: Words, *, user_id: int, by: Actor) -> Message:
    is_by_team = user_id != conversation.user_id
    message = message_write(conversation, words, user_id=user_id, is_by_team=is_by_team, by=by)
    participant = participant_lock(conversation_id=conversation.pk, user_id=user_id)
    read_by_writing(participant, message)
    return message


def _begun_from_without(beginning: Beginning, reach: Reach, language: str) -> Conversation:
    here = {"property_id": beginning.property_id, "user_id": reach.user_id}
    begun = Conversation.objects.filter(**here).first()
    if begun is not None:
        return begun  # also where the property is no longer published
    published = Property.objects.filter(
        pk=beginning.property_id, deleted_at=None, is_published=True, is_approved=True
    )
    if not published.filter(is_test=reach.is_test).exists():
        raise DomainError("property_not_found")
    if reach.level >= AccessLevel.RECEPTIONIST and ManagerAccess.objects.filter(**here).exists():
        raise DomainError("conflict", "You are of the property's team: name one of its guests.")
    refuse_many_conversations(user_id=reach.user_id)
    return Conversation.objects.get_or_create(**here, defaults={"language": language})[0]


def _begun_by_team(beginning: Beginning, reach: Reach) -> Conversation:
    property_id = beginning.property_id
    if not is_of_team(reach, property_id=property_id):
        raise DomainError("property_not_found")
    if beginning.booking_id is not None:
        booking = Booking.objects.filter(
            pk=beginning.booking_id, property=property_id, kind=BookingKind.BOOKING
        ).first()
        if booking is None:
            raise DomainError("booking_not_found")
        return conversation_about(booking)
    user_id = beginning.guest_user_id or 0
    guests = Guest.objects.filter(property=property_id, user=user_id)
    if user_id == reach.user_id or not guests.exists():
        raise DomainError("guest_not_found")
    return Conversation.objects.get_or_create(property_id=property_id, user_id=user_id)[0]


def conversation_about(booking: Booking) -> Conversation:
    """The conversation with the guest of a booking, made where there is none."""
    found, _ = Conversation.objects.get_or_create(
        booking=booking, defaults={"property_id": booking.property_id}
    )
    return found


def _attach(message: Message, attachment_id: int) -> None:
    own = Attachment.objects.filter(
        pk=attachment_id,
        conversation=message.conversation_id,
        sender=message.sender_id,
        message=None,
    )
    if not own.update(message=message):
        raise DomainError("attachment_not_found")

"""Guests of bookings, who write to the property with the token of their booking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from bookyflow.core.acting import VISITOR
from bookyflow.core.errors import DomainError
from bookyflow.messaging.attachments import File, file_of
from bookyflow.messaging.models import Attachment, AttachmentContent, Conversation, Message
from bookyflow.messaging.selectors import complete
from bookyflow.messaging.services import Words, conversation_about, message_write
from bookyflow.reservations.models import Booking
from bookyflow.reservations.public_booking import visitor_find


@dataclass(frozen=True)
class GuestMessage:
    """A message as the guest of a booking sees it: of the property, or the guest's own."""

    message: Message
    name: str

    @property
    def attachment(self) -> Attachment | None:
        """The file that came with it."""
        return getattr(self.message, "attachment", None)


@dataclass(frozen=True)
class GuestConversation:
    """What the guest of a booking and the property have written to each other."""

    booking: Booking

    def messages(self) -> QuerySet[Message]:
        """The messages, oldest first."""
        found = Message.objects.filter(conversation__booking=self.booking)
        return complete(found).order_by("pk")

    def shown(self, messages: Iterable[Message]) -> list[GuestMessage]:
        """Some of them. Who of the team wrote is not said: it was the property."""
        who = self.booking.booked_for()
        guest, house = f"{who.first_name} {who.surname}".strip(), self.booking.property.name
        return [GuestMessage(one, house if one.is_by_team else guest) for one in messages]


def visitor_conversation(*, reference: str, token: str) -> GuestConversation:
    """The conversation about a booking, for who has its token; it may be empty.

    Raises DomainError `booking_not_found`, also for what is only held.
    """
    return GuestConversation(_booking(reference, token))


@transaction.atomic
def visitor_write(*, reference: str, token: str, words: Words) -> GuestMessage:
    """Write to the property as the guest of a booking; one event.

    Raises DomainError `booking_not_found`, `too_many_messages`.
    """
    booking = _booking(reference, token)
    begun = conversation_about(booking)
    locked = (
        Conversation.objects.select_related("property")
        .select_for_update(no_key=True, of=("self",))
        .get(pk=begun.pk)
    )
    message = message_write(locked, words, user_id=None, is_by_team=False, by=VISITOR)
    return GuestConversation(booking).shown([message])[0]


def visitor_attachment(*, reference: str, token: str, attachment_id: int) -> File:
    """A file that the property has sent to the guest of a booking.

    Raises DomainError `booking_not_found`, `attachment_not_found`.
    """
    booking = _booking(reference, token)
    kept = AttachmentContent.objects.select_related("attachment").filter(
        pk=attachment_id,
        attachment__conversation__booking=booking,
        attachment__message__isnull=False,
    )
    return file_of(kept.first())


def _booking(reference: str, token: str) -> Booking:
    found = visitor_find(reference=reference, token=token)
    if not isinstance(found, Booking):
        raise DomainError("booking_not_found")
    return found

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import LARGEST_ID, Flag, LineText, PlainText, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.core.errors import DomainError
from bookyflow.messaging.services import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    Answer,
    Beginning,
    Words,
)

LONGEST_CURSOR = 100
IGNORED = "Taken and ignored: what somebody has read is that account's own to say."
PLAIN = "Plain text, in which nothing is markup."


def _zero_or_id(**kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=LARGEST_ID, required=False, **kwargs)


def _begun(
    *,
    property_id: int,
    body: str = "",
    subject: str = "",
    guest_user_id: int = 0,
    booking_id: int = 0,
    **ignored: Any,
) -> Beginning:
    words = Words(body, subject) if body else None
    return Beginning(property_id, words, guest_user_id or None, booking_id or None)


class NewMessageIn(In[Beginning]):
    builds = _begun

    property_id = Uid(help_text="A published one; or, with one of its guests, one of yours.")
    message = PlainText(
        source="body",
        max_length=LONGEST_BODY,
        required=False,
        allow_blank=True,
        help_text=f"{PLAIN} Without it the conversation is begun, and `reply` writes into it.",
    )
    subject = LineText(
        max_length=LONGEST_SUBJECT,
        required=False,
        allow_blank=True,
        help_text="Of the message; nothing without one.",
    )
    recipient_id = _zero_or_id(
        source="guest_user_id",
        help_text="Write as the property's team, to the account of one of its guests.",
    )
    contract_uid = _zero_or_id(
        source="booking_id",
        help_text="Write as the property's team, to the guest of a booking, account or not.",
    )
    is_read = Flag(required=False, help_text=IGNORED)


def _answered(
    *,
    conversation_id: int,
    body: str = "",
    attachment_id: int = 0,
    recipient_id: int = 0,
    **ignored: Any,
) -> Answer:
    if recipient_id:
        problem = "There are no messages but those of conversations."
        raise DomainError("validation_failed", fields={"recipient_id": [problem]})
    return Answer(conversation_id, Words(body, attachment_id=attachment_id or None))


class ReplyIn(In[Answer]):
    builds = _answered

    group_id = Uid(source="conversation_id")
    message_body = PlainText(
        source="body",
        max_length=LONGEST_BODY,
        required=False,
        allow_blank=True,
        help_text=f"{PLAIN} May be missing where there is an attachment.",
    )
    attachment_id = _zero_or_id(
        help_text="A file that you have added to the conversation and not sent yet."
    )
    is_read = Flag(required=False, help_text=IGNORED)
    recipient_id = _zero_or_id(
        help_text="There are no messages but those of conversations: 0 or nothing."
    )


class ReadStateIn(serializers.Serializer[Any]):
    message_id = Uid()
    is_read = Flag(default=False, help_text="1: it is read; 0: it is not.")


class NewMessagesQuery(serializers.Serializer[Any]):
    after = PlainText(
        max_length=LONGEST_CURSOR,
        required=False,
        allow_blank=True,
        default="",
        help_text="`next` of the answer before; without it the oldest message comes first.",
    )
    limit = serializers.IntegerField(
        min_value=1, max_value=500, default=100, help_text="Most messages at once."
    )


class AttachmentIn(serializers.Serializer[Any]):
    file = serializers.FileField(
        help_text="A JPEG, PNG, WebP or GIF, or a PDF, of at most 5 MB; what it is, is looked at."
    )

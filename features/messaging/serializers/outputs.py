from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Flag
from bookyflow.api.wire.shown import Instant


class SmallMemberOut(serializers.Serializer[Any]):
    user_name = serializers.CharField(source="name")
    user_id = serializers.IntegerField(source="user.pk")


class FoundGroupOut(serializers.Serializer[Any]):
    group_id = serializers.IntegerField(source="pk", help_text="0: there is none yet.")
    members = SmallMemberOut(many=True, allow_null=True, help_text="Null where there is none yet.")


class PropertyGroupOut(serializers.Serializer[Any]):
    group = FoundGroupOut()


class MemberOut(serializers.Serializer[Any]):
    user_id = serializers.IntegerField(source="user.pk")
    name = serializers.CharField(help_text="First name and surname, or the login name.")
    level = serializers.IntegerField(
        help_text="0: an account that writes to the property; 1: its staff; 2: super manager."
    )


class GroupMembersOut(serializers.Serializer[Any]):
    members = serializers.DictField(
        child=MemberOut(),
        help_text="By account id. Guests of bookings, who have no account, are not among them.",
    )


class GroupOut(serializers.Serializer[Any]):
    group_id = serializers.IntegerField(source="conversation.pk")
    create_date = Instant(source="conversation.created_at")
    group_name = serializers.CharField(
        source="name", help_text="The property and the account that began, or the booking's number."
    )
    property_uid = serializers.IntegerField(source="conversation.property_id")
    contract_uid = serializers.IntegerField(
        source="conversation.booking_id",
        allow_null=True,
        help_text="The booking whose guest it is with; null: with an account.",
    )
    unread_count = serializers.IntegerField(source="counts.unread")
    total_messages = serializers.IntegerField(source="counts.total")


class AttachmentOut(serializers.Serializer[Any]):
    attachment_id = serializers.IntegerField(source="pk")
    file_name = serializers.CharField(source="name")
    media_type = serializers.CharField(source="media")
    size = serializers.IntegerField(help_text="Bytes.")


class MessageOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="message.pk")
    group_id = serializers.IntegerField(source="message.conversation_id")
    subject = serializers.CharField(source="message.subject")
    creator_id = serializers.IntegerField(
        source="author_id", help_text="0: the guest of a booking, or an account that is no more."
    )
    creator_name = serializers.CharField(
        source="name",
        help_text="Of the guest of a booking only with the scope guests_get; else empty.",
    )
    is_by_property = serializers.BooleanField(
        source="message.is_by_team", help_text="Whether the property's team wrote it."
    )
    message_body = serializers.CharField(
        source="message.body", help_text="Plain text: show it as such, never as HTML."
    )
    attachment_id = serializers.IntegerField(help_text="0: none.")
    attachment = AttachmentOut(allow_null=True)
    create_date = Instant(source="message.created_at")
    expiry_date = Instant(
        source="kept_until",
        allow_null=True,
        help_text="When the site deletes it; null: together with what it knows of the guest.",
    )
    is_reminder = Flag(help_text="1: a mail has reminded those whom it is for.")
    hash = serializers.CharField(source="message.digest", help_text="Of both ids.")
    is_read = Flag(help_text="1: you have read it, or wrote it.")


class GroupMessagesOut(serializers.Serializer[Any]):
    group = GroupOut(source="*")
    messages = MessageOut(many=True)


class AllGroupsOut(serializers.Serializer[Any]):
    messages_by_group = serializers.DictField(child=GroupMessagesOut(), help_text="By group id.")


class MessagesOfGroupOut(serializers.Serializer[Any]):
    messages = GroupMessagesOut(source="*")


class UnreadCountOut(serializers.Serializer[Any]):
    unread_count = serializers.IntegerField()


class BegunOut(serializers.Serializer[Any]):
    message_id = serializers.IntegerField(help_text="0: no message was sent along.")
    group_id = serializers.IntegerField(source="conversation_id")


class ReadStateOut(serializers.Serializer[Any]):
    message_id = serializers.IntegerField()
    new_state = serializers.BooleanField(source="is_read")
    success = serializers.SerializerMethodField(help_text="Always true: else it is refused.")

    def get_success(self, state: Any) -> bool:
        """Whether there is a state."""
        return "is_read" in state


class WrittenOut(serializers.Serializer[Any]):
    message_id = serializers.IntegerField(source="pk")


class NewMessagesOut(serializers.Serializer[Any]):
    messages = MessageOut(many=True, help_text="In the order in which they appeared.")
    next = serializers.CharField(source="cursor", help_text="What to send as `after` next.")
    has_more = serializers.BooleanField(help_text="There is more right now.")

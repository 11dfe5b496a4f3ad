from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from bookyflow.core.fields import EncryptedTextField
from bookyflow.properties.models import Property
from bookyflow.reservations.models import Booking


class Conversation(models.Model):
    """What one side and the team of a property write to each other.

    The one side is an account, or the guest of a booking without one; for each there is one
    conversation with a property. Whose team reads and writes in it is a question of right, not of a
    row. `newest` is the id of the last message that was written. `…_mail_at`: when a job tells that
    side of what it has not read, `…_told_through`: the last message that it was told of.
    """

    property = models.ForeignKey(Property, models.CASCADE, related_name="conversations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="conversations"
    )
    booking = models.OneToOneField(Booking, models.CASCADE, null=True, related_name="conversation")
    language = models.CharField(max_length=5, blank=True, default="")  # of the one side
    created_at = models.DateTimeField(auto_now_add=True)
    newest = models.BigIntegerField(default=0, db_default=0)
    team_mail_at = models.DateTimeField(null=True)
    team_told_through = models.BigIntegerField(default=0)
    other_mail_at = models.DateTimeField(null=True)
    other_told_through = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("property", "user"), name="conversation_once_for_each_account"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, booking=None) | Q(user=None, booking__isnull=False),
                name="conversation_of_an_account_or_a_booking",
            ),
        ]

    def __str__(self) -> str:
        return f"conversation {self.pk}"


class Participant(models.Model):
    """What an account has read of a conversation, and whether it has left it.

    Read is all up to the message `read_through`, and nothing beyond; but for the messages
    `otherwise`, with which it is the other way round. Nobody has a row before the first mark.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    read_through = models.BigIntegerField(default=0)
    otherwise = ArrayField(models.BigIntegerField(), default=list)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("conversation", "user"), name="participant_once_in_a_conversation"
            )
        ]

    def __str__(self) -> str:
        return f"user {self.user_id} in conversation {self.conversation_id}"

    def has_read(self, message: Message) -> bool:
        """Whether a message is read: one's own always is."""
        if message.sender_id == self.user_id:
            return True
        return (message.pk <= self.read_through) != (message.pk in self.otherwise)


class Message(models.Model):
    """What somebody wrote, as plain text. Ids follow the order within a conversation.

    `sender` is None for the guest of a booking, and where the account is no more.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    is_by_team = models.BooleanField()
    subject = EncryptedTextField(blank=True, default="")
    body = EncryptedTextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=("conversation", "id"), name="message_by_conversation"),
            models.Index(fields=("sender", "created_at"), name="message_by_sender"),
            models.Index(fields=("created_at",), name="message_by_time"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"

    def digest(self) -> str:
        """A fingerprint of the ids of conversation and message."""
        ids = f"{self.conversation_id}:{self.pk}"
        return hashlib.md5(ids.encode(), usedforsecurity=False).hexdigest()

    def kept_until(self, days: int) -> datetime:
        """When it is deleted, on a site that keeps messages for so many days."""
        return self.created_at + timedelta(days=days)


class Attachment(models.Model):
    """A file that was sent into a conversation, and the message that it came with, once it did."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="attachments")
    message = models.OneToOneField(Message, models.CASCADE, null=True, related_name="attachment")
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    name = EncryptedTextField()
    media = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=("sender", "created_at"), name="attachment_by_sender")]

    def __str__(self) -> str:
        return f"attachment {self.pk}"


class AttachmentContent(models.Model):
    """The file itself, encrypted with a key of its own.

    So that new ENCRYPTION_KEYS are a matter of `key`, and no file is written anew.
    """

    attachment = models.OneToOneField(
        Attachment, models.CASCADE, primary_key=True, related_name="content"
    )
    key = EncryptedTextField()
    token = models.BinaryField()

    def __str__(self) -> str:
        return f"content of attachment {self.attachment_id}"

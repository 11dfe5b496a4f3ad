from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import PlainText
from bookyflow.api.wire.inputs import In
from bookyflow.api.wire.shown import Instant
from bookyflow.messaging.services import LONGEST_BODY, Words


class GuestMessageIn(In[Words]):
    builds = Words

    message_body = PlainText(
        source="body",
        max_length=LONGEST_BODY,
        help_text="Plain text, in which nothing is markup.",
    )


class GuestAttachmentOut(serializers.Serializer[Any]):
    attachment_id = serializers.IntegerField(source="pk")
    file_name = serializers.CharField(source="name")
    media_type = serializers.CharField(source="media")
    size = serializers.IntegerField(help_text="Bytes.")


class GuestMessageOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="message.pk")
    is_by_property = serializers.BooleanField(source="message.is_by_team")
    creator_name = serializers.CharField(source="name", help_text="The property's, or the guest's.")
    subject = serializers.CharField(source="message.subject")
    message_body = serializers.CharField(
        source="message.body", help_text="Plain text: show it as such, never as HTML."
    )
    attachment = GuestAttachmentOut(allow_null=True)
    create_date = Instant(source="message.created_at")

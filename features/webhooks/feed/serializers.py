from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bookyflow.api.wire.fields import PlainText
from bookyflow.events.selectors import LARGEST_PAGE
from bookyflow.webhooks.payload import message_id, message_of

LONGEST_CURSOR = 100


class FeedQuery(serializers.Serializer[Any]):
    after = PlainText(
        max_length=LONGEST_CURSOR,
        required=False,
        allow_blank=True,
        default="",
        help_text="`next` of the answer before, or `cursor` of an event; without it the oldest "
        "event that is kept comes first.",
    )
    limit = serializers.IntegerField(
        min_value=1, max_value=LARGEST_PAGE, default=100, help_text="Most events at once."
    )


@extend_schema_field({"type": "string", "examples": ["event_90211"]})
class MessageId(serializers.Field[Any, Any, Any, Any]):
    """The id of the message of an event."""

    def to_representation(self, event_id: int) -> str:
        """As the header webhook-id has it."""
        return message_id(event_id)


class MessageDataOut(serializers.Serializer[Any]):
    property_uid = serializers.IntegerField(allow_null=True)
    manager_id = serializers.IntegerField(allow_null=True, help_text="Who acted; null: no user.")
    task = serializers.CharField(help_text="The event.")
    object = serializers.DictField(help_text="What it is about: kind, id and sequence.")
    is_test = serializers.BooleanField(help_text="Made with a test key.")
    link = serializers.CharField(
        allow_null=True, help_text="Path that shows the object as it is by now; null: none does."
    )


class EventMessageOut(serializers.Serializer[Any]):
    type = serializers.CharField()
    timestamp = serializers.DateTimeField()
    data = MessageDataOut(  # type: ignore[assignment]  # DRF takes fields off the class
        help_text="Beside what is named, what the catalogue of events lists for the type."
    )


@extend_schema_field(EventMessageOut)
class Message(serializers.Field[Any, Any, Any, Any]):
    """The message of an event."""

    def to_representation(self, event: Any) -> dict[str, Any]:
        """As deliveries have it."""
        return message_of(event)


class FeedEventOut(serializers.Serializer[Any]):
    id = MessageId(help_text="The same in every delivery (webhook-id).")
    cursor = serializers.CharField(help_text="Reads on from behind this event.")
    message = Message(source="*", help_text="The body of a delivery.")


class FeedOut(serializers.Serializer[Any]):
    events = FeedEventOut(source="items", many=True, help_text="Oldest first.")
    next = serializers.CharField(source="cursor", help_text="What to send as `after` next.")
    has_more = serializers.BooleanField(help_text="There is more right now.")

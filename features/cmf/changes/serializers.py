from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bookyflow.api.wire.fields import Flag, Moment, PlainText
from bookyflow.api.wire.shown import Instant
from bookyflow.core.acting import ActorKind
from bookyflow.events.selectors import LARGEST_PAGE, FeedItem
from features.cmf.fields import OrEmpty


class ChangeQuery(serializers.Serializer[Any]):
    limit = serializers.IntegerField(
        min_value=1, max_value=LARGEST_PAGE, default=LARGEST_PAGE, help_text="Most entries at once."
    )
    cursor = PlainText(
        max_length=100,
        required=False,
        allow_blank=True,
        default="",
        help_text="From the Link header of the page before, or `cursor` of the last entry read.",
    )
    since = Moment(
        required=False,
        help_text="From this instant on, ISO 8601; in UTC where it names no offset. A cursor "
        "misses nothing, and is better where there is one.",
    )
    skip_own = Flag(default=False, help_text="1: leave out what this channel has changed itself.")


class EventDataOut(serializers.Serializer[Any]):
    property_uid = serializers.IntegerField(allow_null=True)
    task = serializers.CharField(help_text="The event.")
    manager_id = serializers.IntegerField(allow_null=True, help_text="The acting user.")


@extend_schema_field(EventDataOut)
class EventData(serializers.DictField):
    """What an event tells, with what all events tell."""

    def get_attribute(self, event: FeedItem) -> dict[str, object]:
        """The acting user is the manager."""
        return {
            "property_uid": event.property_id,
            "task": event.kind,
            "manager_id": event.user_id,
            **event.data,
        }


class HappenedOut(serializers.Serializer[Any]):
    webhook_event = serializers.CharField(source="kind")
    webhook_event_description = serializers.CharField(source="description")
    data = EventData(  # type: ignore[assignment]  # DRF takes fields off the class
        help_text="Beside what is named, ids of what was touched."
    )


class ChangeChannelOut(OrEmpty, serializers.Serializer[Any]):
    channel_id = serializers.IntegerField(source="pk", required=False)
    channel_name = serializers.CharField(source="name", required=False)
    user_id = serializers.IntegerField(required=False)


class ChangeOut(serializers.Serializer[Any]):
    event_id = serializers.IntegerField(source="event.id")
    property_uid = serializers.IntegerField(source="event.property_id")
    user_id = serializers.IntegerField(
        source="event.user_id",
        allow_null=True,
        help_text="Which user acted; null for anybody else.",
    )
    actor_kind = serializers.ChoiceField(
        [kind.value for kind in ActorKind],
        source="event.actor_kind",
        help_text="Whether a user acted, a visitor without an account, or the system itself.",
    )
    action = serializers.CharField(source="event.kind", help_text="As in the list of events.")
    date = Instant(source="event.at", help_text="ISO 8601, UTC.")
    webhook_event = HappenedOut(source="event")
    channel_data = ChangeChannelOut(
        source="channel",
        help_text="The channel that caused it; empty for changes that no channel made.",
    )
    cursor = serializers.CharField(
        source="event.cursor", help_text="Reads on from behind this entry."
    )

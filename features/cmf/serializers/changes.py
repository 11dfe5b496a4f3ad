from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Flag, PlainText
from bookyflow.api.wire.shown import Instant
from bookyflow.channels.overview import OverviewRow
from bookyflow.core import places
from bookyflow.core.acting import ActorKind
from bookyflow.events.selectors import LARGEST_PAGE, FeedItem
from features.cmf.serializers.fields import OrEmpty


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
        help_text="property_uid, task, manager_id (the acting user), and ids of what was touched."
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


class OverviewOut(serializers.Serializer[Any]):
    property_id = serializers.IntegerField()
    property_name = serializers.CharField()
    property_town = serializers.CharField()
    property_region = serializers.CharField(help_text="Name.")
    property_country = serializers.CharField(help_text="Name, in the language of the request.")
    property_type_title = serializers.CharField()
    api_privacy_off = Flag(help_text="0: only the id and the count are shown.")
    published = Flag()
    changelog_item_count = serializers.IntegerField(
        help_text="Events of the last two weeks; 0 where the channel may not read them."
    )

    def to_representation(self, row: OverviewRow) -> dict[str, Any]:
        """One property, without details where it is private."""
        shown = {"property_id": row.prop.pk, "changelog_item_count": row.changes}
        if not row.is_open:
            texts = ("name", "town", "region", "country", "type_title")
            return {f"property_{text}": "" for text in texts} | {
                "api_privacy_off": 0,
                "published": 0,
                **shown,
            }
        prop = row.prop
        region = places.region(prop.region)
        return {
            "property_name": row.name,
            "property_town": prop.town,
            "property_region": region.name if region else "",
            "property_country": places.country_name(prop.country, self.context["view"].language),
            "property_type_title": prop.property_type.name,
            "api_privacy_off": 1,
            "published": int(prop.is_published),
            **shown,
        }

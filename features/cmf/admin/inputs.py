from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

from bookyflow.api.wire.bounded import BoundedList
from bookyflow.api.wire.fields import Flag, JSONText, LineText, PlainText, RemoteId, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.channels.administration import MOST_PROPERTIES, Assignment

LONGEST_SCOPES = 2_000


class ScopeNames(PlainText):
    """Names of scopes in one text, separated by commas or blanks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_SCOPES, **kwargs)

    def run_validation(self, data: Any = empty) -> list[str]:
        """The names."""
        text: str = super().run_validation(data)
        return text.replace(",", " ").split()


class ApiClientIn(serializers.Serializer[Any]):
    cms_user_id = Uid(source="user_id", help_text="The account that the key pair acts for.")
    identifier = LineText(source="label", max_length=100, help_text="Its label.")
    scopes = ScopeNames(help_text="Names of scopes, separated by commas.")


class ApiClientQuery(serializers.Serializer[Any]):
    client_id = PlainText(max_length=100, help_text="The key pair to delete.")


class AssignmentIn(In[Assignment]):
    builds = Assignment

    channel_id = Uid(required=False, help_text="Absent: the one named beside the list.")
    property_uid = Uid(source="property_id")
    remote_property_uid = RemoteId(
        source="remote_id",
        required=False,
        allow_blank=True,
        help_text="The channel's own id of the property; absent: as it is.",
    )
    cms_user_id = Uid(
        source="user_id",
        required=False,
        help_text="The owner of the channel, who gets access; absent: whoever that is.",
    )


class AssignIn(serializers.Serializer[Any]):
    channel_id = Uid()
    properties = JSONText(
        BoundedList(child=AssignmentIn(), max_length=MOST_PROPERTIES, min_length=1),
        source="assignments",
        help_text=f"At most {MOST_PROPERTIES}.",
    )


class UnassignmentIn(In[Assignment]):
    builds = Assignment

    property_uid = Uid(source="property_id")
    cms_user_id = Uid(source="user_id", required=False, help_text="The owner of the channel.")


class UnassignIn(serializers.Serializer[Any]):
    channel_id = Uid()
    properties = JSONText(
        BoundedList(child=UnassignmentIn(), max_length=MOST_PROPERTIES),
        source="assignments",
        default=list,
        help_text=f"At most {MOST_PROPERTIES}; needed without all_properties.",
    )
    all_properties = Flag(
        source="everything", default=False, help_text="1: every property of the channel."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a call that names nothing."""
        if not (attrs["assignments"] or attrs["everything"]):
            raise serializers.ValidationError({"properties": ["Name at least one property."]})
        return attrs


class ChangeOwnerIn(serializers.Serializer[Any]):
    channel_id = Uid()
    new_owner_cms_user_id = Uid(source="user_id")


class ChangeChannelIn(serializers.Serializer[Any]):
    property_uid = Uid(source="property_id")
    new_channel_id = Uid(source="channel_id")

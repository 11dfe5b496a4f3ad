from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bookyflow.api.wire.fields import LARGEST_ID, LineText, PlainText, RemoteId, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.channels.children import HIDDEN
from bookyflow.channels.links import LONGEST_ADDRESS


class RemoteIdIn(In[dict[str, Any]]):
    builds = dict

    property_uid = Uid()
    new_remote_id = RemoteId(source="remote_id", help_text="Id of the property on the channel.")


class CrossReferenceIn(In[dict[str, Any]]):
    builds = dict

    property_uid = Uid()
    item_type = LineText(max_length=40, help_text="A name of your own: extras, coupons, rooms.")
    remote_id = RemoteId(help_text="Id of the item on the channel.")
    local_id = serializers.IntegerField(
        min_value=0, max_value=LARGEST_ID, default=0, help_text="Our id; 0 takes the entry away."
    )


class ManagementUrlIn(In[dict[str, Any]]):
    builds = dict

    property_uid = Uid()
    management_url = LineText(
        source="url",
        max_length=LONGEST_ADDRESS,
        allow_blank=True,
        help_text="https:// or http://; an empty one takes it away.",
    )


@extend_schema_field({"type": ["string", "integer", "boolean"], "maxLength": LONGEST_ADDRESS})
class SisterAddress(LineText):
    """An address of the web; false or 0 for none."""

    def to_internal_value(self, data: Any) -> str:
        """The address, or nothing."""
        return super().to_internal_value(data) if data not in (False, "0") else ""


def _address(source: str, text: str) -> LineText:
    return LineText(
        source=source,
        max_length=LONGEST_ADDRESS,
        required=False,
        allow_blank=True,
        help_text=text,
    )


class ChildIn(In[dict[str, Any]]):
    builds = dict

    property_uid = Uid()
    remote_property_uid = Uid(
        source="remote_property_id", help_text="Id of the property at the child site."
    )
    remote__url = LineText(
        source="url", max_length=LONGEST_ADDRESS, help_text="Of the site; its host is the key."
    )
    remote_username = LineText(source="username", max_length=255)
    bookyflow2bookyflow = SisterAddress(
        source="sister_url",
        max_length=LONGEST_ADDRESS,
        required=False,
        allow_blank=True,
        help_text="Address of the site where it is one of BookyFlow's, else 0.",
    )
    remote_property_api_url = _address("api_url", "Of the API there.")
    remote_property_api_client = LineText(
        source="api_client", max_length=255, required=False, allow_blank=True
    )
    remote_property_api_secret = PlainText(
        source="api_secret",
        max_length=500,
        required=False,
        allow_blank=True,
        help_text=f"Kept encrypted and never shown. {HIDDEN} leaves what there is.",
    )


class Secret(serializers.CharField):
    """A secret, of which only that there is one is shown."""

    def to_representation(self, value: str) -> str:
        """Stars, or nothing."""
        return HIDDEN if value else ""


class ChildOut(serializers.Serializer[Any]):
    remote_property_uid = serializers.IntegerField(source="remote_property_id")
    remote__url = serializers.CharField(source="url")
    remote_username = serializers.CharField(source="username")
    bookyflow2bookyflow = serializers.CharField(
        source="sister_url", help_text="Empty where the site is none of BookyFlow's."
    )
    remote_property_api_url = serializers.CharField(source="api_url")
    remote_property_api_client = serializers.CharField(source="api_client")
    remote_property_api_secret = Secret(source="api_secret", help_text=f"{HIDDEN}, or empty.")


class DoneOut(serializers.Serializer[Any]):
    success = serializers.BooleanField(default=True)

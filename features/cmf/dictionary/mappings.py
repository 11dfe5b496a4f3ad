"""What of a channel's own dictionaries is what in ours, on the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.bounded import BoundedList
from bookyflow.api.wire.fields import JSONText, PlainText, RemoteId
from bookyflow.api.wire.inputs import In
from bookyflow.channels.dictionary import MOST_ITEMS, RemoteItem


class LocalTypeOut(serializers.Serializer[Any]):
    type = serializers.CharField(source="label", help_text="For people.")
    designation = serializers.CharField(source="value")


class LocalItemsOut(serializers.Serializer[Any]):
    item_type = serializers.CharField(source="local_type.value")
    items = serializers.DictField(child=serializers.CharField(), help_text="Id → name.")


class RemoteItemIn(In[RemoteItem]):
    builds = RemoteItem

    remote_item_id = RemoteId(source="remote_id", help_text="The channel's own id of the item.")
    bookyflow_id = serializers.IntegerField(
        source="local_id", min_value=0, max_value=2**63 - 1, help_text="0: not mapped."
    )
    remote_name = PlainText(max_length=255, required=False, allow_blank=True)


class RemoteItems(BoundedList):
    """Items as a list, or as the values of a map."""

    child = RemoteItemIn()

    def to_internal_value(self, data: Any) -> list[Any]:
        """The items."""
        return super().to_internal_value(list(data.values()) if isinstance(data, dict) else data)


class DictionaryMapIn(serializers.Serializer[Any]):
    params = JSONText(
        RemoteItems(max_length=MOST_ITEMS),
        source="items",
        help_text=f"All items that are mapped, at most {MOST_ITEMS:,}; a map of them works as "
        "well, whose keys do not matter. Items that are missing are forgotten.",
    )


class RemoteItemOut(serializers.Serializer[Any]):
    remote_item_id = serializers.CharField(source="remote_id")
    bookyflow_id = serializers.IntegerField(
        source="local_id", help_text="0: not mapped, or the item has been deleted here."
    )
    remote_name = serializers.CharField()
    remote_type = serializers.CharField(help_text="The name of the channel's dictionary.")


class DictionaryMapOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk", allow_null=True, help_text="Null: nothing is kept.")
    params = serializers.DictField(
        child=RemoteItemOut(), source="items", help_text="By the channel's own ids."
    )

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.bounded import BoundedList
from bookyflow.api.wire.fields import DateField, JSONText, PlainText, RemoteId, Uid
from bookyflow.api.wire.inputs import In
from features.cmf.fields import NightsIn


def _block(**wanted: Any) -> dict[str, Any]:
    return wanted


class BlockIn(In[dict[str, Any]]):
    builds = _block

    property_uid = Uid()
    availability = JSONText(NightsIn(), source="stay")
    room_ids = JSONText(
        BoundedList(child=Uid(), max_length=1000),
        required=False,
        help_text="Rooms to block; empty or absent: all.",
    )
    remote_booking_id = RemoteId(
        source="remote_id",
        required=False,
        allow_blank=True,
        help_text="Your own id of the block, once at a property: sent again with the same nights "
        "and rooms it is the block that there is.",
    )
    text = PlainText(
        source="reason",
        max_length=1000,
        required=False,
        allow_blank=True,
        help_text="The reason, for staff.",
    )


class BlockedOut(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    contract_id = serializers.IntegerField()


class NightsOut(serializers.Serializer[Any]):
    date_from = DateField(source="block.arrival")
    date_to = DateField(source="block.stay.last_night", help_text="Last night, included.")
    remote_booking_id = serializers.CharField(
        source="remote_id", help_text="Your own id of the block; empty without one."
    )


class BlocksOut(serializers.Serializer[Any]):
    blackbooking_ids = serializers.ListField(source="ids", child=serializers.IntegerField())
    blackbookings = serializers.DictField(
        source="by_id", child=NightsOut(), help_text="By block id."
    )

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.bounded import BoundedList
from bookyflow.api.wire.fields import DateField, JSONText, PlainText, RemoteId, Uid
from bookyflow.api.wire.inputs import In
from features.cmf.fields import NightsIn


def _block(*, remote_booking_id: str = "", **wanted: Any) -> dict[str, Any]:
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
        required=False,
        allow_blank=True,
        help_text="Understood, but not kept: keep the answer's contract_id instead.",
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
    date_from = DateField(source="arrival")
    date_to = DateField(source="stay.last_night", help_text="Last night, included.")


class BlocksOut(serializers.Serializer[Any]):
    blackbooking_ids = serializers.ListField(source="ids", child=serializers.IntegerField())
    blackbookings = serializers.DictField(
        source="by_id", child=NightsOut(), help_text="By block id."
    )

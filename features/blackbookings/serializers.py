from __future__ import annotations

from datetime import date
from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import DateField, PlainText
from bookyflow.api.wire.inputs import In
from bookyflow.availability.models import Occupancy
from bookyflow.rooms.models import Room


class ReasonIn(In[dict[str, Any]]):
    builds = dict

    reason = PlainText(max_length=1000, allow_blank=True, default="", help_text="Why, for staff.")


class BlockOfRoomOut(serializers.Serializer[Occupancy]):
    contract_uid = serializers.IntegerField(source="booking_id", help_text="Id of the block.")
    arrival = DateField(source="nights.lower", help_text="The first night.")
    departure = DateField(source="nights.upper", help_text="The first night that is free again.")
    reason = serializers.CharField(source="booking.remarks")


class IdOfFirst(serializers.IntegerField):
    """The id of the first of a room's blocks."""

    def get_attribute(self, room: Room) -> Any:
        """The id."""
        return room.blocks[0].booking_id  # type: ignore[attr-defined]  # the selector adds them


class NightOfFirst(DateField):
    """The first night on which a room is blocked."""

    def get_attribute(self, room: Room) -> date:
        """The night."""
        night: date = room.blocks[0].first_night  # type: ignore[attr-defined]  # as above
        return night


class BlockedRoomOut(serializers.Serializer[Room]):
    room_uid = serializers.IntegerField(source="pk")
    room_name = serializers.CharField(source="name")
    room_number = serializers.CharField(source="number")
    room_floor = serializers.CharField(source="floor")
    contract_uid = IdOfFirst(help_text="Id of the block that closes the room on `date`.")
    black_booking = serializers.IntegerField(default=1, help_text="Always 1: it is a block.")
    date = NightOfFirst(help_text="The first blocked night from the date of the path on.")
    blocks = BlockOfRoomOut(many=True, help_text="All blocks that end after that date.")

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import DateField
from bookyflow.availability.selectors import FreeRoomListed


class AvailableRoomOut(serializers.Serializer[FreeRoomListed]):
    room_uid = serializers.IntegerField(source="id")
    room_name = serializers.CharField(source="name")
    room_number = serializers.CharField(source="number")
    room_classes_uid = serializers.IntegerField(source="room_type_id")
    room_features_uid = serializers.ListField(
        child=serializers.IntegerField(), source="feature_ids", help_text="Feature ids."
    )
    max_people = serializers.IntegerField(source="max_occupancy")


class EventId(serializers.CharField):
    """What tells one room of one booking from all others."""

    def to_representation(self, value: Any) -> str:
        """The ids of booking and room."""
        return f"{value.booking_id}_{value.room_id}"


class TimelineEventOut(serializers.Serializer[Any]):  # nothing personal
    id = EventId(source="*", help_text="Booking id and room id: 76_31.")
    resourceId = serializers.IntegerField(
        source="room_id", help_text="The room's id again, for timelines."
    )
    room_uid = serializers.IntegerField(source="room_id")
    contract_uid = serializers.IntegerField(source="booking_id", help_text="Booking id.")
    booking_number = serializers.CharField(source="booking.number")
    title = serializers.CharField(source="booking.number", help_text="The booking's number.")
    kind = serializers.ChoiceField(
        source="booking.kind",
        choices=("booking", "block"),
        help_text="A guest's booking, or a block.",
    )
    state = serializers.CharField(
        source="booking.state", help_text="Of the booking: confirmed, checked_in …"
    )
    start = DateField(source="nights.lower", help_text="First night.")
    end = DateField(source="nights.upper", help_text="Departure.")
    this_contract_room_uids = serializers.ListField(
        source="booking.room_ids",
        child=serializers.IntegerField(),
        help_text="All rooms of the booking.",
    )

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import DateField


class PropertyName(serializers.CharField):
    """The name of the request's property, in the language of the request."""

    def to_representation(self, value: Any) -> str:
        """The name; looked up once for all rows."""
        return str(self.context["view"].property_name)


class RoomNameNumber(serializers.CharField):
    """Name and number of a room."""

    def to_representation(self, held: Any) -> str:
        """Both; the number behind a blank for a room without a name."""
        return f"{held.room.name} {held.room.number}"


class RoomToCleanOut(serializers.Serializer[Any]):
    PROPERTYNAME = PropertyName(source="*")
    ROOMNAMENUMBER = RoomNameNumber(
        source="*", help_text="Name, blank, number; begins with the blank without a name."
    )
    ARRIVAL = DateField(source="booking.arrival")
    DEPARTURE = DateField(
        source="booking.departs_on", help_text="The day on which the guest leaves."
    )
    ROOM_UID = serializers.IntegerField(source="room_id")
    CONTRACT_UID = serializers.IntegerField(source="booking_id")

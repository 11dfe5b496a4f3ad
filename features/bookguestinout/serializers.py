from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import DateField, Flag


class DayOrEmpty(DateField):
    """A day; empty where there is none."""

    def get_attribute(self, instance: Any) -> Any:
        """The day, or "" in its place."""
        return super().get_attribute(instance) or ""

    def to_representation(self, value: Any) -> str:
        """The wire form."""
        return value and str(super().to_representation(value))


class PresenceOut(serializers.Serializer[Any]):
    booked_in = Flag(source="has_arrived")
    booked_in_date = DayOrEmpty(source="arrived_on")
    booked_out = Flag(source="has_left")
    booked_out_date = DayOrEmpty(source="left_on")


class DeskStepOut(serializers.Serializer[Any]):
    contract_uid = serializers.IntegerField(source="booking.pk")
    property_uid = serializers.IntegerField(source="booking.property_id")
    note = serializers.CharField(help_text="What was noted on the booking.")


class CheckedInOut(DeskStepOut):
    booked_in = Flag(source="has_arrived")


class CheckedOutOut(DeskStepOut):
    bookedout = Flag(source="has_left")

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.date_maps import MOST_DATES
from bookyflow.api.wire.fields import Amount, DateField, JSONText, Truth, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.api.wire.lean import LeanList
from bookyflow.api.wire.rooms import RoomRow
from bookyflow.availability.allotments import AllotmentChange, OpenRange
from bookyflow.availability.selectors import Day
from bookyflow.rooms.models import Room
from features.cmf.fields import SMALL


class FreeRoomOut(serializers.ModelSerializer[Room]):
    room_uid = serializers.IntegerField(source="pk")
    room_name = serializers.CharField(source="name")
    room_number = serializers.CharField(source="number")
    max_people = serializers.IntegerField(source="max_occupancy")
    room_type = serializers.CharField(source="room_type.name")

    class Meta:
        model = Room
        fields = (
            "room_uid",
            "room_name",
            "room_number",
            "max_people",
            "room_type",
            "room_type_id",
        )


class RoomDetailOut(RoomRow):
    room_type = serializers.CharField(source="room_type.name")

    class Meta(RoomRow.Meta):
        fields = (*RoomRow.Meta.fields, "room_type")


class AvailableRoomsOut(serializers.Serializer[Any]):
    continuously_available_rooms = FreeRoomOut(source="rooms", many=True)
    room_details = serializers.DictField(
        source="by_id", child=RoomDetailOut(), help_text="By room id."
    )


class CalendarDayOut(serializers.Serializer[Any]):
    minstay = serializers.IntegerField(required=False, help_text="Missing without a price.")
    is_blocked = serializers.BooleanField(help_text="No room is for sale.")
    free_rooms = serializers.IntegerField(help_text="Free and for sale.")

    def to_representation(self, day: Day) -> dict[str, Any]:
        """One night."""
        shown: dict[str, Any] = {} if day.min_stay is None else {"minstay": day.min_stay}
        return shown | {"is_blocked": day.is_full, "free_rooms": day.for_sale}


class OpenRangeIn(In[OpenRange]):
    builds = OpenRange

    date_from = DateField(source="first", help_text="First night.")
    date_to = DateField(source="last", help_text="Last night, included.")
    available = Truth(help_text="true opens the range, false closes it.")


class AvailabilityIn(In[AllotmentChange]):
    builds = AllotmentChange

    property_uid = Uid()
    availability = JSONText(
        LeanList(child=OpenRangeIn(), allow_empty=False, max_length=MOST_DATES), source="ranges"
    )
    room_type_id = serializers.IntegerField(
        min_value=0,
        max_value=2**63 - 1,
        required=False,
        default=0,
        help_text="Needed where the property has several rooms; else ignored.",
    )
    inventory = serializers.IntegerField(
        min_value=0,
        max_value=SMALL,
        required=False,
        help_text="How many rooms of the type may be sold a night in the open ranges, counting "
        "those sold already; without it the limit stays as it is. Ignored where the property is "
        "let as a whole.",
    )
    rooms_left = serializers.IntegerField(
        min_value=0,
        max_value=SMALL,
        required=False,
        help_text="In the place of `inventory`: how many rooms of the type may still be sold a "
        "night, beyond those that guests have booked by now.",
    )


class AvailabilityOut(serializers.Serializer[Any]):
    success = serializers.BooleanField()


class ReasonOut(serializers.Serializer[Any]):
    rule = serializers.CharField(
        help_text="Such as no_price, closed, min_stay, booked, stop_sell, too_many_adults."
    )
    nights = serializers.ListField(
        source="days",
        child=DateField(),
        help_text="Whose rule it is; of arrival and departure the day. None: of the whole stay.",
    )
    message = serializers.CharField(source="sentence")


class ExplainedPlanOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    bookable = serializers.BooleanField(source="is_bookable")
    total = Amount(
        allow_null=True, help_text="With tax and what cannot be left out; null: not bookable."
    )
    reasons = ReasonOut(source="objections", many=True, help_text="All that is against it.")


class ExplainedRoomTypeOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    bookable = serializers.BooleanField(
        source="is_bookable", help_text="At one of its rate plans at least."
    )
    reasons = ReasonOut(
        source="objections", many=True, help_text="Against all of its rate plans, named there too."
    )
    tariff_types = serializers.DictField(
        source="rate_plans", child=ExplainedPlanOut(), help_text="By id of the rate plan."
    )

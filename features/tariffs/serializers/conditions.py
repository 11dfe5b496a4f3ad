"""What a tariff may be had under, as its editors write it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Flag, PlainText, Uid
from bookyflow.tariffs.models import ANY_DAY

SMALL = 32_767
# What a flag is where it is not sent; numbers and texts have their defaults as fields.
FLAGS = {"ignore_per_person": False, "allow_weekend": True, "weekend_only": False}


class ConditionsIn(serializers.Serializer[Any]):
    """The conditions of a tariff, each with a default: what is not sent becomes that."""

    roomclass_uid = Uid(source="room_type_id", help_text="Room type id.")
    rate_title = PlainText(source="name", max_length=255, default="Tariff")
    rate_description = PlainText(source="description", max_length=255, default="", allow_blank=True)
    maxdays = serializers.IntegerField(
        source="max_stay", min_value=1, max_value=SMALL, default=365, help_text="Longest stay."
    )
    minpeople = serializers.IntegerField(
        source="min_people", min_value=0, max_value=SMALL, default=1, help_text="Adults."
    )
    maxpeople = serializers.IntegerField(
        source="max_people", min_value=1, max_value=SMALL, default=100, help_text="Adults."
    )
    dayofweek = serializers.IntegerField(
        source="arrival_weekday",
        min_value=0,
        max_value=ANY_DAY,
        default=ANY_DAY,
        help_text="Arrival on this weekday only: 0 Sunday to 6 Saturday; 7 any.",
    )
    ignore_pppn = Flag(
        source="ignore_per_person",
        required=False,
        help_text="1: price per room although the property prices per person. 0 unless sent.",
    )
    allow_we = Flag(
        source="allow_weekend",
        required=False,
        help_text="0: no weekend night in the stay. 1 unless sent.",
    )
    weekendonly = Flag(
        source="weekend_only",
        required=False,
        help_text="1: weekend nights and no others. 0 unless sent.",
    )
    minrooms_alreadyselected = serializers.IntegerField(
        source="min_rooms_selected",
        min_value=0,
        max_value=SMALL,
        default=0,
        help_text="Offered when at least so many rooms have been chosen before.",
    )
    maxrooms_alreadyselected = serializers.IntegerField(
        source="max_rooms_selected",
        min_value=1,
        max_value=SMALL,
        default=100,
        help_text="Offered while fewer rooms than this have been chosen before.",
    )

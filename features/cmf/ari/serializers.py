from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, DateField, JSONText, Truth, Uid
from bookyflow.api.wire.inputs import In, detail_on_the_wire
from bookyflow.api.wire.lean import LeanRows
from bookyflow.ari.jobs import MOST_ROWS as MOST_JOB_ROWS
from bookyflow.ari.jobs import State
from bookyflow.ari.rows import EVERY_DAY, AriRow, InvalidRow, Mode, Part, RowResult
from bookyflow.ari.services import MOST_ROWS
from features.cmf.fields import SMALL, NightPrice


@extend_schema_field(
    {
        "type": "array",
        "items": {"type": "integer", "minimum": 0, "maximum": 6},
        "minItems": 1,
        "maxItems": 7,
    }
)
class Weekdays(serializers.Field[frozenset[int], Any, Any, Any]):
    """Some days of the week, 0 Sunday to 6 Saturday."""

    default_error_messages = {"invalid": "A list of weekdays, 0 to 6, is needed."}

    def to_internal_value(self, data: Any) -> frozenset[int]:
        """The days."""
        days = data if isinstance(data, list) else []
        if len(days) > len(EVERY_DAY) or {type(day) for day in days} != {int}:
            self.fail("invalid")
        if not EVERY_DAY.issuperset(days):
            self.fail("invalid")
        return frozenset(days)


@extend_schema_field(
    {
        "type": "array",
        "items": {"type": "string", "enum": [part.value for part in Part]},
        "minItems": 1,
        "maxItems": len(Part),
    }
)
class Parts(serializers.Field[frozenset[Part], Any, Any, Any]):
    """Names of what a night can have."""

    default_error_messages = {"invalid": "A list of these is needed: {names}."}

    def to_internal_value(self, data: Any) -> frozenset[Part]:
        """The parts."""
        names = data if isinstance(data, list) else []
        if not 1 <= len(names) <= len(Part) or not all(
            isinstance(name, str) and name in set(Part) for name in names
        ):
            self.fail("invalid", names=", ".join(Part))
        return frozenset(map(Part, names))


class AriRowIn(In[AriRow]):
    builds = AriRow

    property_uid = Uid(source="property_id")
    tariff_type_id = Uid(required=False, help_text="The rate plan.")
    room_type_id = Uid(
        required=False,
        help_text="The room type; prices and conditions are then those of all its rate plans, "
        "unless one is named.",
    )
    date_from = DateField(source="first", help_text="First night.")
    date_to = DateField(source="last", help_text="Last night, included.")
    weekdays = Weekdays(
        required=False,
        help_text="The nights of these weekdays only: 0 Sunday to 6 Saturday. All without it.",
    )
    price = NightPrice(
        required=False, help_text="Of a night; net or gross, as the property's prices are."
    )
    min_stay = serializers.IntegerField(min_value=1, max_value=SMALL, required=False)
    max_stay = serializers.IntegerField(
        min_value=0, max_value=SMALL, required=False, help_text="0: no limit of the night's own."
    )
    stop_sell = Truth(
        required=False, help_text="Of the rate plan where one is named, else of the room type."
    )
    closed_to_arrival = Truth(required=False)
    closed_to_departure = Truth(required=False)
    inventory = serializers.IntegerField(
        min_value=0,
        max_value=SMALL,
        required=False,
        help_text="How many rooms of the type may be sold in all, counting those that are booked.",
    )
    rooms_left = serializers.IntegerField(
        min_value=0,
        max_value=SMALL,
        required=False,
        help_text="In the place of `inventory`: how many rooms of the type may still be sold, "
        "beyond those that guests have booked by now.",
    )
    fields_to_remove = Parts(
        source="parts", required=False, help_text="In mode `remove`, in the place of values."
    )


def _rows(*, rows: Sequence[AriRow | InvalidRow], mode: str, atomic: bool) -> dict[str, Any]:
    return {"rows": rows, "mode": Mode(mode), "atomic": atomic}


class AriIn(In[dict[str, Any]]):
    builds = _rows

    rows = JSONText(
        LeanRows(child=AriRowIn(), refused=InvalidRow, allow_empty=False, max_length=MOST_ROWS)
    )
    mode = serializers.ChoiceField(
        [mode.value for mode in Mode],
        default=Mode.OVERLAY.value,
        help_text="overlay: set what is named. delta: the same, and tell of rows that differ only. "
        "remove: take away what `fields_to_remove` names.",
    )
    atomic = Truth(default=False, help_text="true: all rows, or none.")


def _job(*, rows: Sequence[AriRow | InvalidRow], mode: str) -> dict[str, Any]:
    return {"rows": rows, "mode": Mode(mode)}


class AriJobIn(In[dict[str, Any]]):
    builds = _job

    rows = JSONText(
        LeanRows(child=AriRowIn(), refused=InvalidRow, allow_empty=False, max_length=MOST_JOB_ROWS),
        help_text="As in `PUT /cmf/ari`.",
    )
    mode = serializers.ChoiceField(
        [mode.value for mode in Mode],
        default=Mode.OVERLAY.value,
        help_text="As in `PUT /cmf/ari`.",
    )


class RowResultOut(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="The place of the row, from 0.")
    success = serializers.BooleanField()
    nights_changed = serializers.IntegerField(
        help_text="Counted for each rate plan and for the room type."
    )
    key = serializers.CharField(help_text="Empty, or as in the error catalogue.")
    message = serializers.CharField(allow_null=True, help_text="Null, or why.")

    def to_representation(self, result: RowResult) -> dict[str, Any]:
        """One of thousands, at once; of a refusal, with fields by the names of the row."""
        place, changed, error = result
        return {
            "index": place,
            "success": error is None,
            "nights_changed": changed,
            "key": error.key if error else "",
            "message": detail_on_the_wire(error, AriRowIn) if error else None,
        }


class AriOut(serializers.Serializer[Any]):
    success = serializers.BooleanField(source="is_success", help_text="No row was refused.")
    rows = serializers.IntegerField()
    rows_refused = serializers.IntegerField(source="refused")
    nights_changed = serializers.IntegerField(source="changed")
    results = RowResultOut(many=True)


class AriJobOut(serializers.Serializer[Any]):
    job_uid = serializers.IntegerField(source="job.pk")
    state = serializers.ChoiceField(
        [state.value for state in State],
        help_text="stopped: the key pair or its user may not act any more; the rest is not done.",
    )
    mode = serializers.CharField(source="job.mode")
    rows = serializers.IntegerField(source="job.rows")
    rows_done = serializers.IntegerField(help_text="Carried out or refused.")
    rows_refused = serializers.IntegerField(source="refused")
    nights_changed = serializers.IntegerField(source="changed")
    created_at = serializers.DateTimeField(source="job.created_at")
    finished_at = serializers.DateTimeField(source="job.finished_at", allow_null=True)
    results = RowResultOut(many=True, help_text="Of the rows that are done.")


class RateNightOut(serializers.Serializer[Any]):
    price = Amount(allow_null=True, help_text="Null: none, so that the night is not for sale.")
    min_stay = serializers.IntegerField()
    max_stay = serializers.IntegerField(allow_null=True, help_text="Null: no limit of its own.")
    stop_sell = serializers.BooleanField()
    closed_to_arrival = serializers.BooleanField()
    closed_to_departure = serializers.BooleanField()


class RatePlanNightsOut(serializers.Serializer[Any]):
    room_type_id = serializers.IntegerField()
    name = serializers.CharField()
    nights = serializers.DictField(
        child=RateNightOut(), help_text="By date: those that something was said of."
    )


class RoomNightOut(serializers.Serializer[Any]):
    inventory = serializers.IntegerField(
        allow_null=True, help_text="Rooms that may be sold in all; null: no limit."
    )
    rooms_left = serializers.IntegerField(
        allow_null=True, help_text="What is left of `inventory` beyond those that are booked."
    )
    stop_sell = serializers.BooleanField()
    booked = serializers.IntegerField(help_text="Rooms that guests have booked.")


class RoomTypeNightsOut(serializers.Serializer[Any]):
    rooms = serializers.IntegerField(help_text="How many there are of the type.")
    nights = serializers.DictField(
        child=RoomNightOut(), help_text="By date: those with a limit, a stop or a booking."
    )


class AriReadOut(serializers.Serializer[Any]):
    tariff_types = serializers.DictField(
        source="rate_plans", child=RatePlanNightsOut(), help_text="By id of the rate plan."
    )
    room_types = serializers.DictField(
        child=RoomTypeNightsOut(), help_text="By id of the room type."
    )


class Months(serializers.DictField):
    """Digests by month."""

    child = serializers.CharField()


class AriDigestsOut(serializers.Serializer[Any]):
    tariff_types = serializers.DictField(
        source="rate_plans", child=Months(), help_text="By id of the rate plan, then by month."
    )
    room_types = serializers.DictField(
        child=Months(), help_text="By id of the room type, then by month."
    )

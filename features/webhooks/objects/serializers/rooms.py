from __future__ import annotations

from rest_framework import serializers

from bookyflow.api.wire.extras import ExtraRow
from bookyflow.api.wire.rooms import RoomRow
from bookyflow.api.wire.shown import Instant
from bookyflow.pricing.inputs import ExtraModel


class RoomReadOut(RoomRow):
    deleted_at = Instant(allow_null=True, help_text="ISO 8601, UTC.")

    class Meta(RoomRow.Meta):
        fields = (*RoomRow.Meta.fields, "deleted_at")


class ExtraReadOut(ExtraRow):
    extras_uid = serializers.IntegerField(source="pk")
    desc = serializers.CharField(source="description")
    model = serializers.ChoiceField([one.value for one in ExtraModel])
    deleted_at = Instant(allow_null=True, help_text="ISO 8601, UTC.")

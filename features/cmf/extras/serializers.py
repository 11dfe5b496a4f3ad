from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from bookyflow.api.wire.extras import ExtraRow
from bookyflow.api.wire.fields import (
    LARGEST_ID,
    DateField,
    EnteredAmount,
    Flag,
    LineText,
    PlainText,
    Uid,
)
from bookyflow.api.wire.inputs import In
from bookyflow.tariffs.extra_models import CHANNEL, extra_model_number, extra_model_of
from bookyflow.tariffs.models import Extra
from features.cmf.fields import SMALL

# What a new one is where that is not sent.
NEW = {"is_published": False, "include_in_property_lists": False}


def _extra(*, extra_id: int = 0, model: int | None = None, **values: Any) -> dict[str, Any]:
    for name in ("tax_rate_id", "room_type_id"):
        if name in values:
            values[name] = values[name] or None
    if model is not None:
        values["model"] = extra_model_of(model, numbers=CHANNEL)
    return {"extra_id": extra_id or None} | ({} if extra_id else NEW) | values


def _id(text: str, **kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(
        min_value=0, max_value=LARGEST_ID, required=False, help_text=text, **kwargs
    )


class ExtraIn(In[dict[str, Any]]):
    builds = _extra
    aliases: ClassVar = {"tax_rate_id": "tax_rate", "room_type": "limited_to_room_type"}

    property_uid = Uid()
    extra_id = _id("The extra to change; 0 for a new one, which needs a name and a price.")
    name = LineText(max_length=255, required=False)
    description = PlainText(max_length=5000, required=False, allow_blank=True)
    price = EnteredAmount(
        required=False,
        help_text="Net or gross, as the property's prices are; per cent with model 100.",
    )
    auto_select = Flag(required=False, help_text="1: chosen unless the guest says otherwise.")
    tax_rate = _id("Id of its rate of tax; 0: untaxed.", source="tax_rate_id")
    maxquantity = serializers.IntegerField(
        source="max_quantity", min_value=1, max_value=1000, required=False
    )
    validfrom = DateField(source="valid_from", required=False, help_text="First day of arrival.")
    validto = DateField(source="valid_to", required=False, help_text="Last one, included.")
    include_in_property_lists = Flag(required=False, help_text="0 for a new one, unless sent.")
    limited_to_room_type = _id("For rooms of this type; 0: for all.", source="room_type_id")
    published = Flag(
        source="is_published", required=False, help_text="0 for a new one, unless sent."
    )
    model_model = serializers.ChoiceField(
        choices=sorted(CHANNEL),
        source="model",
        required=False,
        help_text="What its price is for, as GET /cmf/list/extra/models lists it; 3, per booking, "
        "for a new one unless sent.",
    )
    model_params = serializers.IntegerField(
        source="minimum",
        min_value=0,
        max_value=SMALL,
        required=False,
        help_text="The fewest nights that are charged, with model 8.",
    )
    model_force = Flag(source="forced", required=False, help_text="1: only staff can leave it out.")


class ExtraSavedOut(serializers.Serializer[Any]):
    extra_id = serializers.IntegerField(source="pk")


class ItsModel(serializers.ListSerializer[Any]):
    """The one model of an extra, as a list."""

    def get_attribute(self, instance: Any) -> list[Extra]:
        """The extra itself, which has it."""
        return [instance]


class ChargingModelOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk", help_text="Id of the extra.")
    model = serializers.SerializerMethodField(help_text="GET /cmf/list/extra/models names them.")
    params = serializers.IntegerField(source="minimum", help_text="The fewest nights charged.")
    force = Flag(source="forced")

    class Meta:
        list_serializer_class = ItsModel

    def get_model(self, extra: Extra) -> int:
        """Its number."""
        return extra_model_number(extra.model, numbers=CHANNEL)


class ExtraOut(ExtraRow):
    id = serializers.IntegerField(source="pk")
    description = serializers.CharField()
    model = ChargingModelOut(many=True, help_text="A list of one.")

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.bounded import BoundedList
from bookyflow.api.wire.fields import Flag, LineText, PlainText, Uid
from bookyflow.api.wire.inputs import In
from bookyflow.properties.models import PropertyText
from bookyflow.properties.texts import LONGEST_TEXT

Field = PropertyText.Field
MOST_FEATURES = 1000
NOTHING: Mapping[str, str] = MappingProxyType({})
LONGEST_META, LONGEST_KEYWORDS = 150, 255


def _text(field: PropertyText.Field, text: str = "") -> PlainText:
    return PlainText(
        source=f"texts.{field.value}",
        max_length=LONGEST_TEXT,
        required=False,
        allow_blank=True,
        help_text=text,
    )


def _meta(field: PropertyText.Field, longest: int) -> LineText:
    return LineText(
        source=f"texts.{field.value}", max_length=longest, required=False, allow_blank=True
    )


def _line(longest: int, source: str | None = None, **options: Any) -> LineText:
    return LineText(max_length=longest, required=False, allow_blank=True, source=source, **options)


def _values(**values: Any) -> dict[str, Any]:
    return {"values": values}


def _texts(*, texts: Mapping[str, str] = NOTHING, **values: Any) -> dict[str, Any]:
    return {"texts": texts, "values": values}


# What is not sent stays as it is.
class TextsIn(In[dict[str, Any]]):
    builds = _texts

    property_uid = Uid()
    description = _text(Field.DESCRIPTION, "HTML, of which scripts and handlers are left out.")
    checkin_times = _text(Field.CHECKIN_TIMES)
    area_activities = _text(Field.AREA_ACTIVITIES)
    driving_directions = _text(Field.DRIVING_DIRECTIONS)
    airports = _text(Field.AIRPORTS)
    othertransport = _text(Field.OTHER_TRANSPORT)
    terms = _text(Field.POLICIES, "Policies and disclaimers.")
    permit_number = _line(100, help_text="Of the licence to let; the same in all languages.")


class MetasIn(In[dict[str, Any]]):
    builds = _texts

    property_uid = Uid()
    metatitle = _meta(Field.META_TITLE, LONGEST_META)
    metadescription = _meta(Field.META_DESCRIPTION, LONGEST_META)
    metakeywords = _meta(Field.META_KEYWORDS, LONGEST_KEYWORDS)


class AddressIn(In[dict[str, Any]]):
    builds = _values

    property_uid = Uid()
    street = _line(255)
    town = _line(255)
    postcode = _line(50)


class ContactsIn(In[dict[str, Any]]):
    builds = _values

    property_uid = Uid()
    telephone = _line(50, source="tel")
    fax = _line(50)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)


class StarsIn(In[dict[str, Any]]):
    builds = _values

    property_uid = Uid()
    stars = serializers.IntegerField(min_value=0, max_value=5, required=False, help_text="0: none.")
    superior = Flag(required=False, help_text="1: a superior one of its class.")


class PropertyTypeIn(In[dict[str, Any]]):
    builds = dict

    property_uid = Uid()
    ptype_id = Uid(source="property_type_id", help_text="GET /cmf/list/property/types lists them.")
    confirmed = Flag(
        default=False, help_text="1: delete its rooms and prices, which the new type cannot keep."
    )


class AskingPriceIn(In[dict[str, Any]]):
    builds = dict

    property_uid = Uid()
    price = LineText(
        max_length=255, allow_blank=True, help_text="As text: 485000, or on application."
    )


class FeatureIds(BoundedList):
    """Ids, of which a text has commas between them; none takes all features away."""

    def to_internal_value(self, data: Any) -> list[Any]:
        """The ids."""
        if isinstance(data, str):
            data = [one.strip() for one in data.split(",") if one.strip()]
        return super().to_internal_value(data)


class FeaturesIn(In[dict[str, Any]]):
    builds = dict

    property_uid = Uid()
    features = FeatureIds(
        child=Uid(),
        source="feature_ids",
        max_length=MOST_FEATURES,
        help_text="All that it has from now on. In a form: ids, separated by commas.",
    )


class FeatureOut(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    description = serializers.CharField()

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.api.wire.fields import Uid
from bookyflow.properties.models import Property
from bookyflow.property_lifecycle.publication import property_status

CODE = "1: published; 2: approved and complete; 3: complete, not approved; 4: neither; 5: approved."


class StatusCode(serializers.IntegerField):
    """How far a property has come, as a number."""

    def get_attribute(self, prop: Property) -> int:
        """The status."""
        return property_status(prop)


class StatusText(serializers.CharField):
    """How far a property has come, for people."""

    def get_attribute(self, prop: Property) -> str:
        """The status."""
        return property_status(prop).label


class ProgressOut(serializers.Serializer[Any]):
    status_code = StatusCode(help_text=CODE)
    status_text = StatusText()


class PropertyProgressOut(ProgressOut):
    property_uid = serializers.IntegerField(source="pk")


class PropertyNamedIn(serializers.Serializer[Any]):
    property_uid = Uid()


class ReviewedOut(serializers.Serializer[Any]):
    property_complete = serializers.BooleanField(source="is_complete")
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text="What is missing, for people."
    )


class PublishedOut(serializers.Serializer[Any]):
    published = serializers.BooleanField(default=True)
    property_status_response_code = serializers.IntegerField(
        source="value", help_text=f"Before the call. {CODE}"
    )
    property_status_response_text = serializers.CharField(source="label")

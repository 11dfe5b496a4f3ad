"""The settings of a property on the wire, by the names of the interface."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bookyflow.api.wire.fields import Amount, Flag
from bookyflow.properties.models import PropertySettings
from bookyflow.property_settings import names as settings_names


class DecimalNumber(serializers.CharField):
    """A decimal number without zeros at its end."""

    def to_representation(self, value: Any) -> str:
        """The number, never as 1E+2."""
        return f"{value.normalize():f}"


class SettingsOut(serializers.Serializer[Any]):
    """Every setting: those that are stored, by their types, and those that follow from others."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """One field for each name of the interface."""
        stored = {
            name: _field(name, PropertySettings._meta.get_field(field))
            for name, field in settings_names.fields().items()
        }
        deposit = {name: Flag(help_text=text) for name, text in _DEPOSIT.items()}
        return stored | deposit | _derived()


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": ["string", "integer", "boolean", "null"]},
    }
)
class SomeSettings(serializers.Field[Any, Any, Any, Any]):
    """Some of the settings, as SettingsOut shows each."""

    def to_representation(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Those that `values` has."""
        known = SettingsOut(context=self.context).fields
        return {
            name: None if value is None else known[name].to_representation(value)
            for name, value in values.items()
        }


_DEPOSIT = {
    settings_names.CHARGED: "A deposit is asked for.",
    settings_names.PERCENTAGE: "depositValue is per cent of the total, else an amount.",
    settings_names.ONE_NIGHT: "The deposit is the price of one night.",
    settings_names.FULL: "The deposit is the whole total.",
}


def _derived() -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    count = partial(serializers.IntegerField, min_value=0)
    return {
        settings_names.TAX_CODE: serializers.IntegerField(
            allow_null=True, help_text="Id of a tax rate of accommodation_tax_rate; null: none is."
        ),
        "singleRoomProperty": Flag(help_text="Let as a whole."),
        "item_hire_property": serializers.BooleanField(
            help_text="Hires out items instead of rooms."
        ),
        "is_real_estate_listing": Flag(help_text="For sale, not to let."),
        "accommodates": count(help_text="Guests that all rooms take."),
        "accommodates_adults": count(help_text="Adults that all rooms take."),
        "accommodates_children": count(help_text="Children that all rooms take, if they count."),
        "minimum_deposit_percentage": count(help_text="Of the site; 0: none."),
        "bookingform_requiredfields_email": Flag(help_text="Always asked for."),
    }


def _field(name: str, field: Any) -> serializers.Field[Any, Any, Any, Any]:
    """A stored setting on the wire: 1 or 0, a whole number, an amount, or text."""
    text = str(field.help_text)
    if isinstance(field, models.BooleanField):
        return Flag(help_text=text)
    if isinstance(field, models.IntegerField):
        return serializers.IntegerField(allow_null=field.null, help_text=text)
    if isinstance(field, models.DecimalField):
        return _amount_or_number(name, text)
    return serializers.CharField(help_text=text)


def _amount_or_number(name: str, text: str) -> serializers.Field[Any, Any, Any, Any]:
    if name in settings_names.AMOUNTS:
        return Amount(help_text=text)
    return DecimalNumber(help_text=f"{text} A decimal number.".strip())

"""The settings of a property in the shape that the interface gives them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bookyflow.core.money import amount_text
from bookyflow.properties.models import Property, PropertySettings
from bookyflow.property_settings.names import AMOUNTS, TAX_CODE
from bookyflow.property_settings.values import settings_values, stored_values


def settings_object(prop: Property) -> dict[str, Any]:
    """Each setting by its name, in the shape of SettingsOut. Two queries."""
    return {
        name: _text(value) if isinstance(value, Decimal) and name not in AMOUNTS else value
        for name, value in settings_values(prop).items()
    }


def _text(number: Decimal) -> str:
    return f"{number.normalize():f}"


def settings_example() -> dict[str, Any]:
    """What a property in the state of its first day would answer, for the document."""
    settings = PropertySettings(time_zone="Europe/London", default_country="GB")
    return {name: _example(name, value) for name, value in stored_values(settings).items()} | {
        TAX_CODE: 1,
        "cal_input": "%d/%m/%Y",
        "singleRoomProperty": 0,
        "item_hire_property": False,
        "is_real_estate_listing": 0,
        "accommodates": 6,
        "accommodates_adults": 6,
        "accommodates_children": 0,
        "minimum_deposit_percentage": 0,
        "bookingform_requiredfields_email": 1,
    }


def _example(name: str, value: object) -> object:
    if isinstance(value, Decimal):
        return amount_text(value, "EUR") if name in AMOUNTS else _text(value)
    return int(value) if isinstance(value, bool) else value

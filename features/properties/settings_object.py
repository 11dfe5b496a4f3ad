"""The settings of a property in the shape that the interface gives them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bookyflow.properties.models import Property
from bookyflow.property_settings.names import AMOUNTS
from bookyflow.property_settings.values import settings_values


def settings_object(prop: Property) -> dict[str, Any]:
    """Each setting by its name, in the shape of SettingsOut. Two queries."""
    return {
        name: _text(value) if isinstance(value, Decimal) and name not in AMOUNTS else value
        for name, value in settings_values(prop).items()
    }


def _text(number: Decimal) -> str:
    return f"{number.normalize():f}"

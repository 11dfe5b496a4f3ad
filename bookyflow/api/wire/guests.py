"""Fields of guests, as several features show them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bookyflow.core.places import region_number


class RegionNumber(serializers.CharField):
    """A region, of which the code is known."""

    def to_representation(self, value: str) -> str:
        """Its number as text."""
        return str(region_number(value)) if value else ""


class Percentage(serializers.DecimalField):
    """Per cent, below all: a number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=4, decimal_places=2, coerce_to_string=False, **kwargs)

    def to_representation(self, value: Any) -> Any:
        """The number, as JSON has it."""
        return float(value)

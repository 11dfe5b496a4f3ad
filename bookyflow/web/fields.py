"""Fields that forms of several areas have."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from bookyflow.tariffs.limits import LARGEST_PRICE


class MoneyField(forms.DecimalField):
    """An amount; what the currency cannot express is the service's to refuse."""

    def __init__(self, *, least: Decimal = Decimal(0), **options: Any) -> None:
        super().__init__(max_digits=12, decimal_places=3, **options)
        self.validators += [MinValueValidator(least), MaxValueValidator(LARGEST_PRICE)]

    def prepare_value(self, value: Any) -> Any:
        """Show an amount without decimals that say nothing: 120, 99.50, 0.125."""
        if not isinstance(value, Decimal):
            return value
        whole, _, decimals = f"{value:f}".partition(".")
        decimals = decimals.rstrip("0")
        return f"{whole}.{decimals:0<2}" if decimals else whole

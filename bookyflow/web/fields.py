"""Fields that forms of several areas have."""

from __future__ import annotations

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from bookyflow.core.dates import FIRST_DAY, LAST_DAY
from bookyflow.tariffs.limits import LARGEST_PRICE
from bookyflow.web.forms import DayInput, MomentInput


class DayField(forms.DateField):
    """A day as the browser's calendar sends it, within the bounds of all doors."""

    widget = DayInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"input_formats": ["%Y-%m-%d"]} | options)
        self.validators += [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The bounds, for the browser's calendar."""
        if not isinstance(widget, DayInput):
            return {}
        return {"min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()}


class MomentField(forms.DateTimeField):
    """A day and a time of UTC, on a day that a `DayField` takes."""

    widget = MomentInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        first, last = datetime.combine(FIRST_DAY, time.min), datetime.combine(LAST_DAY, time.max)
        self.validators += [
            MinValueValidator(first.replace(tzinfo=UTC)),
            MaxValueValidator(last.replace(tzinfo=UTC)),
        ]


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

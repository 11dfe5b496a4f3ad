from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookyflow.reporting.performance import MOST_MONTHS
from bookyflow.web.fields import DayField
from bookyflow.web.forms import PageForm

BEFORE, USUAL = 6, 12  # months that are shown at first, and how many of them are over
FORMAT = "%Y-%m"


class MonthInput(forms.DateInput):
    """A month, by the browser's own picker."""

    input_type = "month"


class PeriodForm(PageForm):
    """Which months a report is about."""

    first = DayField(label=_("From"), input_formats=[FORMAT], widget=MonthInput(format=FORMAT))
    months = forms.IntegerField(label=_("Months"), min_value=1, max_value=MOST_MONTHS)

    def __init__(self, data: Any, *, today: date) -> None:
        number = today.year * 12 + today.month - 1 - BEFORE
        usual = {"first": f"{number // 12}-{number % 12 + 1:02}", "months": str(USUAL)}
        super().__init__(usual | {name: data[name] for name in usual if name in data})

"""Every door that takes a date takes the same ones: days of the years 1900 to 2199."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError as Unfit
from django.urls.converters import get_converters
from rest_framework import serializers

import bookyflow.web
from bookyflow.api.checks import feature_routes
from bookyflow.api.wire.converters import ImpossibleDate
from bookyflow.api.wire.date_maps import DateMap
from bookyflow.web.fields import DayField
from bookyflow.web.forms import DayInput
from tests.contract.inputs import inputs_of

TAKEN = ("1900-01-01", "2199-12-31")
REFUSED = ("1899-12-31", "2200-01-01", "0001-01-01", "9999-12-31")


def inputs() -> dict[str, Any]:
    """The dates, moments and maps by date that operations take."""
    return inputs_of(serializers.DateField, serializers.DateTimeField, DateMap)


def path_dates() -> set[str]:
    """The kinds of path segments by which operations take dates."""
    found = {kind for route in feature_routes() for kind in re.findall("<([a-z]+):", route.route)}
    return found & {"date", "month"}


INPUTS = inputs()


def written(field: Any, day: str) -> Any:
    """A day as somebody writes it into a field."""
    if isinstance(field, DateMap):
        child: Any = field.child
        return {day: "100" if isinstance(child, serializers.Field) else None}
    return f"{day}T12:00:00Z" if isinstance(field, serializers.DateTimeField) else day


def test_operations_take_dates():
    assert len(INPUTS) >= 20
    assert path_dates() == {"date", "month"}


@pytest.mark.parametrize("name", sorted(INPUTS))
def test_an_operation_takes_the_days_that_all_doors_take(name):
    field = INPUTS[name]

    for day in TAKEN:
        field.run_validation(written(field, day))
    for day in REFUSED:
        with pytest.raises(serializers.ValidationError):
            field.run_validation(written(field, day))


@pytest.mark.parametrize("kind", ["date", "month"])
def test_paths_take_the_days_that_all_doors_take(kind):
    converter = get_converters()[kind]

    assert [converter.to_python(day) for day in TAKEN] == [date(1900, 1, 1), date(2199, 12, 31)]
    assert all(isinstance(converter.to_python(day), ImpossibleDate) for day in REFUSED)


def forms_of_pages() -> Iterator[type[forms.BaseForm]]:
    """Every form of the front-end, once its modules are there."""
    for module in pkgutil.walk_packages(bookyflow.web.__path__, "bookyflow.web."):
        importlib.import_module(module.name)
    waiting: list[type[forms.BaseForm]] = [forms.Form]
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.startswith("bookyflow.web."):
            yield one


def test_pages_take_the_days_that_all_doors_take():
    found = {
        f"{form.__name__}.{name}": field
        for form in forms_of_pages()
        for name, field in form.base_fields.items()
        if isinstance(field, forms.DateField | forms.DateTimeField)
    }
    assert len(found) >= 20

    for name, field in found.items():
        is_day = isinstance(field, forms.DateField) and isinstance(field.widget, DayInput)
        late = {"": "2200-01-01", "T": "2200-01-01T00:00", "-": "2200-01"}
        kind = "" if is_day else "-" if isinstance(field, forms.DateField) else "T"
        with pytest.raises(Unfit):
            field.clean(late[kind])
        for wrong in REFUSED if is_day else ():
            with pytest.raises(Unfit):
                field.clean(wrong)
        for right in TAKEN if is_day else ():
            assert field.clean(right) == date.fromisoformat(right), name


def test_the_calendar_of_the_browser_knows_the_bounds():
    assert DayField().widget.attrs == {"min": "1900-01-01", "max": "2199-12-31"}

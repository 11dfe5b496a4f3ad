"""What all forms of pages have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from bookyflow.core.errors import DomainError

CONTROL = {"class": "form-control"}
PLAIN: dict[type, str] = {
    forms.CheckboxInput: "form-check-input",
    forms.CheckboxSelectMultiple: "form-check-input",
    forms.RadioSelect: "form-check-input",
    forms.Select: "form-select",
    forms.SelectMultiple: "form-select",
}


class DayInput(forms.DateInput):
    """A day, by the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A day and a time, by the browser's own calendar."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class PageForm(forms.Form):
    """A form in the look of the site; a service's refusal is shown beside what it names."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, UploadedFile[Any]] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data, files, label_suffix="", **options)
        for field in self.fields.values():
            widget = field.widget
            widget.attrs.setdefault("class", PLAIN.get(type(widget), "form-control"))

    def refuse(self, error: DomainError) -> None:
        """Show a service's refusal beside the fields it names, or above them all."""
        for name, problems in error.fields.items():
            self.add_error(name if name in self.fields else None, problems)
        if not error.fields:
            self.add_error(None, error.detail)

    @property
    def http_status(self) -> int:
        """The status of the page that shows the form: 400 where it was sent and has faults."""
        return 400 if self.is_bound and self.errors else 200

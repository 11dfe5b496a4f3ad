"""Filters above the lists of this area; they come in the query, so that a list can be linked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from bookyflow.accounts.models import KeyPair
from bookyflow.accounts.selectors import EXPIRED, REVOKED, TEST, UNUSED
from bookyflow.api.selectors import FAILED, REFUSED, RequestsWanted
from bookyflow.web.forms import PageForm

SUCCEEDED = range(200, 400)
GROUPS = {"2xx": SUCCEEDED, "4xx": REFUSED, "5xx": FAILED}
STATUSES = (400, 401, 403, 404, 409, 412, 413, 422, 428, 429, 500, 503)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
LONGEST = 18  # digits; all of them are a bigint


def whole_number(text: str) -> int | None:
    """A number of the query that can be an id; None for anything else."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= LONGEST
    return int(text) if is_number else None


def keep_of(request: HttpRequest, *, without: str) -> str:
    """The query of a page, for links that go on in the same list; ends in & where it has any."""
    kept = request.GET.copy()
    kept.pop(without, None)
    return f"{kept.urlencode()}&" if kept else ""


class Moment(forms.DateTimeInput):
    """A day and a time, by the browser's own calendar."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class FilterForm(PageForm):
    """A filter: nothing of it is needed."""

    @property
    def is_filtered(self) -> bool:
        """Whether anything is asked for."""
        return any(self.data.get(name) for name in self.fields)


class KeyFilter(FilterForm):
    """Which key pairs are wanted."""

    text = forms.CharField(label=_("Label or client id"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Working")),
            (TEST, _("Test keys")),
            (UNUSED, _("Never used")),
            (EXPIRED, _("Expired")),
            (REVOKED, _("Revoked")),
        ],
    )


class RequestFilter(FilterForm):
    """Which calls of the log are wanted."""

    key = forms.TypedChoiceField(label=_("Key pair"), required=False, coerce=int, empty_value=None)
    status = forms.ChoiceField(label=_("Status"), required=False)
    method = forms.ChoiceField(label=_("Method"), required=False)
    path = forms.CharField(
        label=_("Path or operation"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"placeholder": "cmf/property/price"}),
    )
    since = forms.DateTimeField(label=_("From (UTC)"), required=False, widget=Moment)
    until = forms.DateTimeField(label=_("Until (UTC)"), required=False, widget=Moment)
    request_id = forms.CharField(label=_("Request id"), required=False, max_length=128)

    def __init__(self, data: Mapping[str, Any], *, keys: Sequence[KeyPair]) -> None:
        super().__init__(data)
        named = [(str(key.pk), key.name or key.client_id) for key in keys]
        self._choices("key", named)
        self._choices("status", _statuses())
        self._choices("method", [(one, one) for one in METHODS])

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = [("", _("Any")), *choices]

    def clean_path(self) -> str:
        """A path as it was called becomes its pattern, as the log has it."""
        path = str(self.cleaned_data["path"]).strip()
        try:
            return resolve(path).route if path.startswith("/") else path
        except Resolver404:
            return path

    def clean(self) -> dict[str, Any]:
        """Refuse an end that is not behind the beginning."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until <= since:
            self.add_error("until", _("It must be later than the beginning."))
        return self.cleaned_data

    def wanted(self) -> RequestsWanted:
        """What the log is asked for."""
        given = self.cleaned_data
        return RequestsWanted(
            key_id=given["key"],
            statuses=_range(given["status"]),
            method=given["method"],
            path=given["path"],
            request_id=given["request_id"].strip(),
            since=given["since"],
            until=given["until"],
        )


def _statuses() -> list[tuple[str, Any]]:
    groups = [
        ("2xx", _("Succeeded (2xx)")),
        ("4xx", _("Refused (4xx)")),
        ("5xx", _("Failed (5xx)")),
    ]
    return [*groups, *((str(one), f"{one} {HTTPStatus(one).phrase}") for one in STATUSES)]


def _range(status: str) -> range | None:
    if not status:
        return None
    return GROUPS.get(status) or range(int(status), int(status) + 1)

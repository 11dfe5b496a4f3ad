"""Filters above the lists of this area; they come in the query, so that a list can be linked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from bookyflow.accounts.models import KeyPair, User
from bookyflow.accounts.selectors import EXPIRED, REVOKED, TEST, UNUSED
from bookyflow.api.selectors import FAILED, REFUSED, RequestsWanted
from bookyflow.core.acting import ActorKind
from bookyflow.events.models import EventKind
from bookyflow.events.selectors import EventsWanted
from bookyflow.web.fields import DayField, MomentField
from bookyflow.web.forms import PageForm
from bookyflow.web.numbers import LONGEST
from bookyflow.webhooks.kinds import SUBJECTS

SUCCEEDED = range(200, 400)
GROUPS = {"2xx": SUCCEEDED, "4xx": REFUSED, "5xx": FAILED}
STATUSES = (400, 401, 403, 404, 409, 412, 413, 422, 428, 429, 500, 503)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def keep_of(request: HttpRequest, *, without: str) -> str:
    """The query of a page, for links that go on in the same list; ends in & where it has any."""
    kept = request.GET.copy()
    kept.pop(without, None)
    return f"{kept.urlencode()}&" if kept else ""


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
    answer = forms.ChoiceField(label=_("Status"), required=False)
    method = forms.ChoiceField(label=_("Method"), required=False)
    path = forms.CharField(
        label=_("Path or operation"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"placeholder": "cmf/property/price"}),
    )
    since = MomentField(label=_("From (UTC)"), required=False)
    until = MomentField(label=_("Until (UTC)"), required=False)
    request_id = forms.CharField(label=_("Request id"), required=False, max_length=128)

    def __init__(self, data: Mapping[str, Any], *, keys: Sequence[KeyPair]) -> None:
        super().__init__(data)
        named = [(str(key.pk), key.name or key.client_id) for key in keys]
        self._choices("key", named)
        self._choices("answer", _statuses())
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
            statuses=_range(given["answer"]),
            method=given["method"],
            path=given["path"],
            request_id=given["request_id"].strip(),
            since=given["since"],
            until=given["until"],
        )


class EventFilter(FilterForm):
    """Which events of a property are wanted; days are those of the property."""

    kind = forms.ChoiceField(label=_("What"), required=False)
    actor = forms.ChoiceField(label=_("Who"), required=False)
    about = forms.ChoiceField(label=_("About"), required=False)
    number = forms.IntegerField(
        label=_("Its id"), required=False, min_value=1, max_value=10**LONGEST - 1
    )
    first = DayField(label=_("From"), required=False)
    last = DayField(label=_("Until"), required=False)

    def __init__(self, data: Mapping[str, Any], *, staff: Sequence[User], zone: tzinfo) -> None:
        super().__init__(data)
        self._zone = zone
        kinds = sorted((kind.value, kind.label) for kind in EventKind)
        people = [(str(one.pk), one.get_full_name() or one.username) for one in staff]
        others = [
            (ActorKind.VISITOR.value, _("Guests and visitors")),
            (ActorKind.SYSTEM.value, _("The site itself")),
        ]
        about = [(name, name.replace("_", " ").capitalize()) for name in sorted(SUBJECTS)]
        for name, offered in (("kind", kinds), ("actor", [*people, *others]), ("about", about)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
            field.choices = [("", _("Any")), *offered]

    def clean(self) -> dict[str, Any]:
        """Refuse an id of nothing, and a last day before the first."""
        given = self.cleaned_data
        if given.get("number") and not given.get("about") and "about" not in self.errors:
            self.add_error("about", _("Say what the id is of."))
        if given.get("first") and given.get("last") and given["last"] < given["first"]:
            self.add_error("last", _("It must not be before the first day."))
        return given

    def wanted(self) -> EventsWanted:
        """What the log is asked for."""
        given = self.cleaned_data
        actor = given["actor"]
        return EventsWanted(
            kind=given["kind"],
            user_id=int(actor) if actor.isdecimal() else None,
            actor_kind="" if actor.isdecimal() else actor,
            subject=(given["about"], given["number"]),
            since=self._midnight(given["first"]),
            until=self._midnight(given["last"] and given["last"] + timedelta(days=1)),
        )

    def _midnight(self, day: date | None) -> datetime | None:
        return datetime.combine(day, time.min, self._zone) if day else None


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

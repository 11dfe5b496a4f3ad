from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookyflow.accounts.models import User
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.web.developers.filters import FilterForm
from bookyflow.web.developers.forms import ReachForm, choices
from bookyflow.web.fields import MomentField
from bookyflow.web.forms import CONTROL, PageForm
from bookyflow.webhooks.addresses import LONGEST
from bookyflow.webhooks.kinds import KINDS
from bookyflow.webhooks.log import Range
from bookyflow.webhooks.models import AuthMethod, DeliveryState, Webhook
from bookyflow.webhooks.services import LONGEST_CREDENTIAL, WebhookDetails
from bookyflow.webhooks.trials import PING


@dataclass(frozen=True)
class EventBox:
    """A kind of events that a webhook may be told of."""

    name: str
    text: str
    is_checked: bool


@dataclass(frozen=True)
class EventGroup:
    """The kinds about one sort of things."""

    title: str
    boxes: tuple[EventBox, ...]

    @property
    def number_checked(self) -> int:
        """How many of them are ticked."""
        return sum(box.is_checked for box in self.boxes)


def _credential(label: Any, widget: type[forms.Widget]) -> forms.CharField:
    attrs = CONTROL | {"autocomplete": "off"}
    return forms.CharField(
        label=label, required=False, max_length=LONGEST_CREDENTIAL, widget=widget(attrs=attrs)
    )


class WebhookForm(ReachForm):
    """Where a webhook is, how it knows us, and what it is told of."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=LONGEST,
        error_messages={"required": gettext_lazy("Say where messages are to be sent.")},
        help_text=gettext_lazy("https, and reachable from everywhere."),
        widget=forms.URLInput(attrs=CONTROL | {"placeholder": "https://example.com/bookyflow"}),
    )
    told = forms.ChoiceField(choices=[("all", "All"), ("some", "Some")], initial="all")
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        required=False,
        choices=[(kind.value, kind.value) for kind in EventKind],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("There is no event %(value)s.")},
    )
    auth_method = forms.ChoiceField(
        label=gettext_lazy("The receiver asks for"),
        choices=[
            (AuthMethod.NONE.value, gettext_lazy("Nothing: messages are signed")),
            (AuthMethod.BASIC.value, gettext_lazy("A user name and password, besides")),
        ],
        initial=AuthMethod.NONE.value,
        widget=forms.Select,
    )
    username = _credential(gettext_lazy("User name"), forms.TextInput)
    password = _credential(gettext_lazy("Password"), forms.PasswordInput)
    field_order: tuple[str, ...] = ("url", "told", "events", "reach", "properties", "auth_method")

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        owner: User,
        webhook: Webhook | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(webhook) | dict(initial or {}))
        self.webhook = webhook
        held = webhook.property_ids if webhook else []
        self.offer(owner, held=held, is_test=webhook.is_test if webhook else None)
        if not self.reachable:
            self.offer_none()

    def event_groups(self) -> list[EventGroup]:
        """The kinds of events, by what they are about."""
        ticked = set(self["events"].value() or [])
        kinds = sorted(EventKind, key=lambda kind: KINDS[kind].subject)
        return [
            EventGroup(
                subject.replace("_", " ").capitalize(),
                tuple(EventBox(kind.value, str(kind.label), kind in ticked) for kind in found),
            )
            for subject, found in groupby(kinds, key=lambda kind: KINDS[kind].subject)
        ]

    def is_test(self) -> bool | None:
        """Whether it is about test properties; None where nobody has said."""
        return self.webhook.is_test if self.webhook else None

    def clean(self) -> dict[str, Any]:
        """Refuse a choice of nothing, of events as well as of properties."""
        given = self.cleaned_data
        if given.get("told") == "some" and "events" not in self.errors and not given["events"]:
            self.add_error("events", _("Choose at least one event."))
        is_test = self.is_test()
        if is_test is not None:
            kind = "test" if is_test else "live"
            refusal = f"A {kind} webhook is told of {kind} properties only."
            self.only_fitting(is_test=is_test, refusal=refusal)
        return given

    def details(self) -> WebhookDetails:
        """What was given. Raises DomainError as WebhookDetails does."""
        given = self.cleaned_data
        is_basic = given["auth_method"] == AuthMethod.BASIC
        kept = self.webhook.password if self.webhook else ""
        return WebhookDetails(
            url=given["url"].strip(),
            auth_method=given["auth_method"],
            username=given["username"] if is_basic else "",
            password=(given["password"] or kept) if is_basic else "",
            events=given["events"] if given["told"] == "some" else (),
            property_ids=self.properties_wanted() or (),
        )

    def refuse(self, error: DomainError) -> None:
        """Show a refusal beside the field of this form."""
        for name, problems in error.fields.items():
            own = "properties" if name == "property_ids" else name
            self.add_error(own if own in self.fields else None, problems)
        if not error.fields:
            self.add_error("url" if error.key == "webhook_already_exists" else None, error.detail)


class NewWebhookForm(WebhookForm):
    """A webhook to be made, live or test."""

    mode = forms.ChoiceField(choices=[("live", "Live"), ("test", "Test")], initial="live")
    field_order = ("url", "mode", *WebhookForm.field_order[1:])

    def is_test(self) -> bool | None:
        """Which kind is asked for; None where nobody has said."""
        mode = self.cleaned_data.get("mode")
        return None if mode is None else mode == "test"


class DeliveryFilter(FilterForm):
    """Which deliveries of a webhook are wanted."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("Any")),
            (DeliveryState.WAITING.value, gettext_lazy("Waiting")),
            (DeliveryState.DELIVERED.value, gettext_lazy("Delivered")),
            (DeliveryState.FAILED.value, gettext_lazy("Given up")),
            (DeliveryState.DROPPED.value, gettext_lazy("Dropped")),
        ],
    )


class TrialForm(PageForm):
    """What a webhook is tried out with."""

    kind = forms.ChoiceField(label=gettext_lazy("Message"), initial=PING, widget=forms.Select)

    def __init__(self, data: Mapping[str, Any] | None = None, *, webhook: Webhook) -> None:
        super().__init__(data)
        told = [kind for kind in EventKind if not webhook.events or kind in webhook.events]
        offered = [(kind.value, f"{kind.value}: {kind.label}") for kind in told]
        ping = (PING, _("A ping, which tells of nothing"))
        choices(self, "kind", [ping, *sorted(offered)])


class SecretForm(PageForm):
    """How long messages are signed with the old secret as well."""

    old_hours = forms.TypedChoiceField(
        label=gettext_lazy("The old secret is good for"),
        coerce=int,
        choices=[
            ("24", gettext_lazy("24 hours more")),
            ("168", gettext_lazy("7 days more")),
            ("0", gettext_lazy("no longer: it has leaked")),
        ],
        initial="24",
        widget=forms.RadioSelect,
    )


class ReplayForm(PageForm):
    """From when until when events are sent again."""

    since = MomentField(label=gettext_lazy("From (UTC)"))
    until = MomentField(
        label=gettext_lazy("Until (UTC)"),
        required=False,
        help_text=gettext_lazy("Empty: until now."),
    )

    def range(self) -> Range:
        """What was given. Raises DomainError as Range does."""
        since: datetime = self.cleaned_data["since"]
        return Range(since=since, until=self.cleaned_data["until"])


def _initial(webhook: Webhook | None) -> dict[str, Any]:
    if webhook is None:
        return {}
    return {
        "url": webhook.url,
        "told": "some" if webhook.events else "all",
        "events": webhook.events,
        "reach": "some" if webhook.property_ids else "all",
        "properties": webhook.property_ids,
        "auth_method": webhook.auth_method,
        "username": webhook.username,
    }

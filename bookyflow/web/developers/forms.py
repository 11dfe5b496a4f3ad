from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookyflow.accounts.models import AccessLevel, KeyPair, User
from bookyflow.accounts.services import MAX_LABEL, networks_read
from bookyflow.core import ids
from bookyflow.core.errors import DomainError
from bookyflow.plugins import registry
from bookyflow.plugins.broad import INCLUDES
from bookyflow.properties.access import key_property_ids, properties_of
from bookyflow.properties.models import Property
from bookyflow.web.developers.picker import ScopeGroup, scope_groups
from bookyflow.web.developers.presets import preset_scopes
from bookyflow.web.fields import DayField
from bookyflow.web.forms import CONTROL, PageForm

RESERVATION_SECONDS = 24 * 3600
DEFAULT_DAYS = 365  # that a new key pair works, unless another day is chosen


class ReachForm(PageForm):
    """A form that offers to choose among the properties of an account.

    What reaches test properties never reaches live ones, and the other way: those that do not fit
    are not shown, and count for nothing where they were ticked all the same.
    """

    reach = forms.ChoiceField(choices=[("all", "All"), ("some", "Some")], initial="all")
    properties = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Properties"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": gettext_lazy("A property that was chosen is not one of yours.")
        },
    )

    def offer(self, owner: User, *, held: Collection[int] = (), is_test: bool | None) -> None:
        """Offer the properties of an account, and those that are `held` already.

        `is_test` None: the form itself asks which kind.
        """
        found = properties_of(owner) | Property.objects.filter(pk__in=held, deleted_at__isnull=True)
        if is_test is not None:
            found = found.filter(is_test=is_test)
        self.reachable = list(found.distinct().order_by("name", "id"))
        choices(self, "properties", [(prop.pk, str(prop)) for prop in self.reachable])

    def offer_none(self) -> None:
        """Leave the choice out where there is nothing to choose from."""
        del self.fields["reach"], self.fields["properties"]

    def chosen_properties(self) -> set[str]:
        """The ids of the ticked properties, as text."""
        return {str(value) for value in self["properties"].value() or []}

    def limits_reach(self) -> bool:
        """Whether the form offers to choose properties."""
        return "reach" in self.fields

    def properties_wanted(self) -> list[int] | None:
        """The ids that were chosen, or None for all."""
        if self.cleaned_data.get("reach", "all") == "all":
            return None
        return list(self.cleaned_data["properties"])

    def only_fitting(self, *, is_test: bool, refusal: str) -> None:
        """Drop the properties of the other kind, and refuse a choice of which nothing is left."""
        if self.cleaned_data.get("reach") != "some" or "properties" in self.errors:
            return
        ticked = self.cleaned_data["properties"]
        kinds = {prop.pk: prop.is_test for prop in self.reachable}
        fitting = [pk for pk in ticked if kinds[pk] == is_test]
        if not fitting:
            self.add_error("properties", refusal if ticked else _("Choose at least one property."))
        self.cleaned_data["properties"] = fitting


class KeyPairForm(ReachForm):
    """What can be changed of a key pair. Offers the boxes that its owner's level allows."""

    label = forms.CharField(
        label=gettext_lazy("Label"),
        max_length=MAX_LABEL,
        error_messages={"required": gettext_lazy("Give the key pair a label.")},
        help_text=gettext_lazy("Who will use it, such as “Channel manager” or “Our own app”."),
        widget=forms.TextInput(attrs=CONTROL | {"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        error_messages={
            "required": gettext_lazy("Choose at least one scope."),
            "invalid_choice": gettext_lazy("%(value)s is no scope that you can give."),
        },
        widget=forms.CheckboxSelectMultiple,
    )
    allowed_networks = forms.CharField(
        required=False,
        label=gettext_lazy("Allowed addresses"),
        help_text=gettext_lazy(
            "IP addresses or networks such as 203.0.113.0/24, one a line. Empty: from anywhere."
        ),
        widget=forms.Textarea(attrs=CONTROL | {"rows": 2, "spellcheck": "false"}),
    )
    expires_on = DayField(
        required=False,
        label=gettext_lazy("Works until"),
        help_text=gettext_lazy("The last day (UTC). Empty: no end."),
        error_messages={"invalid": gettext_lazy("Write the day as in 2027-12-31.")},
    )
    field_order: tuple[str, ...] = (
        "label",
        "scopes",
        "reach",
        "properties",
        "expires_on",
        "allowed_networks",
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        owner: User,
        key: KeyPair | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(key) | dict(initial or {}))
        self.owner, self.key = owner, key
        self.held = set(key.granted_scopes) if key else set()
        self.grantable = registry.grantable(owner.access_level, registry.enabled())
        held_properties = key_property_ids(key) if key else []
        self.offer(owner, held=held_properties, is_test=key.is_test if key else None)
        choices(self, "scopes", [(name, name) for name in self.grantable.keys() | self.held])
        if not self.reachable and self.initial.get("reach", "all") == "all":
            # The pair reaches whatever its owner is given later.
            self.offer_none()

    def scope_groups(self) -> list[ScopeGroup]:
        """The choices of the scope picker."""
        return scope_groups(
            grantable=self.grantable, held=self.held, checked=self["scopes"].value() or []
        )

    def level(self) -> str:
        """What the level of the owner is called."""
        level = AccessLevel(self.owner.access_level)
        return _("registered user") if level == AccessLevel.REGISTERED else level.label.lower()

    def clean_allowed_networks(self) -> list[str]:
        """One network a line, each fault of them told."""
        try:
            return networks_read(str(self.cleaned_data["allowed_networks"]).split())
        except DomainError as error:
            raise forms.ValidationError(error.fields["allowed_networks"]) from error

    def clean_expires_on(self) -> date | None:
        """A day that is not over, unless it is the one that the pair has."""
        day: date | None = self.cleaned_data["expires_on"]
        if day is None or day == self.initial.get("expires_on"):
            return day
        if day < timezone.now().date():
            raise forms.ValidationError(_("This day is in the past."))
        return day

    def clean(self) -> dict[str, Any]:
        """Look at the properties together with the kind of key, so that all faults are told."""
        is_test = self.is_test()
        if is_test is not None:
            kind = "test" if is_test else "live"
            refusal = f"A {kind} key pair reaches {kind} properties only."
            self.only_fitting(is_test=is_test, refusal=refusal)
        return self.cleaned_data

    def is_test(self) -> bool | None:
        """Which kind of key it is about; None where nobody has said."""
        return self.key.is_test if self.key else None

    def expires_at(self) -> datetime | None:
        """The first moment after the last day."""
        day = self.cleaned_data["expires_on"]
        if day is None:
            return None
        return datetime.combine(day, time.min, UTC) + timedelta(days=1)

    def changes_end(self) -> bool:
        """Whether another last day was chosen than the pair has."""
        return bool(self.cleaned_data["expires_on"] != self.initial.get("expires_on"))


class NewKeyPairForm(KeyPairForm):
    """A key pair to be made. It carries its client id, so that sending it twice makes one."""

    mode = forms.ChoiceField(choices=[("live", "Live"), ("test", "Test")], initial="live")
    field_order = ("label", "mode", *KeyPairForm.field_order[1:])

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        owner: User,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, owner=owner, initial=_proposed() | dict(initial or {}))
        self._salt = f"web.new_key_pair.{owner.pk}"
        self.client_id = self._client_id(str(data.get("reserved", "")) if data else "")
        self.reserved = signing.dumps(self.client_id or ids.client_id(), salt=self._salt)

    def _client_id(self, reserved: str) -> str:
        """The client id that the form was given when it was shown, or "" when that was not us.

        Signed, because nobody chooses a client id.
        """
        try:
            return str(signing.loads(reserved, salt=self._salt, max_age=RESERVATION_SECONDS))
        except signing.BadSignature:
            return ""

    def is_test(self) -> bool | None:
        """Which kind of key is asked for; None where nobody has said."""
        mode = self.cleaned_data.get("mode")
        return None if mode is None else mode == "test"

    def clean(self) -> dict[str, Any]:
        """Refuse a form that was not shown lately."""
        super().clean()
        if not self.client_id:
            problem = _("The page was open for too long. Please send it again.")
            raise forms.ValidationError(problem)
        return self.cleaned_data


class RetireSecretForm(PageForm):
    """When a secret ends, and whether the tokens in use end with it."""

    after = forms.TypedChoiceField(
        label=gettext_lazy("It stops working"),
        coerce=int,
        choices=[
            ("0", gettext_lazy("At once")),
            ("24", gettext_lazy("In 24 hours")),
            ("168", gettext_lazy("In 7 days")),
        ],
        initial="0",
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    end_tokens = forms.BooleanField(
        required=False,
        label=gettext_lazy("End the current tokens of the key pair, too"),
        help_text=gettext_lazy(
            "Choose this when the secret may have leaked. Clients ask for a new token."
        ),
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def ends_at(self) -> datetime | None:
        """The moment chosen, None for now."""
        hours = int(self.cleaned_data["after"])
        return timezone.now() + timedelta(hours=hours) if hours else None


def choices(form: forms.Form, name: str, offered: list[tuple[Any, str]]) -> None:
    """Give a field of a form its choices."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
    field.choices = offered


def proposed_key(*, owner: User, like: KeyPair | None, preset: str, mode: str) -> dict[str, Any]:
    """What the form of a new key pair begins with: a preset, or what another pair may do."""
    if like is not None:
        scopes = set(like.granted_scopes) - INCLUDES.keys()
        return {"label": like.name, "scopes": sorted(scopes), "mode": "live"}
    grantable = registry.grantable(owner.access_level, registry.enabled())
    return {
        "scopes": preset_scopes(preset, grantable),
        "mode": "test" if mode == "test" else "live",
    }


def _proposed() -> dict[str, Any]:
    return {"expires_on": timezone.now().date() + timedelta(days=DEFAULT_DAYS)}


def _initial(key: KeyPair | None) -> dict[str, Any]:
    if key is None:
        return {}
    ends = key.expires_at
    return {
        "label": key.name,
        "scopes": key.granted_scopes,
        "reach": "all" if key.all_properties else "some",
        "properties": key_property_ids(key),
        "allowed_networks": "\n".join(key.allowed_networks),
        # The last day on which it works: an end at midnight is the end of the day before.
        "expires_on": (ends - timedelta(microseconds=1)).date() if ends else None,
    }

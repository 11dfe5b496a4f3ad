from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone

from bookyflow.accounts.models import KeyPair, User
from bookyflow.accounts.services import MAX_LABEL
from bookyflow.core import ids
from bookyflow.plugins import registry
from bookyflow.properties.access import key_property_ids, properties_of
from bookyflow.properties.models import Property
from bookyflow.web.developers.picker import ScopeGroup, scope_groups
from bookyflow.web.forms import CONTROL, PageForm

RESERVATION_SECONDS = 24 * 3600
DEFAULT_DAYS = 365  # that a new key pair works, unless another day is chosen


class KeyPairForm(PageForm):
    """What can be changed of a key pair. Offers the boxes that its owner's level allows."""

    label = forms.CharField(
        max_length=MAX_LABEL,
        error_messages={"required": "Give the key pair a label."},
        help_text="Who will use it, such as “Channel manager” or “Our own app”.",
        widget=forms.TextInput(attrs=CONTROL | {"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        error_messages={"required": "Choose at least one scope."},
        widget=forms.CheckboxSelectMultiple,
    )
    reach = forms.ChoiceField(choices=[("all", "All"), ("some", "Some")], initial="all")
    properties = forms.TypedMultipleChoiceField(
        coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    allowed_networks = forms.CharField(
        required=False,
        label="Allowed addresses",
        help_text="IP addresses or networks such as 203.0.113.0/24, one a line. "
        "Empty: from anywhere.",
        widget=forms.Textarea(attrs=CONTROL | {"rows": 2, "spellcheck": "false"}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        owner: User,
        key: KeyPair | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(key))
        self.held = set(key.granted_scopes) if key else set()
        self.grantable = registry.grantable(owner.access_level, registry.enabled())
        held_properties = self.initial.get("properties", [])
        reachable = properties_of(owner) | Property.objects.filter(
            pk__in=held_properties, deleted_at__isnull=True
        )
        self.reachable = list(reachable.distinct().order_by("name", "id"))
        self._choices("scopes", [(name, name) for name in self.grantable.keys() | self.held])
        self._choices("properties", [(prop.pk, str(prop)) for prop in self.reachable])
        if not self.reachable and self.initial.get("reach", "all") == "all":
            # Nothing to choose from: the pair reaches whatever its owner is given later.
            del self.fields["reach"], self.fields["properties"]

    def _choices(self, name: str, choices: list[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = choices

    def scope_groups(self) -> list[ScopeGroup]:
        """The boxes of the scope picker."""
        return scope_groups(
            grantable=self.grantable, held=self.held, checked=self["scopes"].value() or []
        )

    def chosen_properties(self) -> set[str]:
        """The ids of the ticked properties, as text."""
        return {str(value) for value in self["properties"].value() or []}

    def clean_allowed_networks(self) -> list[str]:
        """One network a line; the service reads them."""
        return str(self.cleaned_data["allowed_networks"]).split()

    def limits_reach(self) -> bool:
        """Whether the form offers to choose properties."""
        return "reach" in self.fields

    def properties_wanted(self) -> list[int] | None:
        """The ids that the pair is to be limited to, or None for all."""
        if self.cleaned_data.get("reach", "all") == "all":
            return None
        return list(self.cleaned_data["properties"])


class NewKeyPairForm(KeyPairForm):
    """A key pair to be made. It carries its client id, so that sending it twice makes one."""

    mode = forms.ChoiceField(choices=[("live", "Live"), ("test", "Test")], initial="live")
    expires_on = forms.DateField(
        required=False,
        label="Works until",
        help_text="The last day (UTC). Empty: no end.",
        widget=forms.DateInput(attrs=CONTROL | {"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, owner: User) -> None:
        super().__init__(data, owner=owner)
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

    def clean(self) -> dict[str, Any]:
        """Refuse a form that was not shown lately."""
        if not self.client_id:
            raise forms.ValidationError("The page was open for too long. Please send it again.")
        return self.cleaned_data

    def clean_expires_on(self) -> date | None:
        """A day that is not over."""
        day: date | None = self.cleaned_data["expires_on"]
        if day is not None and day < timezone.now().date():
            raise forms.ValidationError("This day is in the past.")
        return day

    def expires_at(self) -> datetime | None:
        """The first moment after the last day."""
        day = self.cleaned_data["expires_on"]
        if day is None:
            return None
        return datetime.combine(day, time.min, UTC) + timedelta(days=1)


class RetireSecretForm(PageForm):
    """When a secret ends, and whether the tokens in use end with it."""

    after = forms.TypedChoiceField(
        label="It stops working",
        coerce=int,
        choices=[("0", "At once"), ("24", "In 24 hours"), ("168", "In 7 days")],
        initial="0",
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    end_tokens = forms.BooleanField(
        required=False,
        label="End the current tokens of the key pair, too",
        help_text="Choose this when the secret may have leaked. Clients ask for a new token.",
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def ends_at(self) -> datetime | None:
        """The moment chosen, None for now."""
        hours = int(self.cleaned_data["after"])
        return timezone.now() + timedelta(hours=hours) if hours else None


def _initial(key: KeyPair | None) -> dict[str, Any]:
    if key is None:
        return {}
    return {
        "label": key.name,
        "scopes": key.granted_scopes,
        "reach": "all" if key.all_properties else "some",
        "properties": key_property_ids(key),
        "allowed_networks": "\n".join(key.allowed_networks),
    }

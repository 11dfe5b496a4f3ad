"""Forms about who works on a property."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from bookyflow.accounts.models import AccessLevel
from bookyflow.team.invitations import Newcomer
from bookyflow.team.profiles import LONGEST_NAME
from bookyflow.web.account.own_forms import TwiceForm
from bookyflow.web.forms import PageForm

ROLES = (
    (
        AccessLevel.RECEPTIONIST.value,
        gettext_lazy("Receptionist: desk, bookings, guests and messages"),
    ),
    (
        AccessLevel.MANAGER.value,
        gettext_lazy("Manager: prices, texts, invoices, settings and the team too"),
    ),
)


class RoleForm(PageForm):
    """What somebody may do."""

    level = forms.TypedChoiceField(
        label=gettext_lazy("Role"),
        choices=ROLES,
        coerce=int,
        initial=AccessLevel.RECEPTIONIST.value,
    )


class InviteForm(RoleForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    field_order = ("email", "level")


class NewcomerForm(TwiceForm):
    """The account of somebody invited."""

    first_name = forms.CharField(
        label=gettext_lazy("First name"), required=False, max_length=LONGEST_NAME
    )
    last_name = forms.CharField(
        label=gettext_lazy("Last name"), required=False, max_length=LONGEST_NAME
    )
    username = forms.RegexField(
        r"^[\w.@+-]+\Z",
        label=gettext_lazy("User name"),
        max_length=150,
        help_text=gettext_lazy("With it you sign in. Letters, digits and @ . + - _"),
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    field_order = ("first_name", "last_name", "username", "password", "again")

    def newcomer(self) -> Newcomer:
        """What was sent, as the domain's value."""
        values: dict[str, Any] = {
            name: value for name, value in self.cleaned_data.items() if name != "again"
        }
        return Newcomer(**values)

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookyflow.guests.models import Guest
from bookyflow.guests.profiles import GuestProfile
from bookyflow.guests.validation import LONGEST, LONGEST_PREFERENCES
from bookyflow.web.bookings.forms import AmountInput
from bookyflow.web.bookings.guest_form import GuestForm
from bookyflow.web.forms import PageForm


class GuestSearch(PageForm):
    """Who is looked for."""

    q = forms.CharField(
        label=_("Name or e-mail address"),
        required=False,
        max_length=254,
        widget=forms.TextInput({"type": "search", "autocomplete": "off"}),
    )


class ProfileForm(GuestForm):
    """All that staff may enter of a guest: the fields of GuestProfile."""

    vat_number = forms.CharField(label=_("VAT number"), required=False, max_length=LONGEST)
    discount = forms.DecimalField(
        label=_("Own discount in per cent"),
        min_value=0,
        max_digits=5,
        decimal_places=2,
        widget=AmountInput,
    )
    preferences = forms.CharField(
        label=_("Preferences"),
        required=False,
        max_length=LONGEST_PREFERENCES,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, guest: Guest | None = None
    ) -> None:
        names = GuestProfile.__dataclass_fields__
        known = {name: getattr(guest, name) for name in names} if guest else {"discount": 0}
        super().__init__(data, initial=known)


class MergeForm(PageForm):
    """The guest who stays."""

    email = forms.CharField(
        label=_("Number or e-mail address of the guest who stays"), max_length=254
    )

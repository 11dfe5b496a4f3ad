"""Forms about the own account."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookyflow.accounts.attempts import Door
from bookyflow.accounts.models import User
from bookyflow.team.profiles import LONGEST_NAME, Profile
from bookyflow.web.account.forms import counted
from bookyflow.web.forms import PageForm

NEW = {"autocomplete": "new-password"}


@cache
def _zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]


class ProfileForm(PageForm):
    """Name, language and time zone. Only languages in which the pages are there are offered."""

    first_name = forms.CharField(
        label=gettext_lazy("First name"), required=False, max_length=LONGEST_NAME
    )
    last_name = forms.CharField(
        label=gettext_lazy("Last name"), required=False, max_length=LONGEST_NAME
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the pages"), required=False)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        required=False,
        help_text=gettext_lazy("Moments are shown in it. Days of stays are those of the property."),
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        initial = {name: getattr(user, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        self._fill("language", [("", _("The browser's")), *settings.LANGUAGES])
        self._fill("time_zone", [("", "UTC"), *_zones()])

    def profile(self) -> Profile:
        """What was sent, as the domain's value."""
        return Profile(**self.cleaned_data)

    def _fill(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # as declared above
        field.choices = choices


class TwiceForm(PageForm):
    """A new password, twice."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs=NEW),
        help_text=gettext_lazy("At least eight characters, none of the common ones."),
    )
    again = forms.CharField(
        label=gettext_lazy("New password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs=NEW),
    )

    def clean_again(self) -> str:
        """Refuse two that differ."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise ValidationError(_("The two differ."))
        return again


class NewPasswordForm(TwiceForm):
    """A new password, by a link."""


class PasswordForm(TwiceForm):
    """A new password, by who knows the one before."""

    old = forms.CharField(
        label=gettext_lazy("Password until now"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("old", "password", "again")

    def __init__(self, data: Any = None, *, request: HttpRequest, user: User) -> None:
        super().__init__(data)
        self._request, self._user = request, user

    def clean_old(self) -> str:
        """Refuse a wrong one; it counts as a try to sign in does."""
        old: str = self.cleaned_data["old"]
        with counted(self, Door.SIGN_IN, self._user.username, self._request):
            if not self._user.check_password(old):
                raise ValidationError(_("The password is wrong."))
        return old


class AddressForm(PageForm):
    """An e-mail address."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

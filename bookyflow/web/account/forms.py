from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from allauth.core import context
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookyflow.accounts import attempts
from bookyflow.accounts.attempts import Door
from bookyflow.core.address import client_address
from bookyflow.core.errors import ERRORS
from bookyflow.web.forms import CONTROL, PageForm

LONGEST_CODE = 32


@contextmanager
def counted(form: forms.Form, door: Door, name: str, request: HttpRequest) -> Iterator[None]:
    """Count a try before what is inside compares; it succeeds unless that raises.

    Where there were too many, the form is refused, and its `retry_after` has the seconds to wait.
    """
    address = client_address(request.META, settings.TRUSTED_PROXIES)
    try:
        attempts.begin(door, name, address)
    except attempts.TooManyAttempts as error:
        form.retry_after = error.retry_after  # type: ignore[attr-defined]  # for `status_of`
        raise forms.ValidationError(error.detail, code=error.key) from error
    yield
    attempts.succeeded(door, name, address)


def status_of(form: forms.BaseForm) -> tuple[int, int | None]:
    """The status of a page with this form, and the seconds to wait after too many attempts."""
    if not form.is_bound or not form.errors:
        return 200, None
    retry_after: int | None = getattr(form, "retry_after", None)
    key = "rate_limited" if retry_after else "validation_failed"
    return ERRORS[key].status, retry_after


class SignInForm(AuthenticationForm):
    """Name and password, with attempts limited by name and client address.

    An unknown name, a wrong password and a suspended account are told apart by nobody.
    """

    error_messages = {
        "invalid_login": gettext_lazy("Name and password do not match an active account."),
        "inactive": gettext_lazy("Name and password do not match an active account."),
    }

    def __init__(self, request: HttpRequest, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(request, data, label_suffix="")
        self._request = request
        for field in self.fields.values():
            field.widget.attrs.update(CONTROL)
        self.fields["username"].label = _("User name")
        self.fields["password"].label = _("Password")

    def clean(self) -> dict[str, Any]:
        """Count the attempt and, unless there were too many, compare."""
        name = self.cleaned_data.get("username")
        if not name or not self.cleaned_data.get("password"):
            return self.cleaned_data  # refused already, beside its field
        with counted(self, Door.SIGN_IN, name, self._request):
            cleaned: dict[str, Any] = super().clean()
        return cleaned


class ConfirmPasswordForm(PageForm):
    """The password once more, by who is signed in; it counts as a try to sign in does."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean_password(self) -> str:
        """Refuse a wrong one."""
        password: str = self.cleaned_data["password"]
        with counted(self, Door.SIGN_IN, self.user.username, context.request):
            if not self.user.check_password(password):
                raise forms.ValidationError(_("The password is wrong."), code="wrong")
        return password


class Dressed(forms.Form):
    """A form of allauth in the look of the site."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options["label_suffix"] = ""
        super().__init__(*args, **options)
        for field in self.fields.values():
            is_box = isinstance(field.widget, forms.CheckboxInput)
            field.widget.attrs["class"] = "form-check-input" if is_box else "form-control"
            field.widget.attrs.pop("placeholder", None)
        if "code" in self.fields:
            code = self.fields["code"]
            code.label = _("Code")
            code.widget.attrs |= {"autofocus": True, "maxlength": str(LONGEST_CODE)}


class _CountedCode(Dressed):
    user: Any

    def clean_code(self) -> str:
        """Refuse a wrong code, and any after too many."""
        with counted(self, Door.SECOND_FACTOR, self.user.username, context.request):
            code: str = super().clean_code()  # type: ignore[misc]  # a mixin
        return code


class CodeForm(_CountedCode, mfa.AuthenticateForm):
    """A code of the app, or a recovery code, after the password."""


class ConfirmCodeForm(_CountedCode, mfa.ReauthenticateForm):
    """A code of the app, by who is signed in."""


class AppForm(Dressed, ActivateTOTPForm):
    """The first code of an app."""

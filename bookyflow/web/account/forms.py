from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest

from bookyflow.accounts import attempts
from bookyflow.core.address import client_address
from bookyflow.web.forms import CONTROL


class SignInForm(AuthenticationForm):
    """Name and password, with attempts limited by name and client address.

    An unknown name, a wrong password and a suspended account are told apart by nobody. Where there
    were too many attempts, `retry_after` has the seconds to wait.
    """

    error_messages = {
        "invalid_login": "Name and password do not match an active account.",
        "inactive": "Name and password do not match an active account.",
    }
    retry_after: int | None = None

    def __init__(self, request: HttpRequest, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(request, data, label_suffix="")
        self._address = client_address(request.META, settings.TRUSTED_PROXIES)
        for field in self.fields.values():
            field.widget.attrs.update(CONTROL)
        self.fields["username"].label = "User name"

    def clean(self) -> dict[str, Any]:
        """Count the attempt and, unless there were too many, compare."""
        name = self.cleaned_data.get("username")
        if not name or not self.cleaned_data.get("password"):
            return self.cleaned_data  # refused already, beside its field
        try:
            attempts.begin(attempts.Door.SIGN_IN, name, self._address)
        except attempts.TooManyAttempts as error:
            self.retry_after = error.retry_after
            raise forms.ValidationError(error.detail, code=error.key) from error
        cleaned: dict[str, Any] = super().clean()
        attempts.succeeded(attempts.Door.SIGN_IN, name, self._address)
        return cleaned

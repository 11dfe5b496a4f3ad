"""The forms of passkeys. What they import takes three megabytes: imported when one is asked for."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature
from django import forms
from django.utils.translation import gettext as _

from bookyflow.web.account.forms import Dressed

LONGEST_NAME = 100


class _Readable(forms.Form):
    """What a browser says a passkey has answered; anybody can send something else instead."""

    def full_clean(self) -> None:
        """Refuse what cannot be read, at which allauth would fail."""
        try:
            super().full_clean()
        except (KeyError, TypeError, ValueError, AttributeError, InvalidSignature):
            self.cleaned_data = {}
            self.add_error("credential", _("This passkey was not accepted."))


class PasskeyForm(_Readable, Dressed, webauthn.AddWebAuthnForm):
    """A new passkey: what the browser made, and its name."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].label = _("Name")
        self.fields["name"].widget.attrs["maxlength"] = "100"
        self.fields["passwordless"].label = _("Sign in with it alone, without name and password")
        self.fields["passwordless"].help_text = _(
            "It then asks for a finger, a face or a PIN. Otherwise it is asked for after the "
            "password."
        )

    def clean_credential(self) -> dict[str, Any]:
        """An object with something in it: allauth looks at nothing that counts as false."""
        credential = self.cleaned_data["credential"]
        if not isinstance(credential, dict) or not credential:
            raise forms.ValidationError(_("This passkey was not accepted."))
        return credential

    def clean_name(self) -> str:
        """No longer than is shown."""
        name: str = super().clean_name()
        return name[:LONGEST_NAME]


class PasskeyNameForm(Dressed, webauthn.EditWebAuthnForm):
    """The name of a passkey."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].label = _("Name")
        self.fields["name"].widget.attrs["maxlength"] = "100"

    def clean_name(self) -> str:
        """No longer than is shown."""
        name: str = self.cleaned_data["name"]
        return name[:LONGEST_NAME]


class PasskeyAloneForm(_Readable, webauthn.LoginWebAuthnForm):
    """A passkey in place of name and password."""


class PasskeyAfterwardsForm(_Readable, webauthn.AuthenticateWebAuthnForm):
    """A passkey after the password."""


class PasskeyAgainForm(_Readable, webauthn.ReauthenticateWebAuthnForm):
    """A passkey, by who is signed in."""

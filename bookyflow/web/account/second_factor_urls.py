"""Pages of allauth, under its own names, each as a page of ours.

Those that are not here are not served: nobody signs up, and passwords and addresses are changed by
pages of ours.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from bookyflow.web.account.views import sign_in
from bookyflow.web.account.wrapping import fresh, own, public

urlpatterns = [
    path("sign-in", sign_in, name="account_login"),
    path("sign-in/code", public(mfa.authenticate), name="mfa_authenticate"),
    path("sign-in/passkey", public(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("account/confirm", own(account.reauthenticate), name="account_reauthenticate"),
    path("account/confirm/code", own(mfa.reauthenticate), name="mfa_reauthenticate"),
    path(
        "account/confirm/passkey",
        own(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/second-factor", own(mfa.index), name="mfa_index"),
    path("account/second-factor/app", fresh(totp.activate_totp), name="mfa_activate_totp"),
    path(
        "account/second-factor/app/remove",
        fresh(totp.deactivate_totp),
        name="mfa_deactivate_totp",
    ),
    path(
        "account/second-factor/codes",
        fresh(codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/second-factor/codes/new",
        fresh(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/second-factor/codes/file",
        fresh(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("account/second-factor/passkeys", own(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path(
        "account/second-factor/passkeys/new",
        fresh(webauthn.add_webauthn),
        name="mfa_add_webauthn",
    ),
    path(
        "account/second-factor/passkeys/<int:pk>",
        fresh(webauthn.edit_webauthn),
        name="mfa_edit_webauthn",
    ),
    path(
        "account/second-factor/passkeys/<int:pk>/remove",
        fresh(webauthn.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
]

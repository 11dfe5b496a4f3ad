"""Pages of allauth, under its own names, each as a page of ours.

Those that are not here are not served: nobody signs up, and passwords and addresses are changed by
pages of ours.
"""

from __future__ import annotations

from django.urls import path

from bookyflow.web.account.views import sign_in
from bookyflow.web.account.wrapping import fresh, own, public

urlpatterns = [
    path("sign-in", sign_in, name="account_login"),
    path("sign-in/code", public("allauth.mfa.base.views.authenticate"), name="mfa_authenticate"),
    path(
        "sign-in/passkey",
        public("allauth.mfa.webauthn.views.login_webauthn"),
        name="mfa_login_webauthn",
    ),
    path(
        "account/confirm",
        own("allauth.account.views.reauthenticate"),
        name="account_reauthenticate",
    ),
    path(
        "account/confirm/code",
        own("allauth.mfa.base.views.reauthenticate"),
        name="mfa_reauthenticate",
    ),
    path(
        "account/confirm/passkey",
        own("allauth.mfa.webauthn.views.reauthenticate_webauthn"),
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/second-factor", own("allauth.mfa.base.views.index"), name="mfa_index"),
    path(
        "account/second-factor/app",
        fresh("allauth.mfa.totp.views.activate_totp"),
        name="mfa_activate_totp",
    ),
    path(
        "account/second-factor/app/remove",
        fresh("allauth.mfa.totp.views.deactivate_totp"),
        name="mfa_deactivate_totp",
    ),
    path(
        "account/second-factor/codes",
        fresh("allauth.mfa.recovery_codes.views.view_recovery_codes"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/second-factor/codes/new",
        fresh("allauth.mfa.recovery_codes.views.generate_recovery_codes"),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/second-factor/codes/file",
        fresh("allauth.mfa.recovery_codes.views.download_recovery_codes"),
        name="mfa_download_recovery_codes",
    ),
    path(
        "account/second-factor/passkeys",
        own("allauth.mfa.webauthn.views.list_webauthn"),
        name="mfa_list_webauthn",
    ),
    path(
        "account/second-factor/passkeys/new",
        fresh("allauth.mfa.webauthn.views.add_webauthn"),
        name="mfa_add_webauthn",
    ),
    path(
        "account/second-factor/passkeys/<int:pk>",
        fresh("allauth.mfa.webauthn.views.edit_webauthn"),
        name="mfa_edit_webauthn",
    ),
    path(
        "account/second-factor/passkeys/<int:pk>/remove",
        fresh("allauth.mfa.webauthn.views.remove_webauthn"),
        name="mfa_remove_webauthn",
    ),
]

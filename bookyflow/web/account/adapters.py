"""Where allauth asks what holds on this site."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookyflow.accounts.backends import AccountBackend
from bookyflow.accounts.models import User
from bookyflow.core import crypto
from bookyflow.core.address import client_address
from bookyflow.core.languages import DEFAULT
from bookyflow.team.passwords import notice_queue
from bookyflow.team.sign_ins import sign_in_notice_queue
from bookyflow.web.account.browsers import browser_name, is_known, make_known
from bookyflow.web.account.onward import is_page

LONGEST_AGENT = 200  # characters, of what a browser says of itself
NOT_SAID = {"account/messages/logged_in.txt"}


class AccountAdapter(DefaultAccountAdapter):
    """Signing in: nobody signs up, suspended accounts stay out, mails go by our queue."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are invited, or made in the administration."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The caller's address, by the proxies that this site trusts."""
        address = client_address(request.META, settings.TRUSTED_PROXIES)
        try:
            return str(ip_address(address))
        except ValueError:
            return "::"  # by a socket of the machine

    def is_safe_url(self, url: str) -> bool:
        """Whether it is a page of this site."""
        return is_page(self.request, url)

    def pre_login(
        self, request: HttpRequest, user: AbstractBaseUser, **also: Any
    ) -> HttpResponse | None:
        """Keep out who may not sign in, whichever way: also by a passkey."""
        if AccountBackend().user_can_authenticate(user):
            return None
        clear_login(request)
        messages.error(request, _("Name and password do not match an active account."))
        return redirect("web:sign_in")

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in, and keep for `post_login` whether it is for the first time."""
        request.is_first_sign_in = user.last_login is None  # type: ignore[attr-defined]  # ours
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **also: Any) -> HttpResponse:
        """Tell the account of a browser that it had not used before; not of its first one."""
        response: HttpResponse = super().post_login(request, user, **also)
        account = cast("User", user)
        is_first = request.is_first_sign_in  # type: ignore[attr-defined]  # of `login`
        if not is_first and not is_known(request, account):
            sign_in_notice_queue(
                user_id=account.pk,
                address=self.get_client_ip(request),
                browser=browser_name(request.headers.get("User-Agent", "")[:LONGEST_AGENT]),
                language=get_language() or DEFAULT,
            )
        make_known(response, account)
        return response

    def is_reauthentication_required(self, *, app: str, **also: Any) -> bool:
        """Never: the pages that need it say so (web.pages.fresh_sign_in)."""
        return False

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **options: Any,
    ) -> None:
        """Show a message once, but that somebody has signed in, which they see."""
        if message_template not in NOT_SAID:
            super().add_message(request, level, message_template, *args, **options)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the account of a changed second factor: mfa/email/totp_activated and its like."""
        notice_queue(user_id=user.pk, what=template_prefix.rpartition("/")[2])


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are encrypted at rest, and named as the site is."""

    def encrypt(self, text: str) -> str:
        """Ciphertext, by ENCRYPTION_KEYS."""
        return crypto.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The text of `encrypt`."""
        return crypto.decrypt(encrypted_text)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:  # noqa: A002  # allauth's signature
        """A name for a new passkey, which its owner can change."""
        return _("Passkey")

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        return user.username if isinstance(user, User) else str(user)

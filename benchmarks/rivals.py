"""What our way is compared with: the toolkit's own classes, and no authentication at all.

Served beside the real routes by benchmarks.served, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.urls import path
from oauth2_provider.contrib.rest_framework import OAuth2Authentication, TokenHasScope
from oauth2_provider.models import AbstractApplication
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.views import TokenView
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from bookyflow.accounts.models import KeyPair
from bookyflow.api.auth.oauth import OAuthEndpoint
from bookyflow.urls import urlpatterns as own
from features.echo.views import Echo

# The model's own form reads the key's owner as well, which our statement brings along; the stock
# class must not pay for it.
KeyPair.is_usable = AbstractApplication.is_usable  # type: ignore[method-assign]  # here only


class OpenEcho(Echo):
    """The same answer for anybody, without looking at a token."""

    authentication_classes: Sequence[Any] = ()
    permission_classes: Sequence[Any] = ()
    throttle_classes: Sequence[Any] = ()

    def get_authenticators(self) -> list[Any]:
        """As DRF does it, and not by the contract."""
        return [authenticator() for authenticator in self.authentication_classes]

    def get_permissions(self) -> list[Any]:
        """As DRF does it, and not by the contract."""
        return [permission() for permission in self.permission_classes]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """As DRF does it, and not by the contract."""
        GenericViewSet.initial(self, request, *args, **kwargs)


class StockEcho(OpenEcho):
    """The same answer with the toolkit's authentication class and permission."""

    authentication_classes = (OAuth2Authentication,)
    permission_classes = (TokenHasScope,)
    required_scopes = ("echo_get",)


class StockTokenEndpoint(OAuthEndpoint, TokenView):  # type: ignore[misc]  # the toolkit is untyped
    """Tokens as the toolkit gives them: the secret is a password with Django's default hasher."""

    validator_class = OAuth2Validator


def stock_secret(key: KeyPair, secret: str) -> None:
    """Give a key pair the secret that the toolkit's validator looks for."""
    KeyPair.objects.filter(pk=key.pk).update(client_secret=make_password(secret))


BASE = settings.API_BASE.strip("/")
urlpatterns = [
    path(f"{BASE}/bench/open", OpenEcho.as_view({"get": "get"})),
    path(f"{BASE}/bench/stock", StockEcho.as_view({"get": "get"})),
    path(f"{BASE}/bench/token", StockTokenEndpoint.as_view()),
    *own,
]

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from bookyflow.api.auth.access import LONGEST_ID, Access, authenticated
from bookyflow.api.contract import EndpointView
from bookyflow.api.errors import REALM
from bookyflow.core.address import client_address
from bookyflow.core.errors import DomainError

CHANNEL_HEADER = "HTTP_X_BOOKYFLOW_CHANNEL_NAME"
PROXY_HEADER = "HTTP_X_BOOKYFLOW_PROXY_ID"


@dataclass(frozen=True)
class KeyUser:
    """The user a request acts for, by id only; what else is known is in `request.auth`."""

    pk: int | None
    is_authenticated: bool = True
    is_active: bool = True


class BearerAuthentication(BaseAuthentication):
    """A bearer token from the Authorization header, and all that it gives access to."""

    def authenticate(self, request: Request) -> tuple[KeyUser, Access] | None:
        """The user and the request's rights; None without a bearer token."""
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = token.strip()
        if not token or " " in token:
            raise AuthenticationFailed("The Authorization header is malformed.")
        view: EndpointView = request.parser_context["view"]
        contract = view.endpoint
        acting = contract.proxy or contract.channel
        access = authenticated(
            token,
            address=client_address(request.META, settings.TRUSTED_PROXIES),
            acting=acting,
            proxy_id=proxy_id(request) if acting else None,
            channel_name=request.META.get(CHANNEL_HEADER, "") if contract.channel else None,
            property_id=view.property_in_path,
        )
        return KeyUser(access.user_id), access

    def authenticate_header(self, request: Request) -> str:
        """The challenge that goes with a 401."""
        return f'Bearer realm="{REALM}"'


def proxy_id(request: Any) -> int | None:
    """The user that X-BOOKYFLOW-proxy-id names. Raises DomainError proxy_user_unknown."""
    text = request.META.get(PROXY_HEADER)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_ID):
        raise DomainError("proxy_user_unknown")
    return int(text)

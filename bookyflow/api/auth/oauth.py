"""Tokens for key pairs: django-oauth-toolkit's endpoints with our way of holding secrets."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import timedelta
from ipaddress import ip_network
from typing import Any
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import get_scopes_backend
from oauth2_provider.views import RevokeTokenView, TokenView
from oauthlib.oauth2 import (
    BackendApplicationServer,
    ClientCredentialsGrant,
    InvalidScopeError,
)

from bookyflow.accounts.attempts import Door, counted, digests, succeeded
from bookyflow.accounts.models import KeyPair, User
from bookyflow.accounts.sql import COUNT_AND_FIND_KEY
from bookyflow.api import sql
from bookyflow.api.calls import limits
from bookyflow.api.errors import FROM_SERVER, REALM, TRY_AGAIN, translated
from bookyflow.api.http import request_log
from bookyflow.api.wire import bodies
from bookyflow.core import ids
from bookyflow.core.address import client_address, is_in
from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import all_rows, attach, partly

GRANT = "client_credentials"
HEADERS = ("HTTP_AUTHORIZATION", "HTTP_X_FORWARDED_FOR", "REMOTE_ADDR")
KEY_COLUMNS = ("id", "client_id", "user_id", "granted_scopes", "allowed_networks")


class KeyPairValidator(OAuth2Validator):
    """Client authentication by the secrets of accounts.KeySecret and by nothing else.

    The inherited client_secret column is never a credential: the stock validator would hand a
    token to a caller without any secret where that column is empty.
    """

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Whether the request carries a live secret of a live key pair; sets request.client.

        Raises DomainError rate_limited after too many failures, or calls of a working key pair.
        """
        client_id, secret = self._credentials(request)
        address = client_address(request.headers, settings.TRUSTED_PROXIES)
        key = live_key(client_id, secret, address)
        if key is None:
            return False
        request.tried = client_id, address
        if not getattr(request, "writes_a_token", False):
            forget_try(request)
        limits.count_token(key.pk)
        request_log.secret_used(secret)
        request.client, request.client_id = key, client_id
        request.scopes = (request.scope or "").replace(",", " ").split()  # commas as well
        if not request.scopes:  # without a value it counts as omitted (RFC 6749 section 3.2)
            request.scope = None
        return True

    def _credentials(self, request: Any) -> tuple[str, str]:
        header = request.headers.get("HTTP_AUTHORIZATION", "")
        # One method only: a bad header is not mended by fields. A token is no method: clients that
        # send it with every call send the last one when they come for the next.
        if header and header.partition(" ")[0].lower() != "bearer":
            return basic_credentials(header)
        return request.client_id or "", request.client_secret or ""

    def client_authentication_required(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Always: there are no public clients."""
        return True

    def authenticate_client_id(
        self, client_id: str, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Never: naming a key pair is not enough."""
        return False

    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        return False

    def validate_scopes(
        self,
        client_id: str,
        scopes: list[str],
        client: Any,
        request: Any,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        """Cut what is asked for to what the key pair has (RFC 6749 section 3.3); the answer tells.

        Raises InvalidScopeError where nothing is left of it.
        """
        usable = set(get_scopes_backend().get_available_scopes(application=client))
        request.scopes = [scope for scope in scopes if scope in usable]
        if scopes and not request.scopes:
            raise InvalidScopeError(
                description="The key pair has none of the scopes asked for.", request=request
            )
        return True

    def save_bearer_token(self, token: Any, request: Any, *args: Any, **kwargs: Any) -> None:
        """Write the token, and forget the try with it: one statement, which needs no transaction.

        As the toolkit does for this grant, without its text (its setting TOKEN_STORAGE). Raises
        the toolkit's errors for a `resource` that is none.
        """
        self._check_and_set_request_resource(request)
        now = timezone.now()
        parameters = {
            "checksum": ids.digest(token["access_token"]),
            "key_id": request.client.pk,
            "expires": now + timedelta(seconds=token["expires_in"]),
            "scope": token["scope"],
            "resource": json.dumps(request.resource),
            "now": now,
        }
        all_rows(sql.WRITE_TOKEN, parameters | digests(Door.TOKEN, *request.tried))
        request.tried = ()

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Every key pair may do the one thing that is offered."""
        return grant_type == GRANT


def basic_credentials(header: str) -> tuple[str, str]:
    """Client id and secret of an HTTP Basic header; empty texts when it is anything else."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        text = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return "", ""
    client_id, _, secret = text.partition(":")
    return unquote_plus(client_id), unquote_plus(secret)


def forget_try(request: Any) -> None:
    """Take back the try of a client that has shown its secret, unless that was done."""
    if tried := getattr(request, "tried", ()):
        request.tried = ()
        succeeded(Door.TOKEN, *tried)


class KeyPairGrant(ClientCredentialsGrant):
    """A token for a secret: the try is forgotten by the statement that writes the token."""

    def create_token_response(self, request: Any, token_handler: Any) -> Any:
        """Headers, body and status; also where no token is written the try is forgotten."""
        request.writes_a_token = True
        try:
            return super().create_token_response(request, token_handler)
        finally:
            forget_try(request)


class KeyPairRequests(OAuthLibCore):
    """Requests as the toolkit reads them, with those headers only that are looked at here.

    It would make text of all that the web server says of a request, four calls for each.
    """

    def extract_headers(self, request: HttpRequest) -> dict[str, str]:
        """The credentials, also as the toolkit calls them, and where the request comes from."""
        found = {name: request.META[name] for name in HEADERS if name in request.META}
        if "HTTP_AUTHORIZATION" in found:
            found["Authorization"] = found["HTTP_AUTHORIZATION"]
        return found


class KeyPairServer(BackendApplicationServer):
    """Key pairs get tokens for their secret, and in no other way."""

    def __init__(self, validator: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(validator, *args, **kwargs)
        self.grant_types[GRANT] = KeyPairGrant(validator)


def live_key(client_id: str, secret: str, address: str) -> KeyPair | None:
    """Count a try; the key pair with this secret, or None when anything about it has ended.

    With its owner, what it was granted and where it may be used from, in one statement. Raises as
    `attempts.begin`.
    """
    parameters = {"secret": ids.digest(secret), "now": timezone.now()}
    *found, level = counted(COUNT_AND_FIND_KEY, Door.TOKEN, client_id, address, parameters)
    key = partly(KeyPair, KEY_COLUMNS, found)
    if key.pk is None or not client_id or key.client_id != client_id:
        return None
    networks = [ip_network(network) for network in key.allowed_networks]
    if networks and not is_in(address, networks):
        return None
    attach(key, "user", partly(User, ("id", "access_level"), (key.user_id, level)))
    return key


class OAuthEndpoint:
    """What both endpoints do alike: errors as RFC 6749 has them, and nothing stored on the way."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, with the headers that the RFC demands."""
        response = self._answer(request, *args, **kwargs)
        try:
            limits.count_refusal(request, response.status_code)
        except limits.TooManyCalls as error:
            response = oauth_refusal(error)
        response["Content-Type"] = "application/json"
        if response.status_code == 401:  # noqa: PLR2004
            response["WWW-Authenticate"] = f'Basic realm="{REALM}"'
        response["Cache-Control"] = "no-store"
        response["Pragma"] = "no-cache"
        return response

    # Clients have no cookies. So and not by a decorator, which would be put around each call anew.
    dispatch.csrf_exempt = True  # type: ignore[attr-defined]  # Django looks for it

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            refused = oauth_error(405, "invalid_request", "Only POST is allowed.")
            refused["Allow"] = "POST"
            return refused
        try:
            bodies.admit(request, bodies.PUBLIC_LIMIT)
            if ambiguity := _ambiguity(request):
                return oauth_error(400, "invalid_request", ambiguity)
            # Not by the toolkit's `dispatch`: what is put around that is made anew for each call.
            answer: HttpResponseBase = self.post(request, *args, **kwargs)  # type: ignore[attr-defined]  # a mixin
        except (DomainError, *FROM_SERVER) as error:
            refusal = translated(error)
            if refusal is None:
                raise
            return oauth_refusal(refusal)
        return answer


class TokenEndpoint(OAuthEndpoint, TokenView):
    """POST /bookyflow/api: a token for a key pair."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer, without the toolkit's detour for devices, or reading the token for a signal."""
        # What Django's decorator does: a report of a fault does not show it.
        request.sensitive_post_parameters = ("client_secret",)  # type: ignore[attr-defined]
        _, headers, body, status = self.create_token_response(request)
        return HttpResponse(body, status=status, headers=headers)


class RevocationEndpoint(OAuthEndpoint, RevokeTokenView):
    """POST /bookyflow/api/oauth/revoke: end a token of the calling key pair."""


def _ambiguity(request: HttpRequest) -> str:
    """What of the request could be read in two ways (RFC 6749 sections 2.3 and 3.2), if anything.

    A header that is no credentials is left to the refusal of the client.
    """
    if any(len(values) > 1 for _, values in request.POST.lists()):
        return "A parameter is there more than once."
    _, secret = basic_credentials(request.META.get("HTTP_AUTHORIZATION", ""))
    if secret and request.POST.get("client_secret"):
        return "Send the secret once: as HTTP Basic or as a field."
    return ""


def oauth_refusal(error: DomainError) -> HttpResponse:
    """A refusal of ours in the shape of the RFC, with when to come again where that helps."""
    if error.key == "unavailable":
        response = oauth_error(error.kind.status, "temporarily_unavailable", error.detail)
        response["Retry-After"] = TRY_AGAIN["Retry-After"]
        return response
    response = oauth_error(error.kind.status, error.key, error.detail)
    if error.retry_after:
        response["Retry-After"] = str(error.retry_after)
    return response


def oauth_error(status: int, error: str, description: str) -> HttpResponse:
    """An error of RFC 6749 section 5.2."""
    body = json.dumps({"error": error, "error_description": description})
    return HttpResponse(body, status=status, content_type="application/json")

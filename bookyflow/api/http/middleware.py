from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase
from django.middleware.common import CommonMiddleware

from bookyflow.api.errors import is_api_path
from bookyflow.api.wire.bodies import drain
from bookyflow.core.address import is_in

GetResponse = Callable[[HttpRequest], HttpResponseBase]
TOO_LARGE = 413
MOST_HOSTS = 100  # names that are remembered; a wildcard may let in any number
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,128}")


class RequestIdMiddleware:
    """Give every request an id, the caller's own where it is well-formed, and answer with it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if WELL_FORMED.fullmatch(given) else str(uuid.uuid4())
        request.request_id = request_id  # type: ignore[attr-defined]  # read by everything inside
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


class ForwardedProtoMiddleware:
    """Believe X-Forwarded-Proto of trusted proxies only; anybody can send one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        told = "HTTP_X_FORWARDED_PROTO" in meta
        if told and not is_in(meta.get("REMOTE_ADDR", ""), settings.TRUSTED_PROXIES):
            del meta["HTTP_X_FORWARDED_PROTO"]
        return self.get_response(request)


class HostMiddleware(CommonMiddleware):
    """Django's, which looks at each name of this site once, and not with every request.

    Nothing else that it refuses is refused here: no setting asks for it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        self._allowed: object = None
        self._known: set[str] = set()

    def process_request(self, request: HttpRequest) -> Any:
        """None; raises DisallowedHost for the name of another site."""
        if settings.ALLOWED_HOSTS is not self._allowed:
            self._allowed, self._known = settings.ALLOWED_HOSTS, set()
        host = request.META.get("HTTP_HOST", "")
        if host in self._known:
            return None
        refusal = super().process_request(request)
        if host and refusal is None and len(self._known) < MOST_HOSTS:
            self._known.add(host)
        return refusal


class ApiPathMiddleware:
    """No NUL in paths and queries; in the API one form of each path, refused bodies read up."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.is_api = is_api_path(request.path_info)  # type: ignore[attr-defined]  # our mark
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path_info or "%00" in query or "\0" in query:
            # PostgreSQL has it in no text, so that looking it up would be a fault.
            raise BadRequest("NUL is not allowed in paths and queries.")
        if not is_api_request(request):
            return self.get_response(request)
        request.path_info = request.path_info.rstrip("/")
        response = self.get_response(request)
        if response.status_code == TOO_LARGE:
            drain(request)
        return response


def is_api_request(request: HttpRequest) -> bool:
    """Whether ApiPathMiddleware found the request to be one for the API."""
    return bool(getattr(request, "is_api", False))

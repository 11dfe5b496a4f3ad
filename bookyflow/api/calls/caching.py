"""What caches are told, and reads that are answered with "nothing has changed"."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from bookyflow.api.contract import SAFE, Endpoint, EndpointView

SESSION_HEADER = "HTTP_X_BOOKYFLOW_BOOKING_SESSION_ID"
NEVER = "no-store"
VARY = ("Accept-Language", "X-BOOKYFLOW-NO-ENVELOPE")
VARY_ACTING = ("X-BOOKYFLOW-channel-name", "X-BOOKYFLOW-proxy-id")
OK = 200
OF_THE_BODY = {"content-type", "content-length"}


def tell_caches(view: EndpointView, response: Any, contract: Endpoint | None) -> None:
    """Set Cache-Control and Vary; a read that succeeded is marked to get an ETag.

    Only reads may be kept, and asked about each time. Answers of a booking session, of a
    booking's own token and answers with a secret are nobody's to keep.
    """
    if contract is None:
        response["Cache-Control"] = NEVER
        return
    public = contract.is_public
    varies = _vary(is_public=public, is_acting=contract.channel or contract.proxy)
    if response.has_header("Vary"):
        patch_vary_headers(response, varies)
    else:
        response["Vary"] = ", ".join(varies)
    request = view.request
    kept = request.method in SAFE and response.status_code == OK
    personal = contract.secret or contract.booking_token or request.META.get(SESSION_HEADER)
    if not kept or personal:
        response["Cache-Control"] = NEVER
        return
    response["Cache-Control"] = "no-cache" if public else "private, no-cache"
    response.is_tagged = True


@cache
def _vary(*, is_public: bool, is_acting: bool) -> list[str]:
    """The headers that an answer depends on."""
    return [
        *(() if is_public else ("Authorization",)),
        *VARY,
        *(VARY_ACTING if is_acting else ()),
    ]


class RevalidationMiddleware:
    """Give marked answers a strong ETag, the hash of their bytes, and honour If-None-Match.

    It stands outside of what sets Content-Length: a 304 has none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not getattr(response, "is_tagged", False):
            return response
        tag = f'"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
        response["ETag"] = tag
        if not is_known(request.META.get("HTTP_IF_NONE_MATCH", ""), tag):
            return response
        unchanged = HttpResponseNotModified()
        for name, value in response.items():
            if name.lower() not in OF_THE_BODY:
                unchanged[name] = value
        return unchanged


def is_known(header: str, tag: str) -> bool:
    """Whether If-None-Match names the tag; compared weakly, since proxies weaken tags."""
    if not header:
        return False
    known = [named.removeprefix("W/") for named in parse_etags(header)]
    return "*" in known or tag in known

"""Which web pages of other origins may call the API from a browser.

Features for everybody may be called from anywhere; the others, and the token endpoint, from the
origins in CORS_ALLOWED_ORIGINS. Cookies are never let through: the API does not look at them. Own
code, since django-cors-headers has one policy for a whole site.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

from bookyflow.api.errors import is_api_path
from bookyflow.plugins.declared import once_declared

SENT = (
    "Accept-Language",
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "X-BOOKYFLOW-booking-session-id",
    "X-BOOKYFLOW-booking-session-token",
    "X-BOOKYFLOW-booking-token",
    "X-BOOKYFLOW-channel-name",
    "X-BOOKYFLOW-dry-run",
    "X-BOOKYFLOW-NO-ENVELOPE",
    "X-BOOKYFLOW-proxy-id",
    "X-Request-ID",
)
SHOWN = (
    "Deprecation",
    "Dry-Run",
    "ETag",
    "Idempotency-Replayed",
    "Link",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-ID",
    "X-Total-Count",
)
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": ", ".join(SENT),
    "Access-Control-Max-Age": "7200",  # seconds; browsers keep it no longer
}
EXPOSED = {"Access-Control-Expose-Headers": ", ".join(SHOWN)}
ANYBODY = "*"


class CorsMiddleware:
    """Answer preflights, and tell browsers whose pages may read an answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_api_path(request.path_info):
            return self.get_response(request)
        allowed = allowed_origin(request)
        if is_preflight(request):
            response: HttpResponseBase = HttpResponse(status=204)
            headers = PREFLIGHT
        else:
            response = self.get_response(request)
            headers = EXPOSED
        if allowed != ANYBODY and settings.CORS_ALLOWED_ORIGINS:
            patch_vary_headers(response, ["Origin"])
        if allowed:
            for name, value in {"Access-Control-Allow-Origin": allowed, **headers}.items():
                response[name] = value
        return response


def allowed_origin(request: HttpRequest) -> str:
    """ANYBODY, or the origin of the page where it is on the list; else empty."""
    if is_for_everybody(request.path_info):
        return ANYBODY
    origin = request.META.get("HTTP_ORIGIN", "")
    return origin if origin in settings.CORS_ALLOWED_ORIGINS else ""


def is_preflight(request: HttpRequest) -> bool:
    """Whether a browser asks what a page may do, before it does it."""
    return (
        request.method == "OPTIONS"
        and "Origin" in request.headers
        and "Access-Control-Request-Method" in request.headers
    )


def is_for_everybody(path: str) -> bool:
    """Whether the path belongs to a feature that needs no token, or to the API's document."""
    name = path.removeprefix(settings.API_BASE).strip("/").partition("/")[0]
    return name == "schema" or name in auth_free_features()


@once_declared
def auth_free_features() -> frozenset[str]:
    """The names of the features that need no token."""
    return frozenset(feature.name for feature in settings.FEATURES if feature.auth_free)

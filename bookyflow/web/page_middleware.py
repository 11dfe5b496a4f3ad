"""Middleware of pages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from bookyflow.web.pages import CONTENT_SECURITY_POLICY

HTML = "text/html"
ADMIN = "/admin/"  # django-unfold's scripts need a policy of their own


class PagePolicy:
    """The content policy of every page that has none of its own: also of faults and refusals."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; pages with the policy."""
        response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith(HTML)
        if is_page and not request.path_info.startswith(ADMIN):
            response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response


class PageWords:
    """Language and time zone of the account that looks; the browser's language for others."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Nobody without a session is looked up.
        user = request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None
        with ExitStack() as around:
            chosen = getattr(user, "language", "")
            language = chosen or translation.get_language_from_request(request)
            around.enter_context(translation.override(language))
            if zone := getattr(user, "time_zone", ""):
                around.enter_context(timezone.override(zone))
            response: HttpResponseBase = self.get_response(request)
        return response

"""The way of calls of the API past the middleware of pages: no session, user or messages."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponseBase

from bookyflow.api.http.middleware import is_api_request

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# Django makes each middleware with the one behind it, the last one first.
_behind_pages: ContextVar[GetResponse] = ContextVar("behind the middleware of pages")


class ShortcutEnd:
    """Where the shortcut leads: the last middleware, of which nothing but this place is used."""

    def __init__(self, get_response: GetResponse) -> None:
        _behind_pages.set(get_response)
        raise MiddlewareNotUsed


class Shortcut:
    """Leads calls of the API to ShortcutEnd, and pages through what is in between."""

    def __init__(self, get_response: GetResponse) -> None:
        self._through_pages = get_response
        self._behind_pages = _behind_pages.get()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        way = self._behind_pages if is_api_request(request) else self._through_pages
        return way(request)

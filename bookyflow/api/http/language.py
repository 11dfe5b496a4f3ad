from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from bookyflow.api.errors import is_api_path
from bookyflow.api.wire.languages import of_texts
from bookyflow.core.languages import texts_in


class LanguageMiddleware:
    """Refusals, and what lines of a price say, in the language that a call of the API asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_api_path(request.path_info):
            return self.get_response(request)
        with texts_in(of_texts(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))):
            return self.get_response(request)

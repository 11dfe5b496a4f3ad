from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from bookyflow.api.errors import is_api_path
from bookyflow.api.wire.languages import of_texts
from bookyflow.core.languages import family


class LanguageMiddleware:
    """Refusals, and what lines of a price say, in the language that a call of the API asks for.

    It stays the thread's until the next request, as with Django's own LocaleMiddleware: to change
    it twice for each, where most ask for the same, took longer than to route it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = settings.LANGUAGE_CODE
        if is_api_path(request.path_info):
            language = family(of_texts(request.META.get("HTTP_ACCEPT_LANGUAGE", "")))
        if translation.get_language() != language:
            translation.activate(language)
        return self.get_response(request)

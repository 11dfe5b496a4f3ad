"""What is the same for every page: signing in, headers, the page for what is not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from bookyflow.accounts.models import User
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError

# No inline script or style runs, so text that slipped through unescaped could do nothing.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

View = Callable[Concatenate[HttpRequest, ...], HttpResponse]


def page(view: View) -> View:
    """Give the answers of a view a page's headers: no inline script, nothing kept by anybody.

    Something that is not there becomes a page, not the API's problem document. A view may set a
    content policy of its own.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            response = render(request, "web/not_found.html", status=404)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        add_never_cache_headers(response)  # with no-store: pages show names, labels and secrets
        return response

    return wrapped


def own_page(view: View) -> View:
    """A page for accounts that are signed in; others are sent to sign in, and back."""
    return page(login_required(view))


def user_of(request: HttpRequest) -> User:
    """The account that is signed in, in a view behind `own_page`."""
    return cast("User", request.user)


def actor_of(request: HttpRequest) -> Actor:
    """Who acts, for the services."""
    return Actor(user_id=user_of(request).pk)


def problems_of(error: DomainError) -> list[str]:
    """The texts of a refusal, where there is no form to show them beside its fields."""
    return [text for texts in error.fields.values() for text in texts] or [error.detail]

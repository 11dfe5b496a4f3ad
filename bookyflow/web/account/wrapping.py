"""Views of allauth as pages of ours: with our headers, and a refused form with its status.

They are named, and imported when they are first asked for: few processes of a site ever are, and
what passkeys need takes three megabytes of each.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.module_loading import import_string
from django.views.decorators.debug import sensitive_post_parameters

from bookyflow.web.account.forms import status_of
from bookyflow.web.pages import View, fresh_sign_in, own_page, page


def public(view: str) -> View:
    """A page for everybody."""
    return page(_telling(view))


def own(view: str) -> View:
    """A page for accounts that are signed in."""
    return own_page(_telling(view))


def fresh(view: str) -> View:
    """A page for who has just said who it is."""
    return own_page(fresh_sign_in(_telling(view)))


def _telling(view: str) -> View:
    @sensitive_post_parameters("password", "code")
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = import_string(view)(request, *args, **kwargs)
        if isinstance(response, TemplateResponse) and request.method == "POST":
            form = (response.context_data or {}).get("form")
            if form is not None and form.is_bound and form.errors:
                response.status_code, retry_after = status_of(form)
                if retry_after:
                    response["Retry-After"] = str(retry_after)
        return response

    return wrapped

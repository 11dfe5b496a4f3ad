"""What is the same for every page: signing in, rights, headers, the page for what is not there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, cast

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.guests.readings import guest_readings_note
from bookyflow.properties.models import Property
from bookyflow.properties.selectors import Reach
from bookyflow.web.navigation import Frame

# No inline script or style runs, so text that slipped through unescaped could do nothing.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

FRESH = "fresh_at"  # in the session: when a password or second factor was given last
FRESH_FOR = 15 * 60  # seconds

View = Callable[Concatenate[HttpRequest, ...], HttpResponse]
PropertyView = Callable[Concatenate[HttpRequest, Property, ...], HttpResponse]

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def page(view: View) -> View:
    """Have the answers of a view kept by nobody; their content policy is PagePolicy's.

    Something that is not there, or not for the account, becomes a page and not the API's problem
    document. A view may set a content policy of its own.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            response = render(request, "web/not_found.html", status=404)
        except PermissionDenied:
            response = render(request, "web/not_allowed.html", status=403)
        add_never_cache_headers(response)  # with no-store: pages show names, labels and secrets
        return response

    return wrapped


def own_page(view: View) -> View:
    """A page for accounts that are signed in; others are sent to sign in, and back."""
    return page(login_required(view))


def staff_page(level: AccessLevel = AccessLevel.RECEPTIONIST) -> Callable[[View], View]:
    """A page for accounts of at least this level; 403 for those below it."""

    def decorated(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if user_of(request).access_level < level:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return own_page(wrapped)

    return decorated


def property_page(
    level: AccessLevel = AccessLevel.RECEPTIONIST,
) -> Callable[[PropertyView], View]:
    """A page of one property, for its staff of at least this level.

    The path has `property_id`; the view gets the property in its place. 404 for a property that the
    account does not work on, 403 for an account below the level.
    """

    def decorated(view: PropertyView) -> View:
        @wraps(view)
        def wrapped(
            request: HttpRequest, *args: Any, property_id: int, **kwargs: Any
        ) -> HttpResponse:
            prop = frame_of(request).enter(property_id)
            if prop is None:
                raise Http404
            return view(request, prop, *args, **kwargs)

        return staff_page(level)(wrapped)

    return decorated


def fresh_sign_in(view: View) -> View:
    """Ask again who it is, where that is longer ago than FRESH_FOR; innermost decorator.

    What a form sent is kept meanwhile and goes on afterwards: in the session, so that a form with a
    password in it has `fresh_for_secrets` instead. Raises allauth's ReauthenticationRequired, which
    its middleware answers.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _is_fresh(request):
            return view(request, *args, **kwargs)
        _way_to_ask(request)
        raise ReauthenticationRequired

    return wrapped


def fresh_for_secrets(view: View) -> View:
    """As `fresh_sign_in`, for a form that may hold a password: what it sent is kept nowhere."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _is_fresh(request):
            return view(request, *args, **kwargs)
        if request.method == "POST":
            told = _("Nothing was saved, as forms with secrets are not kept. Fill it in again.")
            messages.warning(request, told)
        onward = urlencode({"next": request.get_full_path()})
        return redirect(f"{_way_to_ask(request)}?{onward}")

    return wrapped


def fresh_to_send(view: View) -> View:
    """As `fresh_sign_in`, for pages that anybody of the account may look at and not send."""
    asking = fresh_sign_in(view)

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = asking if request.method == "POST" else view
        return chosen(request, *args, **kwargs)

    return wrapped


def _is_fresh(request: HttpRequest) -> bool:
    return bool(time.time() - request.session.get(FRESH, 0) < FRESH_FOR)


def _way_to_ask(request: HttpRequest) -> str:
    """The page that asks who it is. Raises PermissionDenied for who cannot say so."""
    ways = get_adapter(request).get_reauthentication_methods(user_of(request))
    if not ways:
        raise PermissionDenied
    url: str = ways[0]["url"]
    return url


def frame_of(request: HttpRequest) -> Frame:
    """What stands around the page: menu, the property that is worked on, the others. One each."""
    found: Frame | None = getattr(request, "frame", None)
    if found is None:
        found = Frame(request)
        request.frame = found  # type: ignore[attr-defined]  # ours, for this request
    return found


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Django's context processor: `frame` in every template that is rendered for a request."""
    return {"frame": frame_of(request)}


def user_of(request: HttpRequest) -> User:
    """The account that is signed in, in a view behind `own_page`."""
    return cast("User", request.user)


def actor_of(request: HttpRequest) -> Actor:
    """Who acts, for the services."""
    return Actor(user_id=user_of(request).pk)


def reach_of(request: HttpRequest, prop: Property) -> Reach:
    """On whose behalf the account looks for what is not of one property alone, such as messages.

    As a key pair without limits would: one of tests where the property is one.
    """
    user = user_of(request)
    return Reach(
        user_id=user.pk,
        level=user.access_level,
        key_id=0,
        all_properties=True,
        is_test=prop.is_test,
    )


def problems_of(error: DomainError) -> list[str]:
    """The texts of a refusal, where there is no form to show them beside its fields."""
    return [text for texts in error.fields.values() for text in texts] or [error.detail]


def guest_data_read(request: HttpRequest, prop: Property, guest_ids: Iterable[int | None]) -> None:
    """Note that the page shows who these guests of the property are; None is nobody.

    Call it once in each view of staff that shows names, addresses or words of guests, with all of
    them: also in lists.
    """
    found = [guest_id for guest_id in guest_ids if guest_id is not None]
    if found:
        guest_readings_note(
            property_id=prop.pk,
            guest_ids=found,
            user_id=user_of(request).pk,
            path=request.path,
        )

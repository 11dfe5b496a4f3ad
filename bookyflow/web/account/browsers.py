"""Browsers: what people call them, and whether an account has signed in with one before."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from bookyflow.accounts.models import User

KNOWN_FOR = timedelta(days=365)  # since it was last used to sign in
SALT = "bookyflow.known_browser"
# The first that occurs counts: most pretend to be those further down.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """Such as "Firefox on Windows"; what the browser says of itself where that is not known."""
    found = [
        next((name for sign, name in known if sign in user_agent), "")
        for known in (BROWSERS, SYSTEMS)
    ]
    if not all(found):
        return user_agent or _("Unknown browser")
    return _("%(browser)s on %(system)s") % {"browser": found[0], "system": found[1]}


def is_known(request: HttpRequest, user: User) -> bool:
    """Whether the account has signed in with this browser before, by its cookie."""
    age = int(KNOWN_FOR.total_seconds())
    found = request.get_signed_cookie(_cookie(user), default="", salt=SALT, max_age=age)
    return bool(found)


def make_known(response: HttpResponse, user: User) -> None:
    """Have the browser remember that the account has signed in with it; only sign-in is told."""
    response.set_signed_cookie(
        _cookie(user),
        "yes",
        salt=SALT,
        max_age=KNOWN_FOR,
        path=reverse("web:sign_in"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _cookie(user: User) -> str:
    return f"known_{user.pk}"  # a computer at a desk has several accounts

"""Where to go on to after signing in: never to another site."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

LONGEST_PATH = 2000  # characters; no page of ours has so many


def is_page(request: HttpRequest, target: str) -> bool:
    """Whether it is the path of a page of this site, and not that of signing in."""
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    is_path = target.startswith("/") and target[1:2] != "/" and len(target) <= LONGEST_PATH
    return is_ours and is_path and not target.startswith(reverse("web:sign_in"))


def onward(request: HttpRequest) -> str:
    """The page named in `next`; home where it is none."""
    target = request.POST.get("next", request.GET.get("next", ""))
    return target if is_page(request, target) else reverse("web:home")

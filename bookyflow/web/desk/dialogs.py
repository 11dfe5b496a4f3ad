"""Pages that the room plan also opens as a dialog: then without the frame around them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

FRAMED, BARE = "web/base.html", "web/desk/_dialog.html"


def in_dialog(request: HttpRequest) -> bool:
    """Whether the plan's script asks."""
    return request.headers.get("HX-Request") == "true"


def shown(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The page, or what a dialog shows of it."""
    layout = BARE if in_dialog(request) else FRAMED
    return render(request, template, {**context, "layout": layout}, status=status)


def gone_to(request: HttpRequest, url: str) -> HttpResponse:
    """To another page; a dialog's script goes there by itself."""
    if in_dialog(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)

"""Lists in pages, with filters that a link can hold."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest

PER_PAGE = 50


def listed(request: HttpRequest, rows: Any, *, per_page: int = PER_PAGE) -> dict[str, Any]:
    """What `_pager.html` needs of a list: the page that is asked for, and what its links keep."""
    kept = [(name, text) for name, text in request.GET.items() if name != "page" and text]
    page = Paginator(rows, per_page).get_page(request.GET.get("page"))
    return {"listed": page, "keep": f"{urlencode(kept)}&" if kept else ""}

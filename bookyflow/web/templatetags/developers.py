from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from bookyflow.api.models import RequestLog
from bookyflow.web.developers.curl import path_shown
from bookyflow.web.developers.tabs import Tab, tabs_for
from bookyflow.web.pages import user_of

register = template.Library()


@register.simple_tag(takes_context=True)
def developer_tabs(context: Context) -> list[Tab]:
    """The tabs of the developers' pages for whoever looks."""
    request: Any = context["request"]
    return tabs_for(level=user_of(request).access_level, path=request.path)


@register.filter
def shown_path(entry: RequestLog) -> str:
    """The path of a call below the API's address, as the documentation writes it."""
    return path_shown(entry.route)

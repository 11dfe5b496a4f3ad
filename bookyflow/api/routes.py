"""Declaring the other forms of a path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import URLPattern, path


def localized(route: str, view: Any, actions: Mapping[str, str]) -> list[URLPattern]:
    """A path, and its form with the language as last segment, which the document leaves out."""
    return [
        path(route, view.as_view(dict(actions))),
        also(f"{route}/<lang:language>".lstrip("/"), view, actions),
    ]


def also(route: str, view: Any, actions: Mapping[str, str]) -> URLPattern:
    """Another form of a documented path: routed, left out of the document."""
    pattern: URLPattern = path(route, view.as_view(dict(actions), hidden=True))
    return pattern

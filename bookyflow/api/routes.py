"""Declaring the other forms of a path, and writing a path for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.urls import URLPattern, path

_CONVERTED = re.compile(r"<(?:[^<>:]+:)?([^<>]+)>")


def without_converters(route: str) -> str:
    """A route as the document writes it: <uid:property_uid> is {property_uid}."""
    return _CONVERTED.sub(r"{\1}", route).rstrip("/")


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

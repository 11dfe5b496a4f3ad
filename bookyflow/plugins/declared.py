"""What follows from the manifests of all features: code, not state, so it is made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings

P = ParamSpec("P")
T = TypeVar("T")


def once_declared(make: Callable[P, T]) -> Callable[P, T]:
    """Keep what a function of settings.FEATURES gives, by its arguments, which are hashable.

    It is made anew where a test has other features.
    """
    kept: tuple[object, dict[Any, T]] = ((), {})

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> T:
        nonlocal kept
        if kept[0] is not settings.FEATURES:
            kept = settings.FEATURES, {}
        found = kept[1]
        key = (args, *kwargs.items())
        if key not in found:
            found[key] = make(*args, **kwargs)
        return found[key]

    return made

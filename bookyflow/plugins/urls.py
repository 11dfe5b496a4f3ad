"""The URLs of all features, on or off: state is data and is looked at in the request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLResolver, include
from django.urls.resolvers import RoutePattern

from bookyflow.plugins import registry
from bookyflow.plugins.loading import urls_fault


class FeatureSegment(RoutePattern):
    """`echo/` in front of a feature's routes, which matches a bare `echo` as well.

    Trailing slashes are dropped from requests before they are routed.
    """

    def match(self, path: str) -> tuple[str, tuple[Any, ...], dict[str, Any]] | None:
        """What is left of the path behind the segment."""
        if f"{path}/" == str(self):
            return "", (), {}
        return super().match(path)


def mounts() -> Iterator[URLResolver]:
    """One include per feature, in a namespace of its name; packages with broken URLs stay out."""
    for name, feature in registry.features().items():
        if not urls_fault(feature):
            # The namespace is said, since a urls module may bring an app_name of its own.
            routes, app_name, namespace = include((f"{feature.module}.urls", name), namespace=name)
            yield URLResolver(
                FeatureSegment(f"{name}/"), routes, app_name=app_name, namespace=namespace
            )


urlpatterns = list(mounts())

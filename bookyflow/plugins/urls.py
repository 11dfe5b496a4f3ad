"""The URLs of all features, on or off: state is data and is looked at in the request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLResolver, include
from django.urls.exceptions import Resolver404
from django.urls.resolvers import ResolverMatch, RoutePattern

from bookyflow.plugins import registry
from bookyflow.plugins.manifest import Feature
from bookyflow.plugins.routing import IndexedResolver, looks_itself


class FeatureSegment(RoutePattern):
    """`echo/` in front of a feature's routes, which matches a bare `echo` as well.

    Trailing slashes are dropped from requests before they are routed.
    """

    def match(self, path: str) -> tuple[str, tuple[Any, ...], dict[str, Any]] | None:
        """What is left of the path behind the segment."""
        if f"{path}/" == str(self):
            return "", (), {}
        return super().match(path)


class SwitchedResolver(IndexedResolver):
    """Routes that are not there while their feature is off, in every process, at once."""

    def resolve(self, path: str) -> ResolverMatch:
        """The view behind the path. Raises Resolver404 where the feature is off."""
        match = super().resolve(path)
        if not looks_itself(match) and self.namespace not in registry.enabled():
            raise Resolver404({"path": path})
        return match


def mount(feature: Feature, module: str) -> URLResolver:
    """Routes of a feature, below its name and in a namespace of its name."""
    # The namespace is said, since a module of routes may bring an app_name of its own.
    routes, app_name, namespace = include((module, feature.name), namespace=feature.name)
    return SwitchedResolver(
        FeatureSegment(f"{feature.name}/"), routes, app_name=app_name, namespace=namespace
    )


def mounts() -> Iterator[URLResolver]:
    """The endpoints of each feature."""
    for feature in registry.features().values():
        yield mount(feature, f"{feature.module}.urls")


urlpatterns = list(mounts())

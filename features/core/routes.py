"""The routes that answer at this moment."""

from __future__ import annotations

from bookyflow.api.checks import FeatureRoute, feature_routes
from bookyflow.plugins import registry


def routes_served() -> list[FeatureRoute]:
    """Every documented route of the features that are on."""
    enabled = registry.enabled()
    return [
        route
        for route in feature_routes()
        if route.feature in enabled and route.contract and not route.hidden
    ]

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from bookyflow.plugins.manifest import Feature, Scope
from bookyflow.plugins.models import FeatureState


def scope(name: str, level: int = 50, category: str = "spa") -> Scope:
    """A scope with this level."""
    return Scope(name, level, category, f"Label of {name}", f"All about {name}.")


def feature(name: str, *scopes: Scope, **changes: Any) -> Feature:
    """A feature without code, for what looks at manifests and states alone."""
    facts: dict[str, Any] = {
        "name": name,
        "title": name.title(),
        "version": "2.0",
        "section": "extras",
        "auth_free": False,
        "requires": (),
        "scopes": scopes,
        "module": f"features.{name}",
        "bundled": True,
    }
    return Feature(**facts | changes)


@pytest.fixture
def known(settings) -> Callable[..., None]:
    """Make these the features of the site, whose URL table stays that of the real ones."""
    import_module(settings.ROOT_URLCONF)

    def make(*features: Feature) -> None:
        settings.FEATURES = features
        settings.BROKEN_FEATURES = ()

    return make


@pytest.fixture
def installed(db) -> Callable[..., None]:
    """Features as installed, switched on or off."""

    def make(**states: bool) -> None:
        FeatureState.objects.all().delete()
        for name, on in states.items():
            FeatureState.objects.create(name=name, version="1.0", enabled=on)

    return make

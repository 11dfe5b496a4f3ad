"""Menu entries of features, of their modules `menu`: shown while the feature is switched on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from bookyflow.plugins import registry
from bookyflow.plugins.manifest import Feature
from bookyflow.web.entries import MenuEntry


def with_module(name: str) -> Iterator[tuple[Feature, str]]:
    """The features that have a module of this name, and that module's path."""
    for feature in registry.features().values():
        module = f"{feature.module}.{name}"
        if apps.is_installed(feature.module) and find_spec(module):
            yield feature, module


@cache
def entries() -> tuple[tuple[str, MenuEntry], ...]:
    """The entries of features, each with the name of its feature."""
    return tuple(
        (feature.name, entry)
        for feature, module in with_module("menu")
        for entry in import_module(module).ENTRIES
    )


def entries_shown() -> Iterator[MenuEntry]:
    """The entries of the features that are on. One query where any feature has entries."""
    if entries():
        on = registry.enabled()
        yield from (entry for name, entry in entries() if name in on)

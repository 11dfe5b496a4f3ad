"""Every feature that there is, for the plug-in manager: on disk, loaded, installed, on, broken."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from django.conf import settings

from bookyflow.core.errors import DomainError
from bookyflow.plugins import registry
from bookyflow.plugins.discovery import discover
from bookyflow.plugins.fields import ManifestError
from bookyflow.plugins.manifest import Feature, release_of
from bookyflow.plugins.models import FeatureState


@dataclass(frozen=True)
class Card:
    """A feature as an administrator sees it.

    `feature` is its manifest as it is on disk, None where that is gone or cannot be read;
    `is_loaded` whether this process has its code; `fault` why it cannot be used.
    """

    name: str
    feature: Feature | None
    state: FeatureState | None
    is_loaded: bool
    fault: str = ""

    @property
    def title(self) -> str:
        """What people call it."""
        return self.feature.title if self.feature else self.name

    @property
    def version(self) -> str:
        """Of what is on disk, else of what is installed; empty where neither is known."""
        if self.feature is not None:
            return self.feature.version
        return self.state.version if self.state else ""

    @property
    def is_ours(self) -> bool:
        """Whether it comes with BookyFlow; a row without code is of a package that was removed."""
        return self.feature is not None and self.feature.bundled

    @property
    def is_on(self) -> bool:
        """Whether it answers requests."""
        return bool(self.state and self.state.enabled and self.is_loaded)

    @property
    def has_update(self) -> bool:
        """Whether what is on disk is another version than what is installed."""
        return bool(self.state and self.feature and self.feature.version != self.state.version)

    @property
    def word(self) -> str:
        """The state in a word or a few."""
        if self.fault:
            return "broken"
        if self.feature is None:
            return "its code is missing"
        if self.state is None:
            return "not installed"
        return "on" if self.state.enabled else "off"

    @property
    def update(self) -> str:
        """What an update would bring, empty where there is none."""
        if not self.has_update or self.state is None or self.feature is None:
            return ""
        older = release_of(self.feature.version) < release_of(self.state.version)
        return f"{'older version' if older else 'update'} {self.feature.version}"


def cards() -> list[Card]:
    """All features by title: ours, then packages, then what is broken or gone. One query."""
    states = {state.name: state for state in FeatureState.objects.all()}
    loaded = registry.features()
    faults = {fault.name or fault.module: fault.reason for fault in registry.broken()}
    known = _manifests(loaded)
    found = [
        Card(name, feature, states.get(name), name in loaded, faults.pop(name, ""))
        for name, feature in known.items()
    ]
    found += [
        Card(name, None, states.get(name), is_loaded=False, fault=reason)
        for name, reason in faults.items()
    ]
    named = {card.name for card in found}
    found += [
        Card(name, None, state, is_loaded=False)
        for name, state in states.items()
        if name not in named
    ]
    return sorted(found, key=lambda card: (card.feature is None, not card.is_ours, card.title))


def card(name: str) -> Card:
    """One of them. Raises DomainError unknown_feature."""
    for one in cards():
        if one.name == name:
            return one
    raise DomainError("unknown_feature", f"No feature is called {name}.")


def _manifests(loaded: dict[str, Feature]) -> dict[str, Feature]:
    """The manifests of what is loaded, as they are on disk by now, and of new packages."""
    on_disk = {feature.name: feature for feature in _on_disk()}
    same = {
        name: on_disk[name]
        for name, feature in loaded.items()
        if name in on_disk and on_disk[name].module == feature.module
    }
    new = {n: f for n, f in on_disk.items() if not f.bundled and n not in loaded}
    return loaded | same | new


def _on_disk() -> tuple[Feature, ...]:
    """Every manifest on disk. Imports no package."""
    importlib.invalidate_caches()
    modules = {feature.module for feature in settings.FEATURES}
    beside = [app for app in settings.INSTALLED_APPS if app not in modules]
    try:
        features, _ = discover(settings.BASE_DIR / "features", beside=beside)
    except ManifestError:  # one of ours, half way through an upgrade of the site
        return ()
    return features

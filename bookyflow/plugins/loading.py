"""Which features the site starts with: bundled ones, and packages that passed their trial.

INSTALLED_APPS imports every feature with its models, Django runs its `ready()`, and the URL table
imports its `urls` with all they need. A package that raises there would stop the site, so each is
tried in a process of its own first (bookyflow.plugins.trial), and left out when it fails.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from bookyflow.plugins.discovery import discover, resolve_requirements
from bookyflow.plugins.manifest import BrokenFeature, Feature
from bookyflow.plugins.trial import TRIED, Trials

SAFE_MODE = "Not loaded: the site runs in safe mode."
Verdict = Callable[[Feature, tuple[str, ...]], str]


def find_features(
    folder: Path, *, beside: Iterable[str], kept: Path, safe_mode: bool = False
) -> tuple[tuple[Feature, ...], tuple[BrokenFeature, ...]]:
    """For the settings: the features whose apps can be loaded, and what was left out and why.

    `beside` are the site's other Django apps; `kept` is the file of what trials have shown. In safe
    mode no package is tried or loaded. Raises ManifestError for a faulty bundled feature.
    """
    found, broken = discover(folder, beside=beside)
    if TRIED in os.environ:  # this is the process of a trial
        return _named(found, os.environ[TRIED].split(",")), ()
    if safe_mode:
        left_out = (BrokenFeature(f.module, SAFE_MODE, f.name) for f in found if not f.bundled)
        return tuple(f for f in found if f.bundled), (*broken, *left_out)
    features, unusable = usable(found, Trials(kept).verdict)
    return features, (*broken, *unusable)


def usable(
    features: Iterable[Feature], verdict: Verdict
) -> tuple[tuple[Feature, ...], tuple[BrokenFeature, ...]]:
    """Try each installed package, together with the packages that it requires.

    Sets apart those that fail, and those that then lack a requirement.
    """
    found = {feature.name: feature for feature in features}
    good: list[Feature] = []
    broken: list[BrokenFeature] = []
    for feature in found.values():
        reason = "" if feature.bundled else verdict(feature, tuple(_packages(feature, found)))
        if reason:
            broken.append(BrokenFeature(feature.module, reason, feature.name))
        else:
            good.append(feature)
    met, unmet = resolve_requirements(good)
    return met, (*broken, *unmet)


def _packages(feature: Feature, found: dict[str, Feature]) -> list[str]:
    """The modules of the installed packages that a feature requires, however indirectly."""
    modules: list[str] = []
    for name in feature.requires:
        required = found[name]
        if not required.bundled:
            modules += [*_packages(required, found), required.module]
    return list(dict.fromkeys(modules))


def _named(found: Iterable[Feature], modules: list[str]) -> tuple[Feature, ...]:
    return tuple(feature for feature in found if feature.bundled or feature.module in modules)

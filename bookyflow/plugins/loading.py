"""Try the code of installed packages before Django relies on it.

INSTALLED_APPS imports every feature, and the URL table imports its `urls` with views, serializers
and all they need. A package that raises there would stop the site, so both imports are tried first,
for packages that are not part of BookyFlow. What cannot be tried: `models` that raise, and
`ready()`, since Django runs both in the middle of its start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from pathlib import Path

from django.apps import AppConfig

from bookyflow.plugins.discovery import app_label, discover, resolve_requirements
from bookyflow.plugins.manifest import BrokenFeature, Feature, ManifestError


def find_features(
    folder: Path, *, beside: Iterable[str]
) -> tuple[tuple[Feature, ...], tuple[BrokenFeature, ...]]:
    """For the settings: the features whose apps can be loaded, and what was left out and why.

    `beside` are the site's other Django apps. Raises ManifestError for a faulty bundled feature.
    """
    found, broken = discover(folder, beside=beside)
    features, unloadable = importable(found)
    return features, (*broken, *unloadable)


def importable(
    features: Iterable[Feature],
) -> tuple[tuple[Feature, ...], tuple[BrokenFeature, ...]]:
    """Import the Django app of each installed package, as Django is about to do.

    Sets apart those that raise, and those that then lack a requirement.
    """
    loaded: list[Feature] = []
    broken: list[BrokenFeature] = []
    for feature in features:
        reason = "" if feature.bundled else fault_of(partial(load_app, feature.module))
        if reason:
            broken.append(BrokenFeature(feature.module, reason))
        else:
            loaded.append(feature)
    features, unmet = resolve_requirements(loaded)
    return features, (*broken, *unmet)


def load_app(module: str) -> None:
    """Import the package and its apps.py. Raises whatever they raise, or ManifestError."""
    config = AppConfig.create(module)
    if config.name != module:
        raise ManifestError(f"apps.py: name: {config.name!r} is not {module!r}")
    seen = app_label(module, Path(config.path))
    if config.label != seen:
        raise ManifestError(f"apps.py: set `label` once, to a literal; {config.label!r}, {seen!r}")


def urls_fault(feature: Feature) -> str:
    """Why the URLs of an installed package cannot be imported; empty when they can.

    A bundled feature's are imported where they are needed and may raise.
    """
    if feature.bundled:
        return ""
    return fault_of(partial(load_urls, f"{feature.module}.urls"))


def load_urls(module: str) -> None:
    """Import a URL table. Raises whatever it raises, or ManifestError."""
    if not isinstance(getattr(import_module(module), "urlpatterns", None), list | tuple):
        raise ManifestError(f"{module}: urlpatterns is missing")


def fault_of(load: Callable[[], None]) -> str:
    """Run somebody else's code; the reason when it raises, else empty."""
    try:
        load()
    except Exception as error:  # noqa: BLE001  # the one place: any fault of a package, named in a report, must leave the site up
        return f"{type(error).__name__}: {error}"
    return ""

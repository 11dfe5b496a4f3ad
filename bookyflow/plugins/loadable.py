"""What must be right about a package that Django has loaded. Run in a trial (`trial.py`)."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver
from django.urls.resolvers import RegexPattern
from django.utils.module_loading import module_has_submodule

from bookyflow.events.models import EventKind
from bookyflow.plugins.discovery import app_label
from bookyflow.plugins.fields import ManifestError


def check_package(module: str) -> None:
    """Look at the app, its URL tables and its menu. Raises whatever is wrong with them."""
    feature = next(one for one in settings.FEATURES if one.module == module)
    config = next((one for one in apps.get_app_configs() if one.name == module), None)
    if config is None:
        raise ManifestError(f"apps.py: name: is not {module!r}")
    seen = app_label(module, Path(config.path))
    if config.label != seen:
        raise ManifestError(f"apps.py: set `label` once, to a literal; {config.label!r}, {seen!r}")
    for event in feature.events:
        if event.name in EventKind.values:
            raise ManifestError(f"events: {event.name!r} is an event of BookyFlow")
    check_urls(f"{module}.urls")
    for hook, check in (("pages", check_urls), ("menu", check_menu)):
        if config.module and module_has_submodule(config.module, hook):
            check(f"{module}.{hook}")


def check_urls(module: str) -> None:
    """Import a URL table and build all of it. Raises what that raises, or ManifestError."""
    patterns = getattr(import_module(module), "urlpatterns", None)
    if not isinstance(patterns, list | tuple):
        raise ManifestError(f"{module}: urlpatterns is missing")
    resolver = URLResolver(RegexPattern(r"^"), patterns)
    _check_patterns(resolver, module)
    _ = resolver.reverse_dict  # which compiles every route
    resolver.check()


def _check_patterns(resolver: URLResolver, module: str) -> None:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            _check_patterns(pattern, module)
        elif not isinstance(pattern, URLPattern):
            raise ManifestError(f"{module}: {pattern!r} is no route")


def check_menu(module: str) -> None:
    """Import the entries of a menu. Raises what that raises, or ManifestError."""
    if not isinstance(getattr(import_module(module), "ENTRIES", None), list | tuple):
        raise ManifestError(f"{module}: ENTRIES is missing")

"""Checks that every route of a feature has a contract, and that contracts and manifests agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.checks import CheckMessage, Error, Warning  # noqa: A004  # Django's name
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.serializers import BooleanField

from bookyflow.api.contract import PUBLIC, Endpoint
from bookyflow.api.examples import FOLDER
from bookyflow.api.views import FeatureViewSet
from bookyflow.api.wire.bounded import unbounded
from bookyflow.api.wire.fields import Truth
from bookyflow.api.wire.within import fields_within
from bookyflow.plugins import registry
from bookyflow.plugins.core_scopes import LEVELS
from bookyflow.plugins.manifest import Feature


@dataclass(frozen=True)
class FeatureRoute:
    """One method of one path of a feature.

    `route` is the whole Django route with its converters, such as
    `bookyflow/api/echo/<int:property_uid>`. `method` is upper case. `view`, `action` and `contract`
    are empty where the route is no viewset or its action has no @endpoint. A `hidden` one is
    another form of a documented path.
    """

    feature: str
    route: str
    method: str
    view: type[Any] | None
    action: str
    contract: Endpoint | None
    hidden: bool

    @property
    def label(self) -> str:
        """How a message names the route."""
        view = self.view.__name__ if self.view else "a function"
        return f"{self.method} {self.route} ({view}.{self.action})".lstrip()


def feature_routes() -> Iterator[FeatureRoute]:
    """Every route of every feature, on or off, in the order of the URL tables."""
    known = registry.features()
    for names, route, pattern in _walk(get_resolver().url_patterns):
        if len(names) > 1 and names[0] == "api" and names[1] in known:
            yield from _methods(names[1], route, pattern.callback)


def _walk(
    patterns: Iterable[Any], names: tuple[str, ...] = (), prefix: str = ""
) -> Iterator[tuple[tuple[str, ...], str, URLPattern]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*names, pattern.namespace) if pattern.namespace else names
            yield from _walk(pattern.url_patterns, inner, route)
        else:
            yield names, route, pattern


def _methods(feature: str, route: str, callback: Any) -> Iterator[FeatureRoute]:
    view = getattr(callback, "cls", None)
    actions: dict[str, str] = getattr(callback, "actions", None) or {"": ""}
    for method, action in actions.items():
        if method == "head":  # DRF adds it to the table when the route is first served
            continue
        contract = getattr(getattr(view, action, None), "endpoint", None) if action else None
        yield FeatureRoute(
            feature=feature,
            route=route,
            method=method.upper(),
            view=view,
            action=action,
            contract=contract if isinstance(contract, Endpoint) else None,
            hidden=bool(getattr(callback, "initkwargs", {}).get("hidden")),
        )


def check_contracts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """E001: a route without @endpoint. E002: a scope that the manifest does not declare
    (a package may use those that BookyFlow's own features declare).

    E003: a declared scope that no endpoint uses. E004: a route that is no FeatureViewSet, which
    would answer although the feature is off. E005: an endpoint for everybody in a feature that is
    not auth-free, or the reverse. E006: a field of a body or query that takes as much as it is
    sent. E007: an endpoint without its example, or whose example does not know whether it takes
    a body. E008: a field that takes more for true or false than the document says. The same as
    W001 to W008 for installed packages, which must not stop the site; they are not installed while
    they have any. Asks no database.
    """
    routes: dict[str, list[FeatureRoute]] = {}
    for route in feature_routes():
        routes.setdefault(route.feature, []).append(route)
    return [
        message
        for name, feature in registry.features().items()
        for message in _faults(feature, routes.get(name, []))
    ]


def _faults(feature: Feature, routes: list[FeatureRoute]) -> Iterator[CheckMessage]:
    declared = {scope.name for scope in feature.scopes}
    lent = set() if feature.bundled else LEVELS.keys() & registry.scopes_by_name().keys()
    for route in routes:
        for number, text in _route_faults(feature, route, declared | lent):
            yield _message(feature, number, f"{route.label} {text}")
    used = {route.contract.scope for route in routes if route.contract}
    for scope in sorted(declared - used):
        yield _message(feature, 3, f"No endpoint uses scope {scope}.")


def _route_faults(
    feature: Feature, route: FeatureRoute, known: set[str]
) -> Iterator[tuple[int, str]]:
    if not (isinstance(route.view, type) and issubclass(route.view, FeatureViewSet)):
        yield 4, "is no FeatureViewSet."
    elif route.contract is None:
        yield 1, "lacks @endpoint."
    elif (scope := route.contract.scope) != PUBLIC and scope not in known:
        yield 2, f"uses scope {scope}, which is not in scopes.json."
    if route.contract and (route.contract.scope == PUBLIC) != feature.auth_free:
        yield 5, f"is {'not ' if feature.auth_free else ''}for everybody; scopes.json differs."
    if route.contract:
        yield from ((6, text) for text in _boundless(route.contract))
        yield from ((7, text) for text in _example_faults(route.contract))
        yield from ((8, text) for text in _half_truths(route.contract))


def _boundless(contract: Endpoint) -> Iterator[str]:
    for serializer in filter(None, (contract.body, contract.query)):
        for field in unbounded(serializer):
            yield f"takes {field} of any size; bookyflow.api.wire.bounded has what takes its place."


def _half_truths(contract: Endpoint) -> Iterator[str]:
    for serializer in filter(None, (contract.body, contract.query)):
        for name, field in fields_within(serializer()):
            if isinstance(field, BooleanField) and not isinstance(field, Truth):
                place = "bookyflow.api.wire.fields.Truth takes its place"
                yield f"takes yes, on and 1 for true as {name}; {place}."


def _example_faults(contract: Endpoint) -> Iterator[str]:
    example = contract.example
    if not example.file.is_file():
        yield f"lacks its example, {FOLDER}/{example.file.name}."
    elif (example.request is None) != (contract.body is None):
        yield f"takes {'no' if contract.body is None else 'a'} body; its example differs."


def _message(feature: Feature, number: int, text: str) -> CheckMessage:
    kind, letter = (Error, "E") if feature.bundled else (Warning, "W")
    return kind(text, obj=feature.name, id=f"api.{letter}{number:03}")

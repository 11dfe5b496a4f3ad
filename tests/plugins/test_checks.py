from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.checks import Error, Warning  # noqa: A004  # Django's name
from django.http import HttpResponse
from django.urls import include, path
from rest_framework import serializers
from rest_framework.views import APIView

from bookyflow.api.checks import check_contracts, feature_routes
from bookyflow.api.contract import PUBLIC
from bookyflow.api.endpoint import endpoint
from bookyflow.api.views import FeatureViewSet
from bookyflow.api.wire.fields import Truth
from bookyflow.plugins.checks import check_packages
from bookyflow.plugins.loading import SAFE_MODE
from bookyflow.plugins.manifest import BrokenFeature
from tests.plugins.conftest import feature, scope


class PlanIn(serializers.Serializer[Any]):
    days = serializers.ListField(child=serializers.DictField())


class BriefIn(serializers.Serializer[Any]):
    name = serializers.CharField()


class WhetherIn(serializers.Serializer[Any]):
    warm = serializers.BooleanField()
    quiet = Truth()


class Massages(FeatureViewSet):
    @endpoint(scope="spa_get", key="massage", returns=serializers.CharField())
    def read(self, request: Any) -> Any:
        """Read a massage."""

    @endpoint(scope=PUBLIC, key="menu", returns=serializers.CharField())
    def menu(self, request: Any) -> Any:
        """Read the menu."""

    @endpoint(scope="spa_get", key="massage", body=PlanIn, returns=serializers.CharField())
    def plan(self, request: Any) -> Any:
        """Plan massages."""

    @endpoint(scope="spa_get", key="massage", returns=serializers.CharField())
    def bare(self, request: Any) -> Any:
        """Have no example."""

    @endpoint(scope="spa_get", key="massage", body=BriefIn, returns=serializers.CharField())
    def silent(self, request: Any) -> Any:
        """Have an example without the body."""

    @endpoint(scope="spa_get", key="massage", query=WhetherIn, returns=serializers.CharField())
    def whether(self, request: Any) -> Any:
        """Ask whether it is warm."""

    @endpoint(scope="guests_get", key="guests", returns=serializers.CharField())
    def guests(self, request: Any) -> Any:
        """Read guests."""

    def undeclared(self, request: Any) -> Any:
        """Lack a contract."""


class Plain(APIView):
    """No viewset."""


def function(request: Any) -> HttpResponse:
    return HttpResponse()


READ = path("", Massages.as_view({"get": "read"}))
MENU = path("menu", Massages.as_view({"get": "menu"}))
GUESTS = path("guests", Massages.as_view({"get": "guests"}))
SPA_GET = scope("spa_get")


@pytest.fixture
def mounted(known, settings) -> Callable[..., None]:
    """A site with one feature `spa` and these routes."""

    def make(spa: Any, *routes: Any) -> None:
        known(spa)
        features = [path("spa/", include((list(routes), "spa"), namespace="spa"))]
        settings.ROOT_URLCONF = (
            path("bookyflow/api/", include((features, "api"))),
            path("elsewhere", function),
        )

    return make


def ids() -> list[str]:
    return [f"{message.id} {message.obj}: {message.msg}" for message in check_contracts(None)]


def test_a_feature_that_keeps_its_contract_passes(mounted):
    mounted(feature("spa", SPA_GET), READ)

    assert ids() == []  # and asks no database: this test has none


@pytest.mark.parametrize(
    ("spa", "routes", "faults"),
    [
        (
            feature("spa", SPA_GET),
            [READ, path("<int:uid>", Massages.as_view({"put": "undeclared"}))],
            [
                (
                    "api.E001 spa: PUT bookyflow/api/spa/<int:uid> (Massages.undeclared) "
                    "lacks @endpoint."
                )
            ],
        ),
        (
            feature("spa"),
            [READ],
            [
                (
                    "api.E002 spa: GET bookyflow/api/spa/ (Massages.read) uses scope spa_get, "
                    "which is not in scopes.json."
                )
            ],
        ),
        (
            feature("spa", SPA_GET, scope("spa_set")),
            [READ],
            ["api.E003 spa: No endpoint uses scope spa_set."],
        ),
        (
            feature("spa", SPA_GET),
            [READ, path("plain", Plain.as_view()), path("function", function)],
            [
                "api.E004 spa: bookyflow/api/spa/plain (Plain.) is no FeatureViewSet.",
                "api.E004 spa: bookyflow/api/spa/function (a function.) is no FeatureViewSet.",
            ],
        ),
        (
            feature("spa", SPA_GET),
            [READ, MENU],
            [
                (
                    "api.E005 spa: GET bookyflow/api/spa/menu (Massages.menu) is for everybody; "
                    "scopes.json differs."
                )
            ],
        ),
        (
            feature("spa", SPA_GET),
            [path("", Massages.as_view({"post": "plan"}))],
            [
                (
                    f"api.E006 spa: POST bookyflow/api/spa/ (Massages.plan) takes days ({kind}) "
                    "of any size; bookyflow.api.wire.bounded has what takes its place."
                )
                for kind in ("ListField", "DictField")
            ],
        ),
        (
            feature("spa", SPA_GET),
            [path("", Massages.as_view({"get": "whether"}))],
            [
                (
                    "api.E008 spa: GET bookyflow/api/spa/ (Massages.whether) takes yes, on and 1 "
                    "for true as warm; bookyflow.api.wire.fields.Truth takes its place."
                )
            ],
        ),
        (
            feature("spa", SPA_GET),
            [READ, path("bare", Massages.as_view({"put": "bare"}))],
            [
                (
                    "api.E007 spa: PUT bookyflow/api/spa/bare (Massages.bare) lacks its example, "
                    "examples/bare.json."
                )
            ],
        ),
        (
            feature("spa", SPA_GET),
            [READ, path("silent", Massages.as_view({"put": "silent"}))],
            [
                (
                    "api.E007 spa: PUT bookyflow/api/spa/silent (Massages.silent) takes a body; "
                    "its example differs."
                )
            ],
        ),
        (
            feature("spa", auth_free=True),
            [MENU, READ],
            [
                (
                    "api.E002 spa: GET bookyflow/api/spa/ (Massages.read) uses scope spa_get, "
                    "which is not in scopes.json."
                ),
                (
                    "api.E005 spa: GET bookyflow/api/spa/ (Massages.read) is not for everybody; "
                    "scopes.json differs."
                ),
            ],
        ),
    ],
)
def test_names_every_breach_of_contract(mounted, spa, routes, faults):
    mounted(spa, *routes)

    assert ids() == faults
    assert all(isinstance(message, Error) for message in check_contracts(None))


def test_a_breach_in_an_installed_package_is_a_warning(mounted):
    # Its urls are importable, which is all that the broken ones are told by.
    mounted(feature("spa", SPA_GET, bundled=False, module="acme_spa"))

    (message,) = check_contracts(None)

    assert isinstance(message, Warning)
    assert (message.id, message.obj) == ("api.W003", "spa")


def test_a_package_may_use_what_bookyflow_declares(mounted, known, settings):
    mounted(feature("spa", bundled=False, module="acme_spa"), GUESTS)
    (nobody_declares,) = check_contracts(None)
    settings.FEATURES = (*settings.FEATURES, feature("guests", scope("guests_get")))

    assert nobody_declares.id == "api.W002"
    assert [m for m in check_contracts(None) if m.obj == "spa"] == []


def test_a_package_left_out_is_a_warning_with_its_reason(known, settings):
    known()
    settings.BROKEN_FEATURES = (BrokenFeature("acme_pool", "scopes.json: the file is missing"),)

    (message,) = check_packages(None)

    assert isinstance(message, Warning)
    assert message.hint == "scopes.json: the file is missing"


def test_safe_mode_is_told_once(known, settings):
    known()
    settings.SAFE_MODE = True
    settings.BROKEN_FEATURES = (BrokenFeature("acme_pool", SAFE_MODE, "pool"),)

    (message,) = check_packages(None)

    assert message.id == "plugins.W002"


def test_routes_tell_all_that_contract_tests_need(mounted):
    mounted(feature("spa", SPA_GET), READ, path("<int:uid>", Massages.as_view({"put": "read"})))

    first, second = feature_routes()

    assert (first.feature, first.route, first.method) == ("spa", "bookyflow/api/spa/", "GET")
    assert (first.view, first.action) == (Massages, "read")
    assert first.contract is not None
    assert first.contract.scope == "spa_get"
    assert (second.route, second.method) == ("bookyflow/api/spa/<int:uid>", "PUT")

"""Scopes that BookyFlow itself gives a meaning: their levels are fixed, and no package has them."""

from __future__ import annotations

import pytest
from django.conf import settings

from bookyflow.accounts.models import AccessLevel
from bookyflow.plugins import core_scopes
from bookyflow.plugins.broad import BROAD, INCLUDES
from bookyflow.plugins.core_scopes import LEVELS
from bookyflow.plugins.discovery import discover
from bookyflow.plugins.manifest import ManifestError
from tests.plugins.packages import SCOPE, manifest, write_app, write_distribution


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A directory of installed packages, beside bundled ones in `features`."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.setattr("sys.path", [str(site)])
    return site


def installed(site, scopes, name="spa"):
    write_app(site / f"demo_{name}", manifest(name, scopes=scopes))
    write_distribution(site, f"demo_{name}")


@pytest.mark.parametrize("name", sorted(LEVELS))
@pytest.mark.parametrize("level", [1, 50, 70, 90])
def test_a_package_that_declares_one_is_left_out(tmp_path, site, name, level):
    installed(site, {name: SCOPE | {"level": level}})

    features, (fault,) = discover(tmp_path / "features")

    assert features == ()
    assert f"scopes.{name}: is a scope of BookyFlow's own" in fault.reason


def test_a_package_that_declares_one_exactly_as_bookyflow_does_is_left_out_too(tmp_path, site):
    guests = {"guests_get": SCOPE | {"level": 50}}
    write_app(tmp_path / "features" / "guests", manifest("guests", scopes=guests))
    installed(site, guests)

    features, broken = discover(tmp_path / "features")

    assert [feature.name for feature in features] == ["guests"]
    assert [fault.module for fault in broken] == ["demo_spa"]


@pytest.mark.parametrize(("name", "level"), [("cmf_admin", 70), ("guests_get", 1)])
def test_a_bundled_feature_cannot_give_one_another_level(tmp_path, site, name, level):
    facts = manifest("guests", scopes={name: SCOPE | {"level": level}})
    write_app(tmp_path / "features" / "guests", facts)

    with pytest.raises(ManifestError, match=f"scopes.{name}: has level {LEVELS[name]}, and no"):
        discover(tmp_path / "features")


def test_a_broad_scope_includes_none_that_a_package_could_declare():
    assert set().union(*INCLUDES.values()) <= LEVELS.keys()
    assert BROAD.keys().isdisjoint(LEVELS)


def test_whatever_bookyflow_brings_declares_scopes_of_the_table():
    for feature in settings.FEATURES:
        if feature.bundled:
            assert {scope.name for scope in feature.scopes} <= LEVELS.keys()


def test_the_levels_are_those_of_accounts():
    assert set(LEVELS.values()) <= set(AccessLevel)
    assert core_scopes.SUPER_MANAGER == AccessLevel.SUPER_MANAGER


def test_the_table_cannot_be_changed():
    with pytest.raises(TypeError):
        LEVELS["cmf_admin"] = 1  # type: ignore[index]

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bookyflow.plugins.discovery import discover
from bookyflow.plugins.manifest import BrokenFeature, Feature, ManifestError, Scope
from tests.plugins.packages import SCOPE, manifest, write_app, write_distribution


@pytest.fixture
def bundled(tmp_path: Path, site: Path) -> Path:
    return tmp_path / "features"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of installed packages, without the dummy feature of the other tests."""
    site = tmp_path / "site"
    site.mkdir()
    others = [path for path in sys.path if Path(path).name != "dummy_feature"]
    monkeypatch.setattr(sys, "path", [str(site), *others])
    return site


def installed(site: Path, package: str, facts, *, value: str = "", **app) -> None:
    write_app(site / package, facts, **app)
    write_distribution(site, package, value=value)


def test_reads_a_bundled_feature(bundled):
    write_app(
        bundled / "rooms",
        manifest("rooms", section="core", scopes={"b_set": SCOPE, "a_get": SCOPE | {"level": 90}}),
    )

    assert discover(bundled) == (
        (
            Feature(
                name="rooms",
                title="Rooms",
                version="1.0",
                section="core",
                auth_free=False,
                requires=(),
                scopes=(
                    Scope("a_get", 90, "spa", "See it", "See all of it."),
                    Scope("b_set", 50, "spa", "See it", "See all of it."),
                ),
                module="features.rooms",
                bundled=True,
            ),
        ),
        (),
    )


def test_orders_features_by_folder_and_ignores_folders_without_a_manifest(bundled, site):
    write_app(bundled / "zoo", manifest("zoo"))
    write_app(bundled / "bar", manifest("bar", scopes=None, auth_free=True))
    write_app(bundled / "notes", None)

    features, _ = discover(bundled)

    assert [feature.name for feature in features] == ["bar", "zoo"]
    assert [feature.auth_free for feature in features] == [True, False]


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ("{", r"scopes\.json: Expecting property name"),
        ('{"name": "a", "name": "b"}', "'name' is there twice"),
        ("[]", "the manifest: must be an object"),
        (manifest("a1", colour="red"), "the manifest: unknown field 'colour'"),
        (manifest("Bad-Name"), "name: 'Bad-Name' does not match"),
        (manifest("a"), "name: 'a' does not match"),
        (manifest("a" * 42), "name: .* does not match"),
        (manifest("oauth"), "name: 'oauth' is a path of the API itself"),
        (manifest("a1", name=None), "name: the field is missing"),
        (manifest("a1", title=None), "title: the field is missing"),
        (manifest("a1", title=" "), "title: must be a text that is not empty"),
        (manifest("a1", version=1), "version: must be a text"),
        (manifest("a1", version="1 0"), "version: '1 0' does not match"),
        (manifest("a1", section="spa"), "section: 'spa' is not one of core, cmf, booking"),
        (manifest("a1", section=["core"]), r"section: \['core'\] is not one of"),
        (manifest("a1", auth_free="yes"), "auth_free: must be true or false"),
        (manifest("a1", auth_free=True), "scopes: an auth_free feature declares none"),
        (manifest("a1", requires="core"), "requires: must be a list of names"),
        (manifest("a1", requires=[1]), "requires: must be a list of names"),
        (manifest("a1", requires=["b1"]), "requires: there is no feature 'b1'"),
        (manifest("a1", requires=["a1"]), "requires: 'a1' lacks a requirement itself"),
        (manifest("a1", scopes=[]), "scopes: must be an object"),
        (manifest("a1", scopes={"A b": SCOPE}), "scopes: 'A b' is no name of a scope"),
        (manifest("a1", scopes={"public": SCOPE}), "scopes: 'public' is no name of a scope"),
        (manifest("a1", scopes={"a_get": 1}), r"scopes\.a_get: must be an object"),
        (
            manifest("a1", scopes={"a_get": SCOPE | {"x": 1}}),
            r"scopes\.a_get: unknown field 'x'",
        ),
        (
            manifest("a1", scopes={"a_get": {"level": 50}}),
            r"scopes\.a_get\.category: the field is missing",
        ),
        (
            manifest("a1", scopes={"a_get": SCOPE | {"level": 60}}),
            r"scopes\.a_get\.level: 60 is not one of 0, 1, 50, 70, 90",
        ),
        (
            manifest("a1", scopes={"a_get": SCOPE | {"level": True}}),
            r"scopes\.a_get\.level: True is not one of",
        ),
        (
            manifest("a1", scopes={"a_get": SCOPE | {"label": ""}}),
            r"scopes\.a_get\.label: must be a text that is not empty",
        ),
        (
            manifest("a1", scopes={"properties_get": SCOPE}),
            r"scopes\.properties_get: is a broad scope",
        ),
    ],
)
def test_refuses_a_faulty_manifest(bundled, site, facts, message):
    write_app(bundled / "a1", facts)

    with pytest.raises(ManifestError, match=message) as error:
        discover(bundled)
    assert "a1" in str(error.value)

    installed(site, "demo_spa", facts)
    features, broken = discover(site / "nothing")
    assert features == ()
    assert [fault.module for fault in broken] == ["demo_spa"]


def test_refuses_what_is_no_text(bundled):
    write_app(bundled / "a1", None)
    (bundled / "a1" / "scopes.json").write_bytes(b"\xff")

    with pytest.raises(ManifestError, match="can't decode"):
        discover(bundled)


def test_refuses_a_bundled_feature_without_urls(bundled):
    write_app(bundled / "rooms", manifest("rooms"), urls=None)

    with pytest.raises(ManifestError, match="the module urls is missing"):
        discover(bundled)


def test_refuses_two_bundled_features_of_one_name(bundled):
    write_app(bundled / "rooms", manifest("rooms"))
    write_app(bundled / "rooms2", manifest("rooms"))

    with pytest.raises(ManifestError, match=r"name: 'rooms' is taken by features\.rooms"):
        discover(bundled)


def test_two_features_may_share_a_scope_only_with_one_meaning(bundled):
    write_app(bundled / "rooms", manifest("rooms", scopes={"a_get": SCOPE}))
    write_app(bundled / "tariffs", manifest("tariffs", scopes={"a_get": SCOPE}))
    features, _ = discover(bundled)
    assert len(features) == 2

    write_app(bundled / "zoo", manifest("zoo", scopes={"a_get": SCOPE | {"level": 70}}))
    with pytest.raises(ManifestError, match=r"scopes\.a_get: features\.rooms declares it diff"):
        discover(bundled)


def test_refuses_features_that_require_each_other(bundled):
    write_app(bundled / "rooms", manifest("rooms", requires=["tariffs"]))
    write_app(bundled / "tariffs", manifest("tariffs", requires=["rooms"]))

    with pytest.raises(ManifestError, match="need each other"):
        discover(bundled)


def test_bundled_features_may_not_require_installed_ones(bundled, site):
    write_app(bundled / "rooms", manifest("rooms", requires=["demo_spa"]))
    installed(site, "demo_spa", manifest("demo_spa"))

    with pytest.raises(ManifestError, match="there is no feature 'demo_spa'"):
        discover(bundled)


def test_finds_an_installed_package_without_importing_it(bundled, site):
    write_app(bundled / "rooms", manifest("rooms"))
    installed(
        site,
        "demo_sauna",
        manifest("sauna", requires=["rooms"]),
        init="raise RuntimeError('imported too early')",
    )

    features, broken = discover(bundled)

    assert [(f.name, f.module, f.bundled) for f in features] == [
        ("rooms", "features.rooms", True),
        ("sauna", "demo_sauna", False),
    ]
    assert broken == ()
    assert "demo_sauna" not in sys.modules


@pytest.mark.parametrize(
    ("facts", "app", "message"),
    [
        (None, {}, "scopes.json: the file is missing"),
        (manifest("rooms"), {}, "name: 'rooms' is taken by features.rooms"),
        (
            manifest("spa", scopes={"rooms_get": SCOPE | {"label": "Else"}}),
            {},
            "scopes.rooms_get: features.rooms declares it differently",
        ),
        (manifest("spa", requires=["moon"]), {}, "requires: there is no feature 'moon'"),
        (manifest("spa"), {"urls": None}, "the module urls is missing"),
        (
            manifest("spa"),
            {"apps": "class C:\n    label = 'feature_rooms'\n"},
            "label: 'feature_rooms' is taken by features.rooms",
        ),
        (
            manifest("spa"),
            {"apps": "class C:\n    label: str = 'admin'\n"},
            "label: 'admin' is taken by django.contrib.admin",
        ),
        (manifest("spa"), {"apps": "class:\n"}, "invalid syntax"),
        (manifest("spa"), {"value": "demo_moon"}, "there is no package demo_moon"),
        (manifest("spa"), {"value": "demo_spa.feature"}, "is no top-level package"),
        (manifest("spa"), {"value": "demo_spa:feature"}, "is no top-level package"),
        (manifest("spa"), {"value": "json"}, "scopes.json: the file is missing"),
        (manifest("spa"), {"value": "sys"}, "there is no package sys"),
    ],
)
def test_leaves_out_a_faulty_package(bundled, site, facts, app, message):
    label = "class C:\n    label = 'feature_rooms'\n"
    write_app(bundled / "rooms", manifest("rooms"), apps=label)
    installed(site, "demo_spa", facts, **app)

    features, broken = discover(bundled, beside=["django.contrib.admin"])

    assert [feature.name for feature in features] == ["rooms"]
    (fault,) = broken
    assert fault.module == app.get("value", "demo_spa")
    assert message in fault.reason


def test_the_first_of_two_packages_of_one_name_stays(bundled, site):
    installed(site, "demo_spa", manifest("spa"))
    installed(site, "other_spa", manifest("spa"))

    features, broken = discover(bundled)

    assert [feature.module for feature in features] == ["demo_spa"]
    assert [fault.module for fault in broken] == ["other_spa"]


def test_leaves_out_what_requires_a_package_left_out(bundled, site):
    installed(site, "demo_spa", manifest("spa", requires=["sauna"]))
    installed(site, "demo_sauna", manifest("sauna", requires=["moon"]))

    features, broken = discover(bundled)

    assert features == ()
    assert broken == (
        BrokenFeature("demo_sauna", "requires: there is no feature 'moon'", "sauna"),
        BrokenFeature(
            "demo_spa",
            "requires: 'sauna' lacks a requirement itself, or the two need each other",
            "spa",
        ),
    )

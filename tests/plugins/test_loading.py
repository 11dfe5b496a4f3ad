"""Packages are tried in processes of their own, and left out when they fail."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from bookyflow.plugins import trial
from bookyflow.plugins.fields import ManifestError
from bookyflow.plugins.loadable import check_menu, check_urls
from bookyflow.plugins.loading import SAFE_MODE, find_features, usable
from bookyflow.plugins.trial import Trials
from tests.plugins.conftest import feature
from tests.plugins.packages import manifest, write_app, write_distribution

APPS = """from django.apps import AppConfig


class SpaFeature(AppConfig):
    name = "{name}"
    label = {label}
"""
APP = """from django.apps import AppConfig


class SpaFeature(AppConfig):
    name = "{name}"

    def ready(self):
        {ready}
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of installed packages."""
    others = [path for path in sys.path if Path(path).name != "dummy_feature"]
    monkeypatch.setattr(sys, "path", [str(tmp_path), *others])
    return tmp_path


def package(site: Path, name: str, *, files: dict[str, str] | None = None, **app: str) -> None:
    facts = manifest(name.removeprefix("load_"), scopes={})
    write_app(site / name, facts, **app)
    write_distribution(site, name)
    for file, text in (files or {}).items():
        (site / name / file).write_text(text)


def found(site: Path):
    features, broken = find_features(site / "features", beside=[], kept=site / "kept.json")
    return [one.name for one in features], {one.module: one.reason for one in broken}


def test_what_can_be_loaded_stays_and_what_cannot_is_left_out_with_its_reason(site):
    package(site, "load_good", apps=APPS.format(name="load_good", label="'good'"))
    package(site, "load_exits", urls="raise SystemExit(0)\n")
    package(site, "load_models", files={"models.py": "1 / 0\n"})
    package(site, "load_ready", apps=APP.format(name="load_ready", ready="import nowhere"))
    package(site, "load_label", apps=APPS.format(name="load_label", label="'a' + 'b'"))
    names, reasons = found(site)

    assert names == ["good"]
    for module, reason in {
        "load_exits": "Loading it ended the process (0).",
        "load_models": "ZeroDivisionError: division by zero",
        "load_ready": "ModuleNotFoundError: No module named 'nowhere'",
        "load_label": "apps.py: set `label` once, to a literal; 'ab', 'load_label'",
    }.items():
        assert reason in reasons.pop(module)
    assert not reasons


@pytest.mark.parametrize(
    ("hook", "text", "reason"),
    [
        ("urls", "urlpatterns = [1]", "load_hooks.urls: 1 is no route"),
        ("urls", "patterns = []", "load_hooks.urls: urlpatterns is missing"),
        (
            "urls",
            "from django.urls import re_path\nurlpatterns = [re_path('(', print)]",
            "is not a valid regular expression",
        ),
        ("menu", "ENTRIES = None", "load_hooks.menu: ENTRIES is missing"),
    ],
)
def test_routes_and_menus_are_built_wholly(site, hook, text, reason):
    write_app(site / "load_hooks", None)
    (site / "load_hooks" / f"{hook}.py").write_text(text)
    check = check_urls if hook == "urls" else check_menu

    try:
        with pytest.raises((ManifestError, ImproperlyConfigured), match=reason):
            check(f"load_hooks.{hook}")
    finally:
        for name in [name for name in sys.modules if name.startswith("load_hooks")]:
            del sys.modules[name]


def test_a_verdict_is_kept_until_the_package_changes(site, monkeypatch):
    package(site, "load_kept")
    tries = []
    monkeypatch.setattr(trial, "tried", lambda modules: tries.append(modules) or "")

    assert found(site)[0] == found(site)[0] == ["kept"]
    assert tries == [("load_kept",)]

    (site / "load_kept" / "urls.py").write_text("urlpatterns = []  # another\n")
    found(site)
    assert len(tries) == 2
    assert json.loads((site / "kept.json").read_text()).keys() == {"load_kept"}


def test_what_cannot_be_kept_is_tried_again(site, monkeypatch):
    package(site, "load_again")
    tries = []
    monkeypatch.setattr(trial, "tried", lambda modules: tries.append(modules) or "")
    (site / "file").write_text("not JSON")

    for _ in range(2):
        assert Trials(site / "file" / "kept.json").verdict(feature("a", module="load_again")) == ""

    assert len(tries) == 2


def test_what_hangs_is_ended(site, monkeypatch):
    package(site, "load_hangs", init="import time\ntime.sleep(600)\n")
    monkeypatch.setattr(trial, "SECONDS", 0.5)

    assert found(site)[1] == {"load_hangs": "It was not loaded within 0.5 seconds."}


def test_safe_mode_loads_no_package_and_tries_none(site):
    package(site, "load_any", init="raise SystemExit\n")

    features, broken = find_features(
        site / "features", beside=[], kept=site / "kept.json", safe_mode=True
    )

    assert features == ()
    assert [(one.name, one.reason) for one in broken] == [("any", SAFE_MODE)]
    assert not (site / "kept.json").exists()


def test_what_requires_a_package_that_fails_is_left_out_too():
    faulty = feature("faulty", module="load_faulty", bundled=False)
    second = feature("second", module="load_second", bundled=False, requires=("faulty",))
    asked = []

    def verdict(one, needed):
        asked.append((one.name, needed))
        return "It raises." if one.name == "faulty" else ""

    features, broken = usable([faulty, second], verdict)

    assert features == ()
    assert [fault.module for fault in broken] == ["load_faulty", "load_second"]
    assert asked == [("faulty", ()), ("second", ("load_faulty",))]


def test_bundled_features_are_not_tried():
    bundled = feature("rooms", module="features.nowhere")

    assert usable([bundled], lambda *_: pytest.fail("tried")) == ((bundled,), ())

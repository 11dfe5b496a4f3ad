from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bookyflow.plugins.loading import find_features, importable, urls_fault
from bookyflow.plugins.manifest import Feature
from tests.plugins.conftest import feature
from tests.plugins.packages import manifest, write_app, write_distribution

APPS = """from django.apps import AppConfig


class SpaFeature(AppConfig):
    name = "{name}"
    label = {label}
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A directory of installed packages; their modules are forgotten afterwards."""
    others = [path for path in sys.path if Path(path).name != "dummy_feature"]
    monkeypatch.setattr(sys, "path", [str(tmp_path), *others])
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0].startswith("load_")]:
        del sys.modules[name]


def package(site: Path, name: str, **app: str) -> Feature:
    write_app(site / name, manifest(name.removeprefix("load_")), **app)
    return feature(name.removeprefix("load_"), module=name, bundled=False)


def test_a_package_that_can_be_imported_stays(site):
    spa = package(site, "load_fine", apps=APPS.format(name="load_fine", label="'fine'"))

    assert importable([spa]) == ((spa,), ())
    assert urls_fault(spa) == ""


@pytest.mark.parametrize(
    ("name", "app", "reason"),
    [
        ("load_syntax", {"init": "def:\n"}, "SyntaxError: invalid syntax"),
        ("load_needs", {"init": "import nowhere\n"}, "ModuleNotFoundError: No module named 'now"),
        ("load_raises", {"init": "1 / 0\n"}, "ZeroDivisionError: division by zero"),
        ("load_apps", {"apps": "import nowhere\n"}, "ModuleNotFoundError"),
        (
            "load_name",
            {"apps": APPS.format(name="json", label="'json'")},
            "ManifestError: apps.py: name: 'json' is not 'load_name'",
        ),
        (
            "load_label",
            {"apps": APPS.format(name="load_label", label="'a' + 'dmin'")},
            "ManifestError: apps.py: set `label` once, to a literal; 'admin', 'load_label'",
        ),
    ],
)
def test_a_package_that_raises_is_left_out_with_its_reason(site, name, app, reason):
    kept = package(site, "load_kept")
    faulty = package(site, name, **app)

    features, (fault,) = importable([kept, faulty])

    assert features == (kept,)
    assert fault.module == name
    assert fault.reason.startswith(reason)


def test_what_requires_a_package_that_raises_is_left_out_too(site):
    faulty = package(site, "load_faulty", init="1 / 0\n")
    package(site, "load_second")
    second = feature("second", module="load_second", bundled=False, requires=("faulty",))

    features, broken = importable([faulty, second])

    assert features == ()
    assert [fault.module for fault in broken] == ["load_faulty", "load_second"]


def test_bundled_features_are_not_tried(site):
    bundled = feature("rooms", module="features.nowhere")

    assert importable([bundled]) == ((bundled,), ())
    assert urls_fault(bundled) == ""


@pytest.mark.parametrize(
    ("name", "urls", "reason"),
    [
        ("load_views", "from load_views import views\n", "ImportError: cannot import name"),
        ("load_table", "patterns = []\n", "ManifestError: load_table.urls: urlpatterns is missing"),
    ],
)
def test_names_the_fault_of_urls(site, name, urls, reason):
    spa = package(site, name, urls=urls)

    assert urls_fault(spa).startswith(reason)


def test_settings_get_features_and_all_that_is_broken(site):
    package(site, "load_good")
    write_distribution(site, "load_good")
    package(site, "load_bad", init="1 / 0\n")
    write_distribution(site, "load_bad")
    write_app(site / "load_none", None)
    write_distribution(site, "load_none")

    features, broken = find_features(site / "features", beside=[])

    assert [found.name for found in features] == ["good"]
    assert [fault.module for fault in broken] == ["load_none", "load_bad"]

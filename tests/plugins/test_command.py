from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bookyflow.plugins import registry
from bookyflow.plugins.manifest import BrokenFeature
from bookyflow.plugins.models import FeatureState
from tests.plugins.conftest import feature

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(known):
    known(
        feature("spa", section="extras", requires=("core",)),
        feature("core", section="core"),
        feature("echo", section="core"),
    )


def features(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("features", *arguments, stdout=out)
    return out.getvalue().splitlines()


def states() -> dict[str, bool]:
    return dict(FeatureState.objects.values_list("name", "enabled"))


def test_list_shows_every_state(site, installed, settings):
    installed(core=True, spa=False, gone=True)
    settings.BROKEN_FEATURES = (BrokenFeature("acme_pool", "SyntaxError: invalid syntax"),)

    assert features("list") == [
        "NAME       VERSION  STATE                                SECTION",
        "core       2.0      on, update 2.0                       core",
        "echo       2.0      not installed                        core",
        "spa        2.0      off, update 2.0                      extras",
        "acme_pool  -        broken: SyntaxError: invalid syntax  -",
        "gone       1.0      its code is missing                  -",
    ]


def test_switches_by_name(site, installed):
    installed(core=False, echo=True)

    assert features("enable", "core") == ["core: enable done"]
    assert features("disable", "echo") == ["echo: disable done"]
    assert states() == {"core": True, "echo": False}


def test_all_enables_what_is_installed_with_requirements_first(site, installed):
    installed(core=False, spa=False)

    assert features("enable", "--all") == ["core: enable done", "spa: enable done"]
    assert registry.enabled() == {"core", "spa"}


def test_all_disables_with_requirements_last(site, installed):
    installed(core=True, spa=True)

    assert features("disable", "--all") == ["spa: disable done", "core: disable done"]
    assert registry.enabled() == set()


def test_all_uninstalls_rows_without_code_too(site, installed):
    installed(core=True, spa=True, gone=True)

    features("uninstall", "--all")

    assert states() == {}


def test_names_are_ordered_by_requirements_too(site, installed):
    installed(core=False, spa=False)

    assert features("enable", "spa", "core") == ["core: enable done", "spa: enable done"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["enable"], "Name the features, or say --all"),
        (["enable", "core", "--all"], "Name the features, or say --all"),
        (["list", "core"], "list takes no names"),
        (["explode", "core"], "invalid choice: 'explode'"),
        (["enable", "moon"], "No feature is called moon"),
        (["install", "moon"], "No feature is called moon"),
        (["enable", "echo"], "Feature echo is not installed"),
        (["enable", "spa"], "Feature spa needs core switched on"),
    ],
)
def test_refuses_with_a_command_error(site, installed, arguments, message):
    installed(core=False, spa=False)

    with pytest.raises(CommandError, match=message):
        features(*arguments)
    assert states() == {"core": False, "spa": False}


def test_shows_what_the_page_of_a_feature_tells(site, installed):
    installed(core=True)

    assert features("show", "core") == [
        "Core (core): on",
        "update 2.0; installed is 1.0",
        "version: 2.0",
    ]
    with pytest.raises(CommandError, match="No feature is called nope"):
        features("show", "nope")

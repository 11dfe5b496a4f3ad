from __future__ import annotations

import logging

import pytest

from bookyflow.core.errors import DomainError
from bookyflow.plugins import registry
from bookyflow.plugins.models import FeatureState
from tests.plugins.conftest import feature, scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(known, installed):
    """`spa` requires `core`; both are installed and off."""
    known(feature("core"), feature("spa", requires=("core",)))
    installed(core=False, spa=False)


def states() -> dict[str, bool]:
    return dict(FeatureState.objects.values_list("name", "enabled"))


def test_enabled_is_one_query_and_knows_only_features_with_code(
    known, installed, django_assert_num_queries
):
    known(feature("core"), feature("spa"), feature("echo"))
    installed(core=True, spa=False, gone=True)

    with django_assert_num_queries(1):
        assert registry.enabled() == {"core"}


def test_enabled_sees_a_change_at_once(chain):
    registry.set_enabled("core", on=True)
    assert registry.enabled() == {"core"}

    FeatureState.objects.update(enabled=False)
    assert registry.enabled() == set()


def test_declares_fine_and_broad_scopes_without_a_query(known, django_assert_num_queries):
    known(feature("spa", scope("spa_get")), feature("guests", scope("guests_get")))

    with django_assert_num_queries(0):
        assert list(registry.scopes_by_name()) == [
            "guests_get",
            "properties_get",
            "properties_set",
            "spa_get",
        ]


@pytest.mark.parametrize(
    ("level", "on", "names"),
    [
        (
            90,
            {"guests", "tariffs", "echo"},
            "echo_get guests_get properties_get properties_set tariffs_set",
        ),
        (70, {"guests", "tariffs"}, "guests_get properties_get properties_set tariffs_set"),
        (50, {"guests", "tariffs"}, "guests_get properties_get"),
        (50, {"tariffs"}, ""),
        (49, {"guests", "tariffs", "echo"}, "echo_get"),
        (90, set(), ""),
    ],
)
def test_grantable_follows_level_and_enabled_features(known, level, on, names):
    known(
        feature("guests", scope("guests_get", category="properties")),
        feature("tariffs", scope("tariffs_set", 70, category="properties")),
        feature("echo", scope("echo_get", 1, category="basic")),
    )

    assert " ".join(registry.grantable(level, on)) == names


def test_grantable_needs_one_enabled_feature_of_those_that_share_a_scope(known):
    known(feature("a1", scope("spa_get")), feature("b1", scope("spa_get")))

    assert list(registry.grantable(50, {"b1"})) == ["spa_get"]


def test_switching_changes_one_row_and_leaves_a_line_in_the_log(chain, caplog):
    before = FeatureState.objects.get(name="core")
    with caplog.at_level(logging.INFO, "bookyflow.plugins"):
        registry.set_enabled("core", on=True)

    after = FeatureState.objects.get(name="core")
    assert states() == {"core": True, "spa": False}
    assert after.changed_at > before.changed_at
    assert after.installed_at == before.installed_at
    assert caplog.messages == ["feature core switched on"]


def test_switching_twice_is_no_fault(chain):
    registry.set_enabled("core", on=False)
    registry.set_enabled("core", on=True)
    registry.set_enabled("core", on=True)

    assert states()["core"] is True


def test_requirements_come_first(chain):
    with pytest.raises(DomainError, match="spa needs core switched on") as error:
        registry.set_enabled("spa", on=True)
    assert error.value.key == "feature_requires"
    assert states() == {"core": False, "spa": False}

    registry.set_enabled("core", on=True)
    registry.set_enabled("spa", on=True)
    assert states() == {"core": True, "spa": True}


@pytest.mark.parametrize("act", [lambda: registry.set_enabled("core", on=False),
                                 lambda: registry.uninstall("core")])  # fmt: skip
def test_what_is_required_stays_on(chain, act):
    FeatureState.objects.update(enabled=True)

    with pytest.raises(DomainError, match="core is needed by spa") as error:
        act()
    assert error.value.key == "feature_requires"
    assert states() == {"core": True, "spa": True}

    registry.set_enabled("spa", on=False)
    act()
    assert states().get("core", False) is False


@pytest.mark.parametrize(
    ("name", "key"), [("echo", "feature_not_installed"), ("moon", "unknown_feature")]
)
@pytest.mark.parametrize(
    "act", [lambda name: registry.set_enabled(name, on=True), registry.uninstall]
)
def test_refuses_what_is_not_installed_or_unknown(known, installed, act, name, key):
    known(feature("echo"))
    installed()

    with pytest.raises(DomainError, match=name) as error:
        act(name)
    assert error.value.key == key


def test_installs_only_what_it_knows():
    with pytest.raises(DomainError) as error:
        registry.install("moon")
    assert error.value.key == "unknown_feature"


def test_uninstalls_a_feature_whose_code_has_gone(known, installed):
    known()
    installed(gone=True)

    registry.uninstall("gone")

    assert states() == {}

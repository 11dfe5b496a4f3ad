from __future__ import annotations

import pytest
from oauthlib.oauth2 import InvalidScopeError

from bookyflow.accounts.models import AccessLevel, KeyPair, User
from bookyflow.plugins.scopes import FeatureScopes
from tests.plugins.conftest import feature, scope

pytestmark = pytest.mark.django_db
ALL = {"guests": True, "tariffs": True, "echo": True}


@pytest.fixture
def site(known):
    known(
        feature("guests", scope("guests_get"), scope("guests_set")),
        feature("tariffs", scope("tariffs_set", 70)),
        feature("echo", scope("echo_get", 1)),
    )


@pytest.fixture
def key(db):
    def make(*scopes: str, level: int = AccessLevel.MANAGER) -> KeyPair:
        owner = User.objects.create_user("owner", access_level=level)
        return KeyPair(user=owner, granted_scopes=list(scopes))

    return make


def test_all_scopes_are_labels_from_memory(site, django_assert_num_queries):
    with django_assert_num_queries(0):
        scopes = FeatureScopes().get_all_scopes()

    assert scopes["echo_get"] == "Label of echo_get"
    assert scopes["properties_get"] == "Read everything of properties"


@pytest.mark.parametrize(
    ("granted", "level", "on", "available"),
    [
        ("guests_set echo_get", 70, ALL, "echo_get guests_set"),
        ("guests_set echo_get", 70, ALL | {"guests": False}, "echo_get guests_set"),
        ("guests_set echo_get", 1, ALL, "echo_get"),
        ("tariffs_set", 50, ALL, ""),
        (
            "properties_set properties_get",
            50,
            ALL,
            "guests_get guests_set properties_get properties_set",
        ),
        ("properties_set", 70, {"tariffs": True}, "guests_set properties_set tariffs_set"),
        ("long_gone __all__", 90, ALL, ""),
        ("", 90, ALL, ""),
    ],
)
def test_a_key_may_ask_for_what_it_has_as_far_as_its_owners_level_allows(
    site, installed, key, granted, level, on, available
):
    installed(**on)
    application = key(*granted.split(), level=level)

    assert FeatureScopes().get_available_scopes(application=application) == available.split()


def test_asking_for_nothing_means_all_the_key_has(site, installed, key):
    installed(**ALL)

    scopes = FeatureScopes().get_default_scopes(application=key("guests_set", "echo_get"))

    assert scopes == ["echo_get", "guests_set"]


def test_asking_for_nothing_with_nothing_left_is_refused(site, installed, key):
    installed(**ALL)

    with pytest.raises(InvalidScopeError):
        FeatureScopes().get_default_scopes(application=key("tariffs_set", level=50))


def test_a_key_without_scopes_gets_none(site, installed, key):
    installed(**ALL)

    assert FeatureScopes().get_default_scopes(application=key()) == []


def test_no_application_or_no_owner_has_no_scopes(site, installed):
    installed(**ALL)
    scopes = FeatureScopes()

    assert scopes.get_available_scopes() == []
    assert scopes.get_default_scopes() == []
    assert scopes.get_available_scopes(application=KeyPair(granted_scopes=["echo_get"])) == []

from __future__ import annotations

import pytest
from django.urls import get_resolver

from bookyflow.accounts.models import AccessLevel, KeyPair, User
from bookyflow.accounts.services import key_pair_create
from bookyflow.core.acting import Actor
from bookyflow.plugins.manifest import Feature, Scope
from bookyflow.plugins.models import FeatureState
from bookyflow.properties.models import (
    ManagerAccess,
    Property,
    PropertySettings,
    PropertyType,
)

PASSWORD = "tea with seven lemons"
LEVELS = {
    "echo_get": (1, "user"),
    "bookings_get": (50, "properties"),
    "content_get": (50, "properties"),
    "content_set": (70, "properties"),
    "channel_management": (70, "channels"),
    "cmf_admin": (90, "channels"),
}


def feature(name: str, *scopes: str) -> Feature:
    return Feature(
        name=name,
        title=name.capitalize(),
        version="1.0.0",
        section="core",
        auth_free=False,
        requires=(),
        scopes=tuple(
            Scope(scope, *LEVELS[scope], label=f"Label of {scope}", description=f"What {scope} is.")
            for scope in scopes
        ),
        module=f"features.{name}",
        bundled=True,
    )


@pytest.fixture
def offered(settings, db):
    """Two features that are on and declare the scopes of LEVELS, and one that is off."""
    get_resolver().url_patterns  # noqa: B018  # the routes of the real features, before these
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    settings.FEATURES = (
        feature("small", "echo_get"),
        feature("rooms", "bookings_get", "content_get", "content_set"),
        feature("channels", "channel_management", "cmf_admin"),
    )
    FeatureState.objects.all().delete()
    for name in ("small", "rooms", "channels"):
        FeatureState.objects.create(name=name, version="1.0.0", enabled=True)


def make_user(name: str, level: int = AccessLevel.MANAGER, **kwargs) -> User:
    return User.objects.create_user(name, password=PASSWORD, access_level=level, **kwargs)


@pytest.fixture
def manager(offered) -> User:
    return make_user("mona")


@pytest.fixture
def other_manager(offered) -> User:
    return make_user("otto")


@pytest.fixture
def super_manager(offered) -> User:
    return make_user("sara", AccessLevel.SUPER_MANAGER)


@pytest.fixture
def actor(manager) -> Actor:
    return Actor(user_id=manager.pk)


@pytest.fixture
def key(manager, actor) -> KeyPair:
    made, _ = key_pair_create(owner=manager, label="App", scopes=["content_get"], by=actor)
    return made


@pytest.fixture
def hotel(manager) -> Property:
    return make_property("Harbour Hotel", manager)


def make_property(name: str, *staff: User, is_test: bool = False) -> Property:
    kind, _ = PropertyType.objects.get_or_create(name="Guest house")
    prop = Property.objects.create(name=name, property_type=kind, country="GB", is_test=is_test)
    PropertySettings.objects.create(property=prop)
    for user in staff:
        ManagerAccess.objects.create(user=user, property=prop)
    return prop

"""People, a property and API clients that most tests need."""

from __future__ import annotations

import gc
import itertools
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models.signals import pre_migrate
from django.utils import timezone
from oauth2_provider.models import AccessToken, set_token_value

from bookyflow.accounts.models import AccessLevel, KeyPair, User
from bookyflow.api.calls.counters import counters
from bookyflow.channels.models import Channel
from bookyflow.core.database import pool_of
from bookyflow.plugins.models import FeatureState
from bookyflow.properties.models import ManagerAccess, Property, PropertySettings, PropertyType
from bookyflow.rooms.models import Room, RoomType
from tests import clusters, emptying, foreign, order, read_only, seen, template, told
from tests.openapi import CheckedClient

_numbers = itertools.count(1)
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_configure(config: pytest.Config) -> None:
    """Leave out what is slow by intent or done once per process: tests make many of both.

    Property-based tests try the same values each time and take the time they need, so that a test
    fails for what was changed; HYPOTHESIS_PROFILE=wide tries many others.
    """
    config.pluginmanager.register(seen.Plugin(config))
    emptying.empty_what_is_filled()
    hypothesis.settings.register_profile("bookyflow", deadline=None, derandomize=True)
    hypothesis.settings.register_profile("wide", deadline=None, max_examples=3000)
    hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "bookyflow"))
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, 0)
    settings.REQUEST_LOG = False  # its thread would write beside the tests' transactions
    settings.WHITENOISE_AUTOREFRESH = True  # look for a static file when it is asked for


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what keeps a process waiting."""
    order.in_order(items)


def pytest_collection_finish() -> None:
    """Look at events and at reads; leave alone what every test needs.

    To look through that for garbage took a tenth of a run.
    """
    told.watch()
    read_only.watch()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what tests have counted: `record_property("counted", …)`."""
    lines = [
        text
        for report in terminalreporter.getreports("passed")
        for kind, text in report.user_properties
        if kind == "counted"
    ]
    if lines:
        terminalreporter.section("counted")
    for line in lines:
        terminalreporter.line(line)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_keepdb: bool, django_db_createdb: bool
) -> None:
    """Before the database is made: have its tables in the schema that TEST_SCHEMA names."""
    pre_migrate.connect(clusters.schema_make, dispatch_uid="schema")
    if django_db_createdb or not django_db_keepdb:
        template.template_use()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """With a fresh copy of the database, from which tests make more.

    Before it is dropped, wait for who was just ended, and tell who still uses it.
    """
    with django_db_blocker.unblock():
        clusters.commits_hurry()
        clusters.fresh_make()
        emptying.seeds_keep()
        features_switch_on()
    pre_migrate.disconnect(dispatch_uid="schema")
    yield
    name = connection.settings_dict["NAME"]
    connection.close()
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        for _ in range(100):
            connection.close_pool()  # again, since a browser's last call makes another one
            cursor.execute(
                # A server that clears up by itself is nobody: dropping the database ends it.
                "SELECT application_name, state, query FROM pg_stat_activity"
                " WHERE datname = %s AND backend_type = 'client backend'",
                [name],
            )
            if not (others := cursor.fetchall()):
                break
            time.sleep(0.1)
    clusters.fresh_drop()
    assert not others


@pytest.fixture
def foreign_language(settings: Any, foreign_catalogues: Path) -> str:
    """A language in which every text that is marked for translation is unreadable."""
    settings.LOCALE_PATHS = [foreign_catalogues]
    return foreign.LANGUAGE


@pytest.fixture(scope="session")
def foreign_catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its catalogue, made once: to look for marked texts takes seconds."""
    folder = tmp_path_factory.mktemp("locale")
    foreign.catalogue_write(folder)
    return folder


@pytest.fixture(autouse=True)
def features_on(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every feature installed and switched on, in tests that use the database."""
    whole = False
    marker = request.node.get_closest_marker("django_db")
    if marker or DATABASE_FIXTURES & set(request.fixturenames):
        whole = bool(
            (marker and marker.kwargs.get("transaction"))
            or {"transactional_db", "live_server"} & set(request.fixturenames)
        )
        request.getfixturevalue("transactional_db" if whole else "db")
        if whole:
            connections_renew()
        if not FeatureState.objects.exists():  # a test before has emptied the tables
            features_switch_on()
    yield
    if whole:  # what Django empties by itself leaves out the tables of jobs
        connections_renew()
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def connections_renew() -> None:
    """Leave aside what a test before has had the server hang up on, and the pool still has."""
    if not connection.in_atomic_block:
        if pool := pool_of(DEFAULT_DB_ALIAS):
            pool.drain()
        connection.close()


def features_switch_on() -> None:
    """Install every feature."""
    FeatureState.objects.bulk_create(
        [
            FeatureState(name=feature.name, version=feature.version, enabled=True)
            for feature in settings.FEATURES
        ],
        ignore_conflicts=True,
    )


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Limits start anew."""
    cache.clear()
    counters.reset()


@pytest.fixture
def user_with_level(db: None) -> Callable[..., User]:
    """Make a user of an access level."""

    def make(level: int, **changes: Any) -> User:
        name = changes.pop("username", f"user{next(_numbers)}")
        return User.objects.create(username=name, access_level=level, **changes)

    return make


@pytest.fixture
def manager(user_with_level: Callable[..., User]) -> User:
    """Manages the hotel."""
    return user_with_level(AccessLevel.MANAGER, username="manager", email="manager@example.com")


@pytest.fixture
def receptionist(user_with_level: Callable[..., User], hotel: Property) -> User:
    """Works at the hotel's desk."""
    user = user_with_level(AccessLevel.RECEPTIONIST, username="receptionist")
    ManagerAccess.objects.create(user=user, property=hotel)
    return user


@pytest.fixture
def super_manager(user_with_level: Callable[..., User]) -> User:
    """Reaches every property."""
    return user_with_level(AccessLevel.SUPER_MANAGER, username="super")


@pytest.fixture
def stranger(user_with_level: Callable[..., User]) -> User:
    """A manager of other properties."""
    return user_with_level(AccessLevel.MANAGER, username="stranger")


@pytest.fixture
def hotel(manager: User) -> Property:
    """A published hotel of the manager with three rooms of one type, priced in euros."""
    return make_hotel(manager)


def make_hotel(*staff: User, name: str = "Harbour House", **changes: Any) -> Property:
    """A hotel with rooms 1, 2 and 3, each for two."""
    kind, _ = PropertyType.objects.get_or_create(name="Hotel")
    hotel = Property.objects.create(
        **{
            "name": name,
            "property_type": kind,
            "country": "GB",
            "town": "Penryn",
            "is_published": True,
        }
        | changes
    )
    PropertySettings.objects.create(
        property=hotel, currency="EUR", time_zone="UTC", time_zone_given=True
    )
    for user in staff:
        ManagerAccess.objects.create(user=user, property=hotel)
    double, _ = RoomType.objects.get_or_create(name="Double", property=None)
    Room.objects.bulk_create(
        Room(property=hotel, room_type=double, number=str(number)) for number in (1, 2, 3)
    )
    return hotel


@pytest.fixture
def channel(manager: User) -> Channel:
    """A channel that the manager has announced."""
    return Channel.objects.create(user=manager, name="ota", friendly_name="OTA")


@pytest.fixture
def client_for(manager: User) -> Callable[..., CheckedClient]:
    """Make a client with a token of a new key pair; each answer is checked against the document.

    The key and its token carry `scopes` (a text or several); `channel` is sent as the channel's
    name; `key` gives fields of the key pair. The client has `.key` and `.token`.
    """

    def make(
        scopes: str | Iterable[str] = "",
        *,
        user: User | None = None,
        channel: str | None = None,
        token_scopes: str | None = None,
        **key: Any,
    ) -> CheckedClient:
        names = scopes.split() if isinstance(scopes, str) else list(scopes)
        pair = KeyPair.objects.create(
            user=user or manager,
            name="test",
            client_id=f"bfid_{next(_numbers)}",
            client_type=KeyPair.CLIENT_CONFIDENTIAL,
            authorization_grant_type=KeyPair.GRANT_CLIENT_CREDENTIALS,
            granted_scopes=names,
            **key,
        )
        client = CheckedClient()
        client.key = pair
        client.token = make_token(pair, " ".join(names) if token_scopes is None else token_scopes)
        headers = {"HTTP_X_BOOKYFLOW_CHANNEL_NAME": channel} if channel else {}
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {client.token}", **headers)
        return client

    return make


def make_token(pair: KeyPair, scope: str) -> str:
    """A token of the key pair, valid for an hour, kept as the token endpoint keeps it."""
    raw = secrets.token_hex(20)
    token = AccessToken(application=pair, scope=scope, expires=timezone.now() + timedelta(hours=1))
    set_token_value(token, raw)
    token.save()
    return raw


@pytest.fixture
def anonymous() -> CheckedClient:
    """A client without a token."""
    return CheckedClient()

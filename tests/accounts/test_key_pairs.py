from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from bookyflow.accounts.models import AccessLevel, KeyPair, KeySecret
from bookyflow.accounts.selectors import key_pair_list
from bookyflow.accounts.services import (
    MAX_LIVE_SECRETS,
    key_pair_change,
    key_pair_create,
    key_pair_revoke,
    key_secret_add,
    key_secret_retire,
)
from bookyflow.core import ids
from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.plugins.models import FeatureState
from tests.accounts.conftest import make_user


def refusal(call, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as caught:
        call(**kwargs)
    return caught.value


def add_token(key: KeyPair, name: str):
    return get_access_token_model().objects.create(
        application=key, token=name, expires=timezone.now() + timedelta(hours=1), scope=""
    )


def test_keeps_a_secret_as_digest_and_hint_only(manager, actor):
    key, secret = key_pair_create(owner=manager, label=" App ", scopes=["echo_get"], by=actor)

    stored = KeySecret.objects.get(key=key)
    assert secret.startswith("bfsk_")
    assert (stored.digest, stored.hint) == (ids.digest(secret), secret[-4:])
    assert (key.name, key.granted_scopes) == ("App", ["echo_get"])
    assert (key.client_type, key.authorization_grant_type) == ("confidential", "client-credentials")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(k)::text FROM accounts_keypair k")
        assert secret not in cursor.fetchone()[0]


def test_the_inherited_secret_is_random_and_hashed(manager, actor):
    key, secret = key_pair_create(owner=manager, label="App", scopes=["echo_get"], by=actor)

    key.refresh_from_db()
    assert key.client_secret.startswith("md5$")
    assert secret not in key.client_secret


@pytest.mark.parametrize(
    ("level", "scope"),
    [
        (AccessLevel.REGISTERED, "bookings_get"),
        (AccessLevel.REGISTERED, "properties_get"),
        (AccessLevel.RECEPTIONIST, "content_set"),
        (AccessLevel.MANAGER, "cmf_admin"),
        (AccessLevel.SUPER_MANAGER, "nobody_declares_this"),
        (AccessLevel.SUPER_MANAGER, "*"),
    ],
)
def test_refuses_a_scope_that_cannot_be_granted(offered, level, scope):
    owner = make_user("rita", level)

    error = refusal(
        key_pair_create, owner=owner, label="App", scopes=["echo_get", scope], by=SYSTEM
    )

    assert error.key == "scope_not_grantable"
    assert error.fields == {"scopes": [f"{scope} cannot be granted."]}
    assert not KeyPair.objects.exists()


def test_refuses_a_scope_of_a_feature_that_is_off(manager, actor):
    FeatureState.objects.filter(name="rooms").update(enabled=False)

    error = refusal(key_pair_create, owner=manager, label="App", scopes=["content_get"], by=actor)

    assert error.key == "scope_not_grantable"


def test_grants_a_broad_scope_from_receptionist_up(offered):
    owner = make_user("rita", AccessLevel.RECEPTIONIST)

    key, _ = key_pair_create(owner=owner, label="App", scopes=["properties_get"], by=SYSTEM)

    assert key.granted_scopes == ["properties_get"]


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("label", {"label": "  "}),
        ("label", {"label": "x" * 101}),
        ("label", {"label": "a\0b"}),
        ("scopes", {"scopes": []}),
        ("allowed_networks", {"allowed_networks": ["10.0.0.0/8", "ten"]}),
        ("allowed_networks", {"allowed_networks": ["10.0.0.1/8"]}),
        ("allowed_networks", {"allowed_networks": ["fe80::1%" + "a" * 100]}),
        ("allowed_networks", {"allowed_networks": [f"10.0.0.{n}" for n in range(51)]}),
        ("expires_at", {"expires_at": timezone.now() - timedelta(seconds=1)}),
    ],
)
def test_refuses_bad_values_beside_their_field(manager, actor, field, arguments):
    given = {"owner": manager, "label": "App", "scopes": ["echo_get"], "by": actor} | arguments

    error = refusal(key_pair_create, **given)

    assert error.key == "validation_failed"
    assert list(error.fields) == [field]
    assert not KeyPair.objects.exists()


def test_normalises_networks(manager, actor):
    key, _ = key_pair_create(
        owner=manager,
        label="App",
        scopes=["echo_get"],
        by=actor,
        allowed_networks=["192.0.2.7", " 10.0.0.0/8", "192.0.2.7/32", "2001:DB8::/32"],
    )

    assert key.allowed_networks == ["192.0.2.7/32", "10.0.0.0/8", "2001:db8::/32"]


@pytest.mark.parametrize("state", [{"is_suspended": True}, {"is_active": False}])
def test_refuses_an_owner_who_may_not_act(offered, state):
    owner = make_user("rita", **state)

    error = refusal(key_pair_create, owner=owner, label="App", scopes=["echo_get"], by=SYSTEM)

    assert error.key == "forbidden"


def test_makes_one_pair_of_a_reserved_client_id(manager, actor):
    given = {"owner": manager, "label": "App", "scopes": ["echo_get"], "by": actor}
    key_pair_create(**given, client_id="bfid_reserved")

    error = refusal(key_pair_create, **given, client_id="bfid_reserved")

    assert error.key == "conflict"
    assert KeySecret.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_makes_one_pair_of_a_reserved_client_id_in_a_race(manager, actor):
    def create(_: int) -> str:
        try:
            key_pair_create(
                owner=manager, label="App", scopes=["echo_get"], by=actor, client_id="bfid_race"
            )
        except DomainError as error:
            return error.key
        finally:
            connection.close()
        return "made"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(create, range(4)))

    assert outcomes == ["conflict", "conflict", "conflict", "made"]
    assert KeySecret.objects.count() == 1


def test_changes_what_is_given_only(key, actor):
    key_pair_change(key=key, by=actor, label="Other")
    key_pair_change(key=key, by=actor, scopes=["echo_get", "content_get"])
    key_pair_change(key=key, by=actor, allowed_networks=["192.0.2.0/24"])

    key.refresh_from_db()
    assert key.name == "Other"
    assert key.granted_scopes == ["content_get", "echo_get"]
    assert key.allowed_networks == ["192.0.2.0/24"]


def test_a_change_keeps_a_held_scope_that_nobody_could_grant_now(key, actor):
    FeatureState.objects.filter(name="rooms").update(enabled=False)

    changed = key_pair_change(key=key, by=actor, scopes=["content_get", "echo_get"])
    error = refusal(key_pair_change, key=key, by=actor, scopes=["content_get", "content_set"])

    assert changed.granted_scopes == ["content_get", "echo_get"]
    assert error.fields == {"scopes": ["content_set cannot be granted."]}


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("label", {"label": ""}),
        ("scopes", {"scopes": []}),
        ("allowed_networks", {"allowed_networks": ["x"]}),
    ],
)
def test_a_change_refuses_bad_values(key, actor, field, arguments):
    error = refusal(key_pair_change, key=key, by=actor, **arguments)

    assert error.key == "validation_failed"
    assert list(error.fields) == [field]


def test_revoking_ends_secrets_and_tokens(key, actor, manager):
    other, _ = key_pair_create(owner=manager, label="Other", scopes=["echo_get"], by=actor)
    add_token(key, "one")
    kept = add_token(other, "two")

    revoked = key_pair_revoke(key=key, by=actor)

    assert not revoked.is_live
    assert key.secrets.get().expires_at == revoked.revoked_at
    assert list(get_access_token_model().objects.all()) == [kept]


def test_revoking_again_changes_nothing(key, actor):
    first = key_pair_revoke(key=key, by=actor).revoked_at

    assert key_pair_revoke(key=key, by=actor).revoked_at == first


@pytest.mark.parametrize("call", [key_pair_change, key_secret_add])
def test_nothing_changes_a_revoked_pair(key, actor, call):
    key_pair_revoke(key=key, by=actor)

    assert refusal(call, key=key, by=actor).key == "conflict"


def test_adds_a_secret_beside_the_first(key, actor):
    added, secret = key_secret_add(key=key, by=actor)

    assert added.digest == ids.digest(secret)
    assert key.secrets.count() == 2


def test_refuses_to_add_a_secret_twice_by_one_form(key, actor):
    newest = key.secrets.get().pk
    key_secret_add(key=key, by=actor, newest_seen=newest)

    assert refusal(key_secret_add, key=key, by=actor, newest_seen=newest).key == "conflict"
    assert key.secrets.count() == 2


def test_refuses_more_secrets_than_a_rotation_needs(key, actor):
    for _ in range(MAX_LIVE_SECRETS - 1):
        key_secret_add(key=key, by=actor)

    assert refusal(key_secret_add, key=key, by=actor).key == "conflict"


def test_refuses_a_secret_for_an_expired_pair(key, actor):
    KeyPair.objects.update(expires_at=timezone.now() - timedelta(days=1))

    assert refusal(key_secret_add, key=key, by=actor).key == "conflict"


def test_retires_a_secret_at_once_and_leaves_tokens(key, actor):
    add_token(key, "one")
    key_secret_add(key=key, by=actor)
    old = key.secrets.last()

    retired = key_secret_retire(secret=old, by=actor)

    assert retired.expires_at <= timezone.now()
    assert get_access_token_model().objects.count() == 1


def test_retiring_a_leaked_secret_ends_the_tokens(key, actor):
    add_token(key, "one")
    key_secret_add(key=key, by=actor)

    key_secret_retire(secret=key.secrets.last(), by=actor, end_tokens=True)

    assert not get_access_token_model().objects.exists()


def test_retires_a_secret_later_but_never_prolongs_it(key, actor):
    key_secret_add(key=key, by=actor)
    old = key.secrets.last()
    soon = timezone.now() + timedelta(hours=1)

    key_secret_retire(secret=old, by=actor, at=soon)
    key_secret_retire(secret=old, by=actor, at=soon + timedelta(days=9))

    old.refresh_from_db()
    assert old.expires_at == soon


def test_refuses_to_retire_in_the_past(key, actor):
    key_secret_add(key=key, by=actor)

    error = refusal(
        key_secret_retire,
        secret=key.secrets.last(),
        by=actor,
        at=timezone.now() - timedelta(hours=1),
    )

    assert list(error.fields) == ["expires_at"]


def test_refuses_to_retire_the_last_secret(key, actor):
    added, _ = key_secret_add(key=key, by=actor)
    key_secret_retire(secret=key.secrets.last(), by=actor, at=timezone.now() + timedelta(hours=1))

    # The other one ends in an hour, so it cannot stand in for a longer time.
    error = refusal(
        key_secret_retire, secret=added, by=actor, at=timezone.now() + timedelta(hours=2)
    )

    assert error.key == "conflict"
    assert key_secret_retire(secret=added, by=actor).expires_at is not None
    assert refusal(key_secret_retire, secret=key.secrets.last(), by=actor).key == "conflict"


def test_lists_own_pairs_with_their_latest_use(manager, actor, key, other_manager):
    key_pair_create(owner=other_manager, label="Not mine", scopes=["echo_get"], by=actor)
    newer, _ = key_pair_create(owner=manager, label="Newer", scopes=["echo_get"], by=actor)
    used = timezone.now() - timedelta(minutes=5)
    key.secrets.update(last_used_at=used)
    KeyPair.objects.filter(pk=newer.pk).update(last_used_at=used, revoked_at=timezone.now())

    listed = key_pair_list(owner=manager)

    assert [found.name for found in listed] == ["App", "Newer"]
    assert [found.latest_use for found in listed] == [used, used]
    assert [found.live_secrets for found in listed] == [1, 1]

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate

from bookyflow.accounts.models import AccessLevel
from bookyflow.accounts.users import user_level_set
from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.property_lifecycle.suspension import user_suspend, user_unsuspend
from tests.accounts.conftest import PASSWORD


def test_a_suspended_account_cannot_sign_in_until_it_may_again(rf, manager):
    request = rf.post("/bookyflow/sign-in")

    user_suspend(user=manager, by=SYSTEM)
    assert authenticate(request, username="mona", password=PASSWORD) is None

    user_unsuspend(user=manager, by=SYSTEM)
    assert authenticate(request, username="mona", password=PASSWORD) == manager


def test_a_key_pair_of_a_suspended_owner_is_not_usable(key, manager):
    user_suspend(user=manager, by=SYSTEM)

    key.refresh_from_db()
    assert not key.is_usable(None)


def test_a_super_manager_cannot_be_suspended(super_manager):
    with pytest.raises(DomainError) as caught:
        user_suspend(user=super_manager, by=SYSTEM)

    super_manager.refresh_from_db()
    assert caught.value.key == "conflict"
    assert not super_manager.is_suspended


def test_sets_a_level(manager):
    user_level_set(user=manager, level=AccessLevel.RECEPTIONIST, by=SYSTEM)

    manager.refresh_from_db()
    assert manager.access_level == AccessLevel.RECEPTIONIST


@pytest.mark.parametrize("level", [0, 101, 71])
def test_refuses_an_unknown_level(manager, level):
    with pytest.raises(DomainError) as caught:
        user_level_set(user=manager, level=level, by=SYSTEM)

    assert caught.value.fields == {"access_level": ["Unknown level."]}


def test_a_suspended_account_cannot_become_a_super_manager(manager):
    user_suspend(user=manager, by=SYSTEM)

    with pytest.raises(DomainError) as caught:
        user_level_set(user=manager, level=AccessLevel.SUPER_MANAGER, by=SYSTEM)

    assert caught.value.key == "conflict"

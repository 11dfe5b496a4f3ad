from __future__ import annotations

import pytest
from django.utils import timezone

from bookyflow.accounts.models import AccessLevel
from bookyflow.accounts.services import key_pair_create, key_pair_revoke
from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.properties.access import (
    key_properties_set,
    key_property_ids,
    properties_of,
    staff_add,
    staff_remove,
)
from bookyflow.properties.models import ManagerAccess
from tests.accounts.conftest import make_property, make_user


def test_a_manager_has_assigned_properties_that_exist(manager, hotel, other_manager):
    make_property("Somebody else's", other_manager)
    gone = make_property("Gone", manager)
    gone.deleted_at = timezone.now()
    gone.save(update_fields=["deleted_at"])

    assert list(properties_of(manager)) == [hotel]


def test_a_super_manager_has_all_properties(super_manager, hotel):
    assert list(properties_of(super_manager)) == [hotel]


def test_a_registered_account_has_none_though_assigned(offered):
    user = make_user("rex", AccessLevel.REGISTERED)
    make_property("House", user)

    assert not properties_of(user).exists()


def test_limits_a_key_pair_and_opens_it_again(key, manager, hotel):
    villa = make_property("Villa", manager)

    limited = key_properties_set(key=key, properties=[hotel.pk])
    assert (limited.all_properties, key_property_ids(key)) == (False, [hotel.pk])

    key_properties_set(key=key, properties=[villa.pk])
    assert key_property_ids(key) == [villa.pk]

    opened = key_properties_set(key=key, properties=None)
    assert (opened.all_properties, key_property_ids(key)) == (True, [])


def test_refuses_an_empty_list(key):
    with pytest.raises(DomainError) as caught:
        key_properties_set(key=key, properties=[])

    assert caught.value.fields == {"properties": ["Choose at least one property."]}


def test_refuses_a_property_of_others(key, hotel, other_manager):
    theirs = make_property("Theirs", other_manager)

    with pytest.raises(DomainError) as caught:
        key_properties_set(key=key, properties=[hotel.pk, theirs.pk])

    assert caught.value.fields == {
        "properties": ["The owner of the key has no access to this property."]
    }
    assert key_property_ids(key) == []


@pytest.mark.parametrize("is_test", [True, False])
def test_refuses_to_mix_test_and_live(manager, actor, is_test):
    prop = make_property("House", manager, is_test=not is_test)
    key, _ = key_pair_create(
        owner=manager, label="App", scopes=["echo_get"], by=actor, is_test=is_test
    )

    with pytest.raises(DomainError) as caught:
        key_properties_set(key=key, properties=[prop.pk])

    kind = "test" if is_test else "live"
    assert caught.value.fields == {
        "properties": [f"A {kind} key pair reaches {kind} properties only."]
    }


def test_keeps_a_property_that_the_owner_has_lost(key, manager, hotel):
    villa = make_property("Villa", manager)
    key_properties_set(key=key, properties=[hotel.pk])
    ManagerAccess.objects.filter(property=hotel).delete()

    key_properties_set(key=key, properties=[hotel.pk, villa.pk])

    assert key_property_ids(key) == [hotel.pk, villa.pk]


def test_refuses_a_revoked_pair(key, hotel):
    key_pair_revoke(key=key, by=SYSTEM)

    with pytest.raises(DomainError) as caught:
        key_properties_set(key=key, properties=[hotel.pk])

    assert caught.value.key == "conflict"


def test_grants_staff_access_once(other_manager, hotel):
    staff_add(user_id=other_manager.pk, property_id=hotel.pk, by=SYSTEM)
    staff_add(user_id=other_manager.pk, property_id=hotel.pk, by=SYSTEM)

    assert list(properties_of(other_manager)) == [hotel]


def test_refuses_staff_access_below_receptionist(offered, hotel):
    user = make_user("rex", AccessLevel.REGISTERED)

    with pytest.raises(DomainError) as caught:
        staff_add(user_id=user.pk, property_id=hotel.pk, by=SYSTEM)

    assert list(caught.value.fields) == ["user"]


def test_withdrawing_access_takes_the_property_from_key_pairs(key, manager, hotel):
    key_properties_set(key=key, properties=[hotel.pk])

    staff_remove(user_id=manager.pk, property_id=hotel.pk, by=SYSTEM)

    key.refresh_from_db()
    assert not properties_of(manager).exists()
    # It stays limited, to nothing: it must not fall back to all properties.
    assert (key.all_properties, key_property_ids(key)) == (False, [])

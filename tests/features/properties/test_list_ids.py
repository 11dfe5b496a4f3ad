from __future__ import annotations

import pytest
from django.utils import timezone

from bookyflow.properties.models import KeyProperty
from tests.conftest import make_hotel

pytestmark = pytest.mark.django_db

PATH = "/bookyflow/api/properties/all"


def test_lists_the_managers_own_properties_by_id(client_for, manager, stranger, hotel):
    make_hotel(stranger, name="Foreign")
    later = make_hotel(manager, name="Later", is_published=False)

    response = client_for("content_get").get(PATH)

    assert response.status_code == 200
    assert response.json() == {"data": {"ids": [hotel.pk, later.pk]}, "meta": {"code": 200}}


def test_the_broad_scope_includes_it(client_for, hotel):
    response = client_for("properties_get").get(PATH + "/")

    assert response.json()["data"]["ids"] == [hotel.pk]


def test_a_super_manager_gets_all(client_for, super_manager, hotel, stranger):
    other = make_hotel(stranger, name="Foreign")

    response = client_for("content_get", user=super_manager).get(PATH)

    assert response.json()["data"]["ids"] == [hotel.pk, other.pk]


def test_a_manager_without_properties_gets_an_empty_list(client_for, stranger, hotel):
    assert client_for("content_get", user=stranger).get(PATH).json()["data"]["ids"] == []


def test_leaves_out_what_the_key_does_not_reach(client_for, manager, hotel):
    listed = make_hotel(manager, name="Listed")
    make_hotel(manager, name="Deleted", deleted_at=timezone.now())
    make_hotel(manager, name="Test", is_test=True)
    client = client_for("content_get", all_properties=False)
    KeyProperty.objects.create(key=client.key, property=listed)

    assert client.get(PATH).json()["data"]["ids"] == [listed.pk]


def test_a_test_key_gets_test_properties(client_for, manager, hotel):
    test = make_hotel(manager, name="Test", is_test=True)

    response = client_for("content_get", is_test=True).get(PATH)

    assert response.json()["data"]["ids"] == [test.pk]


@pytest.mark.parametrize("others", [0, 4])
def test_costs_two_statements_however_many(
    client_for, manager, hotel, others, django_assert_num_queries
):
    for number in range(others):
        make_hotel(manager, name=f"Other {number}")
    client = client_for("content_get")

    # * token, key, owner, features
    # * the ids
    with django_assert_num_queries(2):
        response = client.get(PATH)

    assert response.status_code == 200
    assert len(response.json()["data"]["ids"]) == others + 1

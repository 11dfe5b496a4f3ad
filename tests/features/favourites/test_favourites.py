from __future__ import annotations

import pytest

from bookyflow.accounts.models import AccessLevel
from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.favourites import services
from bookyflow.favourites.models import Favourite
from bookyflow.favourites.services import favourite_add
from bookyflow.properties.models import Property
from tests.conftest import make_hotel
from tests.examples import example
from tests.features.conftest import problem, queries

pytestmark = pytest.mark.django_db

BASE = "/bookyflow/api/favourites"


@pytest.fixture
def visitor(user_with_level):
    """Somebody with an account, who manages nothing."""
    return user_with_level(AccessLevel.REGISTERED)


@pytest.fixture
def client(client_for, visitor):
    """The visitor's client."""
    return client_for("favourites_get favourites_set", user=visitor)


def test_a_property_is_added_once(client, hotel, visitor):
    answers = [client.post(f"{BASE}/{hotel.pk}").json()["data"] for _ in range(2)]

    assert answers == [{"id": hotel.pk}] * 2
    assert {"id": type(example("favourites.add").answer)} == {"id": int}
    kept = Favourite.objects.get()
    assert (kept.user, kept.property) == (visitor, hotel)
    event = Event.objects.get()
    assert (event.kind, event.user_id) == ("property_favourited", visitor.pk)


def test_the_list_has_the_users_own_in_their_order(client, hotel, manager, visitor):
    assert client.get(BASE).json()["data"] == {"ids": []}
    others = [make_hotel(manager, name=str(number)) for number in range(3)]
    for prop in (others[1], hotel, others[0]):
        client.post(f"{BASE}/{prop.pk}")
    favourite_add(user_id=manager.pk, property_id=others[2].pk, by=SYSTEM)

    ids = client.get(BASE).json()["data"]["ids"]

    assert ids == [others[1].pk, hotel.pk, others[0].pk]
    assert {type(one) for one in ids + example("favourites.list").answer} == {int}
    page = client.get(f"{BASE}/?limit=2")
    assert (page.json()["data"]["ids"], page["X-Total-Count"]) == (ids[:2], "3")
    assert client.get(page["Link"].partition("<")[2].partition(">")[0]).json()["data"]["ids"] == [
        ids[2]
    ]


def test_the_list_asks_as_much_for_many_as_for_two(client, manager, visitor):
    def add(count):
        for number in range(count):
            prop = make_hotel(manager, name=str(number))
            favourite_add(user_id=visitor.pk, property_id=prop.pk, by=SYSTEM)

    add(2)
    few = queries(client, BASE)
    add(18)
    assert queries(client, BASE) == few <= 6


def test_what_is_removed_need_not_be_there(client, hotel):
    client.post(f"{BASE}/{hotel.pk}")

    for pk in (hotel.pk, hotel.pk, 999_999_999_999_999_999):
        assert client.delete(f"{BASE}/{pk}").json()["data"] == {"id": pk}
    assert client.get(BASE).json()["data"] == {"ids": []}


@pytest.mark.parametrize(
    "changes", [{"is_published": False}, {"deleted_at": "2026-01-01T00:00Z"}, {"is_test": True}]
)
def test_what_visitors_do_not_see_is_neither_added_nor_listed(client, hotel, changes):
    client.post(f"{BASE}/{hotel.pk}")
    Property.objects.filter(pk=hotel.pk).update(**changes)

    assert client.get(BASE).json()["data"] == {"ids": []}
    assert problem(client.post(f"{BASE}/{hotel.pk}")) == (404, "property_not_found", [])


def test_a_test_key_has_test_properties_only(client, client_for, hotel, visitor):
    trial = make_hotel(name="Trial", is_test=True)
    testing = client_for("favourites_get favourites_set", user=visitor, is_test=True)
    for one, prop in ((client, hotel), (testing, trial)):
        one.post(f"{BASE}/{prop.pk}")

    testing.delete(f"{BASE}/{hotel.pk}")
    assert client.get(BASE).json()["data"] == {"ids": [hotel.pk]}
    assert testing.get(BASE).json()["data"] == {"ids": [trial.pk]}
    assert problem(testing.post(f"{BASE}/{hotel.pk}"))[:2] == (404, "property_not_found")


def test_there_is_an_end(client, hotel, manager, monkeypatch):
    monkeypatch.setattr(services, "MOST", 1)
    client.post(f"{BASE}/{hotel.pk}")

    answer = client.post(f"{BASE}/{make_hotel(manager, name='Other').pk}")

    assert problem(answer) == (409, "conflict", [])
    assert Favourite.objects.count() == 1


@pytest.mark.parametrize("path", ["0", "-1", "x", "1.5", "9" * 19, "1/2"])
def test_what_is_no_id_is_no_address(client, path):
    assert client.post(f"{BASE}/{path}").status_code == 404

from __future__ import annotations

import pytest

from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.favourites import services
from bookyflow.favourites.models import Favourite
from bookyflow.favourites.selectors import favourite_list
from bookyflow.favourites.services import favourite_add, favourite_remove
from bookyflow.properties.models import Property
from tests.conftest import make_hotel
from tests.domain.conftest import at_once

pytestmark = pytest.mark.django_db


def favourite_ids(**whose) -> list[int]:
    return [favourite.property_id for favourite in favourite_list(**whose)]


def test_adding_is_remembered_once_and_told_once(hotel, stranger):
    by = Actor(user_id=stranger.pk)
    for _ in range(2):
        favourite_add(user_id=stranger.pk, property_id=hotel.pk, by=by)

    assert favourite_ids(user_id=stranger.pk) == [hotel.pk]
    event = Event.objects.get()
    assert (event.kind, event.property_id, event.user_id) == (
        "property_favourited",
        hotel.pk,
        stranger.pk,
    )


def test_lists_a_user_s_own_in_their_order(hotel, manager, stranger):
    other = make_hotel(manager, name="Other")
    for property_id in (other.pk, hotel.pk):
        favourite_add(user_id=stranger.pk, property_id=property_id, by=SYSTEM)
    favourite_add(user_id=manager.pk, property_id=hotel.pk, by=SYSTEM)

    assert favourite_ids(user_id=stranger.pk) == [other.pk, hotel.pk]


def test_removing_what_is_not_there_is_no_error(hotel, stranger):
    favourite_add(user_id=stranger.pk, property_id=hotel.pk, by=SYSTEM)
    for _ in range(2):
        favourite_remove(user_id=stranger.pk, property_id=hotel.pk, by=SYSTEM)

    assert favourite_ids(user_id=stranger.pk) == []


@pytest.mark.parametrize(
    "changes", [{"is_published": False}, {"deleted_at": "2026-01-01T00:00Z"}, {"is_test": True}]
)
def test_what_visitors_do_not_see_is_neither_added_nor_listed(hotel, stranger, changes):
    favourite_add(user_id=stranger.pk, property_id=hotel.pk, by=SYSTEM)
    Property.objects.filter(pk=hotel.pk).update(**changes)

    assert favourite_ids(user_id=stranger.pk) == []
    with pytest.raises(DomainError, match="property_not_found"):
        favourite_add(user_id=stranger.pk, property_id=hotel.pk, by=SYSTEM)
    assert str(Favourite.objects.get()) == f"user {stranger.pk}: property {hotel.pk}"


def test_test_properties_are_for_test_keys(manager, stranger):
    trial = make_hotel(manager, name="Trial", is_test=True)
    tester = Actor(user_id=stranger.pk, is_test=True)
    favourite_add(user_id=stranger.pk, property_id=trial.pk, by=tester)

    assert favourite_ids(user_id=stranger.pk) == []
    assert favourite_ids(user_id=stranger.pk, is_test=True) == [trial.pk]


def test_there_is_an_end_to_what_one_user_stores(hotel, manager, stranger, monkeypatch):
    monkeypatch.setattr(services, "MOST", 1)
    favourite_add(user_id=stranger.pk, property_id=hotel.pk, by=SYSTEM)
    favourite_add(user_id=stranger.pk, property_id=hotel.pk, by=SYSTEM)

    other = make_hotel(manager, name="Other")
    with pytest.raises(DomainError, match="conflict"):
        favourite_add(user_id=stranger.pk, property_id=other.pk, by=SYSTEM)
    assert favourite_ids(user_id=stranger.pk) == [hotel.pk]


@pytest.mark.django_db(transaction=True)
def test_adding_at_once_is_one_event(hotel, stranger):
    done = at_once(4, lambda _: favourite_add(user_id=stranger.pk, property_id=hotel.pk, by=SYSTEM))

    assert done == [None] * 4
    assert Event.objects.count() == 1

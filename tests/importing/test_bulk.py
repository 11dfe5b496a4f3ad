"""The services for many at once, as far as the import does not show them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction

from bookyflow.accounts.site import site_settings_save
from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.properties.bulk import (
    NewProperty,
    properties_create,
)
from bookyflow.properties.models import FeatureCategory, PropertyFeature, PropertyType
from bookyflow.properties.services import property_draft
from bookyflow.property_lifecycle.bulk import properties_publish, properties_unpublish
from bookyflow.rooms.bulk import rooms_add_to_many
from bookyflow.rooms.services import RoomsToAdd
from bookyflow.tariffs.bulk import FirstPrice, first_prices_set
from tests.conftest import make_hotel
from tests.domain.properties.conftest import furnish

pytestmark = pytest.mark.django_db


def new(name="A", *, type_id=1, features=(), **changes):
    prop, settings = property_draft(
        property_type=PropertyType.objects.get(pk=type_id),
        is_test=False,
        name=name,
        country="GB",
        **changes,
    )
    return NewProperty(prop, settings, features=features)


def test_properties_are_created_all_or_none(manager):
    with pytest.raises(DomainError) as refused, transaction.atomic():
        properties_create(
            new=[new("A"), new("B", features=[999])],
            owner_id=manager.pk,
            language="en-GB",
            by=SYSTEM,
        )

    assert refused.value.fields == {"features": ["999 is no site-wide feature."]}
    assert manager.access.count() == 0


def test_a_feature_of_one_property_is_not_for_others(manager, hotel):
    own = PropertyFeature.objects.create(name="Bell tower", property=hotel)

    with pytest.raises(DomainError) as refused:
        properties_create(
            new=[new(features=[own.pk])], owner_id=manager.pk, language="en-GB", by=SYSTEM
        )

    assert refused.value.fields == {"features": [f"{own.pk} is no site-wide feature."]}


def test_rooms_keep_the_rules_of_single_ones(manager, hotel):
    (villa,) = properties_create(
        new=[new("Villa", type_id=6)], owner_id=manager.pk, language="en-GB", by=SYSTEM
    )

    with pytest.raises(DomainError, match="single_room_property"):
        rooms_add_to_many(wanted={villa.pk: [RoomsToAdd(5, 2, 2)]}, by=SYSTEM)
    with pytest.raises(DomainError, match="room_type_incorrect"):
        rooms_add_to_many(wanted={villa.pk: [RoomsToAdd(1, 1, 2)]}, by=SYSTEM)
    with pytest.raises(DomainError, match="property_not_found"):
        rooms_add_to_many(wanted={0: [RoomsToAdd(1, 1, 2)]}, by=SYSTEM)
    added = rooms_add_to_many(
        wanted={hotel.pk: [RoomsToAdd(1, 2, 3)], villa.pk: [RoomsToAdd(5, 1, 4)]}, by=SYSTEM
    )

    assert [room.number for room in added[hotel.pk]] == ["04", "05"]
    assert [(room.number, room.max_occupancy) for room in added[villa.pk]] == [("01", 4)]
    event = Event.objects.get(property_id=hotel.pk)
    assert event.data == {"room_ids": [room.pk for room in added[hotel.pk]]}


def test_first_prices_keep_the_rules_of_single_ones(manager, hotel):
    empty = make_hotel(manager, name="Empty")
    empty.rooms.all().delete()
    first = FirstPrice(Decimal(90), max_people=4)

    ids = first_prices_set(wanted={hotel.pk: first}, years=1, by=SYSTEM)

    assert ids == {hotel.pk: [hotel.tariff_types.get().pk]}
    with pytest.raises(DomainError, match="tariffs_already_exist"):
        first_prices_set(wanted={hotel.pk: first}, years=1, by=SYSTEM)
    with pytest.raises(DomainError, match="no_rooms_in_property"):
        first_prices_set(wanted={empty.pk: first}, years=1, by=SYSTEM)


def test_publishing_leaves_out_what_a_single_one_would_refuse(manager, hotel):
    waiting = furnish(make_hotel(manager, name="Waiting", is_published=False, is_approved=False))
    bare = make_hotel(manager, name="Bare", is_published=False)
    ready = furnish(make_hotel(manager, name="Ready", is_published=False))
    ids = [hotel.pk, waiting.pk, bare.pk, ready.pk]

    first = properties_publish(property_ids=ids, by=SYSTEM)
    again = properties_publish(property_ids=ids, by=SYSTEM)

    ready.refresh_from_db()
    assert (first, again) == ([ready.pk], [])
    assert (ready.is_published, ready.is_complete, ready.version) == (True, True, 2)
    assert list(Event.objects.values_list("kind", "property_id")) == [
        ("property_completed", ready.pk),
        ("property_published", ready.pk),
    ]


def test_unpublishing_says_which_were_seen(manager, hotel):
    draft = make_hotel(manager, name="Draft", is_published=False)

    assert properties_unpublish(property_ids=[draft.pk, hotel.pk], by=SYSTEM) == [hotel.pk]
    assert list(Event.objects.values_list("kind", "property_id")) == [
        ("property_unpublished", hotel.pk)
    ]


def test_a_site_may_want_to_approve_them(manager):
    site_settings_save(values={"approves_automatically": False}, by=SYSTEM)

    (prop,) = properties_create(new=[new()], owner_id=manager.pk, language="en-GB", by=SYSTEM)

    assert not prop.is_approved


def test_the_seeded_features_have_stable_ids_and_own_ones_begin_at_1001():
    assert PropertyFeature.objects.get(pk=77).name == "Wifi"
    assert PropertyFeature.objects.get(pk=58).category.name == "Amenities"
    assert PropertyFeature.objects.get(pk=82).name == "Air conditioning"
    assert FeatureCategory.objects.count() == 16
    assert PropertyFeature.objects.count() == 158
    assert PropertyFeature.objects.create(name="Bell tower").pk > 1000
    assert FeatureCategory.objects.create(name="Bells").pk > 1000

from __future__ import annotations

from decimal import Decimal

import pytest

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.accounts.site import site_settings_save
from bookyflow.core import places
from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.properties.access import key_property_ids, properties_of, staff_add, staff_remove
from bookyflow.properties.editing import property_change, property_features_set
from bookyflow.properties.models import (
    KeyProperty,
    ManagerAccess,
    Property,
    PropertyCategory,
    PropertyFeature,
    PropertyType,
)
from bookyflow.properties.selectors import features_usable, property_categories
from bookyflow.property_lifecycle.deletion import property_delete
from tests.conftest import make_hotel
from tests.domain.properties.conftest import furnish, kinds

pytestmark = pytest.mark.django_db


def fresh(prop) -> Property:
    return Property.objects.get(pk=prop.pk)


def refusal(act, **arguments) -> DomainError:
    with pytest.raises(DomainError) as error:
        act(**arguments)
    return error.value


# What it is


def test_changes_what_is_given_with_one_event(hotel, by):
    region = places.region_number("GB-CON")
    values = {"street": "1 Quay", "stars": 4, "region_id": region, "latitude": "50.15"}

    changed = property_change(property_id=hotel.pk, values=values, by=by)
    again = property_change(property_id=hotel.pk, values=values, by=by)

    found = fresh(hotel)
    assert (found.street, found.stars, found.region) == ("1 Quay", 4, "GB-CON")
    assert found.latitude == Decimal("50.15")
    assert (changed, again) == (["latitude", "region", "stars", "street"], [])
    assert found.version == 2
    assert [event.data for event in Event.objects.all()] == [{"names": changed}]


@pytest.mark.parametrize(
    ("code", "stored"), [("uk", "GB"), ("EL", "GR"), ("XK", "XK"), ("FRA", "FR")]
)
def test_a_country_may_be_any_code_in_use(hotel, by, code, stored):
    property_change(property_id=hotel.pk, values={"country": code}, by=by)

    assert fresh(hotel).country == stored


def test_another_country_has_other_regions(hotel, by):
    property_change(
        property_id=hotel.pk, values={"region_id": places.region_number("GB-CON")}, by=by
    )
    property_change(property_id=hotel.pk, values={"country": "fr"}, by=by)

    assert (fresh(hotel).country, fresh(hotel).region) == ("FR", "")
    property_change(
        property_id=hotel.pk,
        values={"country": "FR", "region_id": places.region_number("FR-75C")},
        by=by,
    )
    assert fresh(hotel).region == "FR-75C"
    property_change(property_id=hotel.pk, values={"region_id": None}, by=by)
    assert fresh(hotel).region == ""


@pytest.mark.parametrize(
    ("values", "key", "field"),
    [
        ({"stars": 6}, "validation_failed", "stars"),
        ({"name": ""}, "validation_failed", "name"),
        ({"latitude": "north"}, "validation_failed", "latitude"),
        ({"category_id": 99}, "validation_failed", "category_id"),
        ({"is_published": True}, "validation_failed", "is_published"),
        ({"property_type_id": 1}, "validation_failed", "property_type_id"),
        ({"country": "XX"}, "country_incorrect", "country"),
        ({"region_id": 1}, "region_id_incorrect", "region_id"),
        ({"region_id": "x"}, "region_id_incorrect", None),
    ],
)
def test_refuses_what_cannot_be(hotel, by, values, key, field):
    error = refusal(property_change, property_id=hotel.pk, values={"street": "New"} | values, by=by)

    assert (error.key, list(error.fields)) == (key, [field] if field else [])
    assert fresh(hotel).street == ""


def test_a_manager_s_change_needs_approval_where_the_site_wants_it(hotel, by, boss):
    site_settings_save(values={"approves_automatically": False}, by=SYSTEM)
    property_change(property_id=hotel.pk, values={"street": "1 Quay"}, by=boss)
    after_boss = fresh(hotel).is_published
    property_change(property_id=hotel.pk, values={"street": "2 Quay"}, by=by)

    found = fresh(hotel)
    assert (after_boss, found.is_published, found.is_approved) == (True, False, False)
    assert kinds()[1:] == ["property_updated", "property_unpublished", "property_unapproved"]


def test_the_seeded_categories(hotel, by):
    assert [(category.pk, str(category)) for category in property_categories()] == [
        (1, "Vacation rentals"),
        (2, "Tours"),
        (3, "Long-term rentals"),
        (4, "Real estate"),
    ]
    property_change(property_id=hotel.pk, values={"category_id": 3}, by=by)
    assert fresh(hotel).category.title == "Long-term rentals"
    assert PropertyCategory.objects.create(title="Own").pk > 100


def test_features_replace_those_before(hotel, by):
    own = PropertyFeature.objects.create(name="Bell tower", property=hotel)

    property_features_set(property_id=hotel.pk, feature_ids=[77, own.pk], by=by)
    property_features_set(property_id=hotel.pk, feature_ids=[own.pk, 77, 77], by=by)
    property_features_set(property_id=hotel.pk, feature_ids=[58], by=by)

    assert [feature.pk for feature in hotel.features.all()] == [58]
    assert fresh(hotel).version == 3
    assert kinds() == ["property_updated"] * 2
    property_features_set(property_id=hotel.pk, feature_ids=[], by=by)
    assert not hotel.features.exists()


def test_features_of_others_are_refused(hotel, by, stranger):
    foreign = PropertyFeature.objects.create(
        name="Moat", property=make_hotel(stranger, name="Foreign")
    )
    of_boats = PropertyFeature.objects.create(name="Sails")
    of_boats.property_types.add(PropertyType.objects.create(name="Boat"))
    of_hotels = PropertyFeature.objects.create(name="Porter")
    of_hotels.property_types.add(hotel.property_type)

    for feature in (foreign.pk, of_boats.pk, 999_999):
        error = refusal(
            property_features_set, property_id=hotel.pk, feature_ids=[77, feature], by=by
        )
        assert (error.key, list(error.fields)) == ("validation_failed", ["features"])
    assert not hotel.features.exists()
    usable = set(features_usable(prop=hotel).values_list("pk", flat=True))
    assert {77, of_hotels.pk} <= usable
    assert not {foreign.pk, of_boats.pk} & usable


# Staff


def test_staff_are_added_once(hotel, stranger, by):
    for _ in range(2):
        staff_add(user_id=stranger.pk, property_id=hotel.pk, by=by)

    assert list(properties_of(stranger)) == [hotel]
    event = Event.objects.get()
    assert (event.kind, event.property_id) == ("manager_added", hotel.pk)
    assert (event.subject_kind, event.subject_id) == ("user", stranger.pk)
    assert event.data == {"access_level": 70}


def test_an_account_may_be_raised_to_staff(hotel, user_with_level, by):
    user = user_with_level(AccessLevel.REGISTERED)
    manager = user_with_level(AccessLevel.MANAGER)

    assert (
        refusal(staff_add, user_id=user.pk, property_id=hotel.pk, by=by).key == "validation_failed"
    )
    too_much = refusal(
        staff_add, user_id=user.pk, property_id=hotel.pk, level=AccessLevel.SUPER_MANAGER, by=by
    )
    staff_add(user_id=user.pk, property_id=hotel.pk, level=AccessLevel.RECEPTIONIST, by=by)
    staff_add(user_id=manager.pk, property_id=hotel.pk, level=AccessLevel.RECEPTIONIST, by=by)

    assert too_much.key == "validation_failed"
    assert User.objects.get(pk=user.pk).access_level == AccessLevel.RECEPTIONIST
    assert User.objects.get(pk=manager.pk).access_level == AccessLevel.MANAGER


def test_staff_without_a_property_are_registered_users(hotel, manager, receptionist, by):
    make_hotel(receptionist, name="Other")
    for user in (manager, manager, receptionist):
        staff_remove(user_id=user.pk, property_id=hotel.pk, by=by)

    assert User.objects.get(pk=manager.pk).access_level == AccessLevel.REGISTERED
    assert User.objects.get(pk=receptionist.pk).access_level == AccessLevel.RECEPTIONIST
    assert kinds() == ["manager_deleted", "manager_deleted"]
    assert Event.objects.order_by("id").first().data == {"access_level": 1}


def test_an_account_that_there_is_not(hotel, by):
    unknown = refusal(staff_add, user_id=0, property_id=hotel.pk, by=by)
    staff_remove(user_id=0, property_id=hotel.pk, by=by)

    assert (unknown.key, list(unknown.fields)) == ("validation_failed", ["user"])
    assert kinds() == []


def test_a_super_manager_stays_one(hotel, super_manager, client_for, by):
    ManagerAccess.objects.create(user=super_manager, property=hotel)
    key = client_for(user=super_manager).key
    KeyProperty.objects.create(key=key, property=hotel)

    staff_remove(user_id=super_manager.pk, property_id=hotel.pk, by=by)

    assert User.objects.get(pk=super_manager.pk).is_super_manager
    assert key_property_ids(key) == [hotel.pk]


def test_a_deleted_property_has_no_new_staff(hotel, stranger, boss):
    furnish(hotel)
    property_delete(prop=hotel, by=boss)

    assert (
        refusal(staff_add, user_id=stranger.pk, property_id=hotel.pk, by=boss).key
        == "property_not_found"
    )
    assert (
        refusal(staff_remove, user_id=stranger.pk, property_id=hotel.pk, by=SYSTEM).key
        == "property_not_found"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "  "),
        ("name", "Inn\nBcc: all"),
        ("email", "stay@inn.example\nBcc: all"),
        ("street", "a\0b"),
        ("street", None),
        ("tel", "\ud800"),
        ("latitude", Decimal(91)),
        ("longitude", Decimal(-181)),
    ],
)
def test_a_field_at_fault_is_named(hotel, by, name, value):
    error = refusal(
        property_change, property_id=hotel.pk, values={"town": "Ulm", name: value}, by=by
    )

    assert (error.key, list(error.fields)) == ("validation_failed", [name])
    assert fresh(hotel).town == "Penryn"


@pytest.mark.parametrize("category", [0, "1", True, 1.0])
def test_refuses_a_category_that_is_none(hotel, by, category):
    error = refusal(property_change, property_id=hotel.pk, values={"category_id": category}, by=by)

    assert (error.key, list(error.fields)) == ("validation_failed", ["category_id"])

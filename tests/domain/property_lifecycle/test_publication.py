from __future__ import annotations

import pytest

from bookyflow.accounts.models import AccessLevel, User
from bookyflow.accounts.site import site_settings_save
from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.core.errors import DomainError
from bookyflow.pictures.models import Image
from bookyflow.properties.access import staff_add
from bookyflow.properties.models import (
    BookingModel,
    ManagerAccess,
    Property,
    PropertySettings,
    PropertyType,
)
from bookyflow.properties.services import property_create, property_texts_save
from bookyflow.property_lifecycle import publication
from bookyflow.property_lifecycle.publication import (
    LACKS,
    completeness,
    completeness_refresh,
    property_approve,
    property_publish,
    property_status,
    property_unapprove,
    property_unpublish,
    readiness,
)
from bookyflow.property_lifecycle.suspension import user_suspend, user_unsuspend
from bookyflow.property_lifecycle.tasks import completeness_check
from bookyflow.tariffs.models import ChildRate, DailyRate, Extra, TariffType
from tests.conftest import make_hotel
from tests.domain.conftest import at_once
from tests.domain.properties.conftest import furnish, kinds

pytestmark = pytest.mark.django_db


def fresh(prop) -> Property:
    return Property.objects.get(pk=prop.pk)


def key_of(act, **arguments) -> str:
    with pytest.raises(DomainError) as error:
        act(**arguments)
    return error.value.key


def test_what_a_new_property_lacks_in_order(manager):
    prop = property_create(
        by=SYSTEM, owner_id=manager.pk, name="Inn", country="GB", property_type_id=1
    )

    assert completeness(prop) == ["rooms", "tariffs", "main_image", "street", "town"]


def test_a_main_picture_is_all_that_may_be_missing(complete):
    before = completeness(complete)
    Image.objects.create(property=complete, kind=Image.Kind.MAIN, file="x.jpg")

    assert (before, completeness(complete)) == (["main_image"], [])


def test_a_place_on_the_map_stands_for_a_street(complete):
    Property.objects.filter(pk=complete.pk).update(street="")
    without = completeness(complete)
    Property.objects.filter(pk=complete.pk).update(latitude=51, longitude=0)

    assert (without, completeness(complete)) == (["main_image", "street"], ["main_image"])


@pytest.mark.parametrize(
    ("spoil", "missing"),
    [
        (lambda prop: prop.rooms.all().delete(), "rooms"),
        (lambda prop: TariffType.objects.update(deleted_at="2026-01-01T00:00Z"), "tariffs"),
        (lambda prop: DailyRate.objects.all().delete(), "tariffs"),
        (lambda prop: DailyRate.objects.update(price=0), "tariffs"),
        (lambda prop: Property.objects.update(town=""), "town"),
        (lambda prop: PropertyType.objects.update(is_published=False), "property_type"),
        (
            lambda prop: (
                PropertySettings.objects.update(allow_children=True, per_person_per_night=True),
                prop.rooms.update(max_children=1),
            ),
            "child_rates",
        ),
        (lambda prop: PropertySettings.objects.update(allow_children=True), "occupancy_levels"),
    ],
)
def test_an_incomplete_property_is_not_published(complete, spoil, missing):
    spoil(complete)

    with pytest.raises(DomainError) as error:
        property_publish(prop=complete, by=SYSTEM)

    assert error.value.key == "property_incomplete"
    assert error.value.fields == {missing: [LACKS[missing]]}
    assert not fresh(complete).is_published
    assert kinds() == []


def test_a_property_without_a_time_zone_is_not_published(complete):
    PropertySettings.objects.update(time_zone="")

    with pytest.raises(DomainError) as error:
        property_publish(prop=complete, by=SYSTEM)

    assert (error.value.key, error.value.kind.status) == ("time_zone_needed", 409)
    assert error.value.fields == {"time_zone": [LACKS["time_zone"]]}
    assert not fresh(complete).is_published
    assert kinds() == []


def test_without_a_time_zone_all_that_is_missing_is_told(complete):
    PropertySettings.objects.update(time_zone="")
    Property.objects.update(town="")

    with pytest.raises(DomainError) as error:
        property_publish(prop=complete, by=SYSTEM)

    assert error.value.key == "time_zone_needed"
    assert list(error.value.fields) == ["town", "time_zone"]


def test_children_with_rates_and_beds_are_no_obstacle(complete):
    PropertySettings.objects.update(allow_children=True, per_person_per_night=True)
    complete.rooms.update(max_children=1)
    ChildRate.objects.create(property=complete, age_from=0, age_to=12, price=10)

    assert completeness(complete) == ["main_image"]


@pytest.mark.parametrize(
    ("flag", "missing"),
    [(BookingModel.TOUR, ["tours"]), (BookingModel.REAL_ESTATE, []), (BookingModel.ITEM_HIRE, [])],
)
def test_what_a_property_needs_follows_from_its_type(complete, flag, missing):
    kind = PropertyType.objects.create(name="Other", flag=flag)
    Property.objects.filter(pk=complete.pk).update(property_type=kind)
    if flag in {BookingModel.TOUR, BookingModel.REAL_ESTATE}:
        complete.rooms.all().delete()
        TariffType.objects.all().delete()

    assert completeness(complete) == [*missing, "main_image"]


def test_a_tour_is_sold_as_an_extra(complete):
    kind = PropertyType.objects.create(name="Walk", flag=BookingModel.TOUR)
    Property.objects.filter(pk=complete.pk).update(property_type=kind)
    Extra.objects.create(property=complete, name="Walk round the harbour", price=15)

    assert completeness(complete) == ["main_image"]


def test_one_statement_looks_at_many(complete, manager, django_assert_num_queries):
    other = make_hotel(manager, name="Other")

    with django_assert_num_queries(1):
        found = readiness([complete.pk, other.pk])

    assert found[other.pk].missing == ("tariffs", "main_image", "street")


def test_publishes_once(complete, by):
    version = complete.version
    for _ in range(2):
        property_publish(prop=complete, by=by)

    assert fresh(complete).is_published
    assert complete.is_published
    assert complete.version == fresh(complete).version == version + 2
    assert kinds(complete) == ["property_completed", "property_published"]


def test_publishes_a_complete_one_with_one_event(complete, by):
    completeness_refresh(property_id=complete.pk, by=by)
    before = kinds()
    property_publish(prop=complete, by=by)

    assert (before, kinds()[1:]) == (["property_completed"], ["property_published"])


def test_unpublishes_once(hotel, by):
    for _ in range(2):
        property_unpublish(prop=hotel, by=by)

    assert not fresh(hotel).is_published
    assert not hotel.is_published
    assert kinds() == ["property_unpublished"]


def test_does_not_publish_without_approval(complete, by, boss):
    property_unapprove(prop=complete, by=boss)

    assert key_of(property_publish, prop=complete, by=by) == "property_not_approved"
    property_approve(prop=complete, by=boss)
    property_approve(prop=complete, by=boss)
    property_publish(prop=complete, by=by)
    assert kinds() == [
        "property_unapproved",
        "property_approved",
        "property_completed",
        "property_published",
    ]


def test_withdrawing_the_approval_unpublishes(hotel, boss):
    for _ in range(2):
        property_unapprove(prop=hotel, by=boss)

    assert (fresh(hotel).is_approved, fresh(hotel).is_published) == (False, False)
    assert (hotel.is_approved, hotel.version) == (False, fresh(hotel).version)
    assert kinds() == ["property_unpublished", "property_unapproved"]


@pytest.mark.parametrize("act", [property_approve, property_unapprove])
def test_only_a_super_manager_approves(hotel, by, act):
    assert key_of(act, prop=hotel, by=by) == "forbidden"


@pytest.mark.parametrize("act", [property_publish, property_unpublish, property_approve])
def test_a_deleted_property_is_not_found(hotel, act):
    Property.objects.update(deleted_at="2026-01-01T00:00Z")

    assert key_of(act, prop=hotel, by=SYSTEM) == "property_not_found"


def test_refreshing_tells_what_has_changed(complete, by):
    first = completeness_refresh(property_id=complete.pk, by=by)
    completeness_refresh(property_id=complete.pk, by=by)
    DailyRate.objects.all().delete()
    later = completeness_refresh(property_id=complete.pk, by=by)
    completeness_refresh(property_id=complete.pk, by=by)

    assert (first, later) == (["main_image"], ["tariffs", "main_image"])
    assert not fresh(complete).is_complete
    assert kinds() == ["property_completed", "property_incompleted"]


def test_an_easy_site_leaves_an_incomplete_property_published(complete, by):
    property_publish(prop=complete, by=by)
    DailyRate.objects.all().delete()
    completeness_refresh(property_id=complete.pk, by=by)

    assert fresh(complete).is_published
    assert kinds()[2:] == ["property_incompleted"]


@pytest.mark.parametrize("reapproves", [False, True])
def test_a_strict_site_unpublishes_an_incomplete_property(complete, by, reapproves):
    property_publish(prop=complete, by=by)
    site_settings_save(
        values={"unpublishes_incomplete": True, "reapproves_unpublished": reapproves}, by=SYSTEM
    )
    missing = completeness_refresh(property_id=complete.pk, by=by)
    completeness_refresh(property_id=complete.pk, by=by)

    found = fresh(complete)
    assert missing == ["main_image"]
    assert (found.is_complete, found.is_published, found.is_approved) == (
        False,
        False,
        not reapproves,
    )
    assert kinds()[2:] == ["property_incompleted", "property_unpublished"] + (
        ["property_unapproved"] if reapproves else []
    )


def test_a_strict_site_wants_a_main_picture(complete, by):
    site_settings_save(values={"unpublishes_incomplete": True}, by=SYSTEM)

    assert key_of(property_publish, prop=complete, by=by) == "property_incomplete"
    Image.objects.create(property=complete, kind=Image.Kind.MAIN, file="x.jpg")
    property_publish(prop=complete, by=by)
    assert fresh(complete).is_published


@pytest.mark.parametrize(
    ("published", "complete_", "approved", "status"),
    [
        (True, True, True, 1),
        (False, True, True, 2),
        (False, True, False, 3),
        (False, False, False, 4),
        (False, False, True, 5),
    ],
)
def test_status_from_what_is_stored(published, complete_, approved, status):
    prop = Property(is_published=published, is_complete=complete_, is_approved=approved)

    assert property_status(prop) == status


def test_every_hour_what_has_changed_is_looked_at(complete, manager, monkeypatch):
    monkeypatch.setattr(publication, "BATCH", 1)
    bare = make_hotel(manager, name="Bare", is_complete=True)
    make_hotel(manager, name="Draft", is_published=False)
    make_hotel(manager, name="Deleted", is_complete=True, deleted_at="2026-01-01T00:00Z")

    for _ in range(2):
        completeness_check(timestamp=0)

    assert (kinds(complete), kinds(bare)) == (["property_completed"], ["property_incompleted"])
    assert kinds() == ["property_completed", "property_incompleted"]
    assert fresh(bare).is_published
    site_settings_save(values={"unpublishes_incomplete": True}, by=SYSTEM)
    completeness_check(timestamp=0)
    assert kinds(bare)[1:] == ["property_unpublished"]


def test_an_unknown_property_has_no_completeness(db):
    assert key_of(completeness_refresh, property_id=999_999, by=SYSTEM) == "property_not_found"


# What the site wants of new properties


def create(manager, **changes):
    facts = {"name": "Inn", "country": "GB", "property_type_id": 1} | changes
    return property_create(by=Actor(user_id=manager.pk), owner_id=manager.pk, **facts)


def test_a_new_property_waits_for_approval_where_the_site_wants_it(manager):
    site_settings_save(values={"approves_automatically": False}, by=SYSTEM)

    assert not create(manager).is_approved


def test_a_site_of_one_country_has_properties_there_only(manager):
    site_settings_save(values={"only_country": "GB"}, by=SYSTEM)

    assert create(manager).country == "GB"
    assert key_of(create, manager=manager, country="FR") == "country_incorrect"


def test_a_site_of_one_currency_has_properties_in_it(manager):
    site_settings_save(values={"global_currency": "CHF"}, by=SYSTEM)

    assert create(manager, settings={"currency": "EUR"}).settings.currency == "CHF"


def test_a_user_becomes_a_manager_where_the_site_allows_it(manager, user_with_level):
    guest = user_with_level(AccessLevel.REGISTERED)
    create(guest)
    other = user_with_level(AccessLevel.REGISTERED)
    site_settings_save(values={"self_registration": False}, by=SYSTEM)

    assert User.objects.get(pk=guest.pk).access_level == AccessLevel.MANAGER
    assert key_of(create, manager=other) == "forbidden"
    assert create(manager).pk


def test_a_manager_s_texts_need_a_new_approval_where_the_site_wants_it(hotel, by):
    site_settings_save(values={"approves_automatically": False}, by=SYSTEM)
    texts = {"property_description": "<p>New</p>"}

    for _ in range(2):
        property_texts_save(property_id=hotel.pk, language="en-GB", texts=texts, by=by)

    found = fresh(hotel)
    assert (found.is_approved, found.is_published, found.version) == (False, False, 3)
    assert kinds() == ["property_updated", "property_unpublished", "property_unapproved"]


def test_a_super_manager_s_texts_stay_approved(hotel, boss):
    site_settings_save(values={"approves_automatically": False}, by=SYSTEM)

    property_texts_save(property_id=hotel.pk, language="en-GB", texts={"metatitle": "New"}, by=boss)

    assert fresh(hotel).is_published
    assert kinds() == ["property_updated"]


# Suspension


def test_a_suspension_hides_what_has_no_other_manager(hotel, manager, by):
    draft = make_hotel(manager, name="Draft", is_published=False)
    user_suspend(user=manager, by=SYSTEM)
    user_suspend(user=manager, by=SYSTEM)
    hidden = [fresh(prop).is_published for prop in (hotel, draft)]
    user_unsuspend(user=manager, by=SYSTEM)
    user_unsuspend(user=manager, by=SYSTEM)

    assert hidden == [False, False]
    assert [fresh(prop).is_published for prop in (hotel, draft)] == [True, False]
    assert not fresh(hotel).hidden_by_suspension
    assert fresh(hotel).version == 3
    assert kinds() == [
        "manager_updated",
        "property_unpublished",
        "manager_updated",
        "property_published",
    ]


def test_another_manager_keeps_a_property_open(hotel, manager, stranger, receptionist):
    ManagerAccess.objects.create(user=stranger, property=hotel)
    user_suspend(user=manager, by=SYSTEM)
    user_suspend(user=receptionist, by=SYSTEM)
    one_left = fresh(hotel).is_published
    user_suspend(user=stranger, by=SYSTEM)
    none_left = fresh(hotel).is_published
    user_unsuspend(user=receptionist, by=SYSTEM)
    desk_only = fresh(hotel).is_published
    user_unsuspend(user=manager, by=SYSTEM)

    assert (one_left, none_left, desk_only) == (True, False, False)
    assert fresh(hotel).is_published


def test_a_receptionist_alone_counts_as_well(receptionist, manager, hotel):
    ManagerAccess.objects.filter(user=manager).delete()
    user_suspend(user=receptionist, by=SYSTEM)
    hidden = not fresh(hotel).is_published
    user_unsuspend(user=receptionist, by=SYSTEM)

    assert hidden
    assert fresh(hotel).is_published


def test_what_was_unpublished_or_unapproved_meanwhile_stays_hidden(hotel, manager, boss):
    other = make_hotel(manager, name="Other")
    user_suspend(user=manager, by=SYSTEM)
    property_unpublish(prop=hotel, by=boss)
    property_unapprove(prop=other, by=boss)
    user_unsuspend(user=manager, by=SYSTEM)

    assert [fresh(prop).is_published for prop in (hotel, other)] == [False, False]


def test_a_suspended_manager_does_not_publish(complete, manager, by, boss, stranger):
    user_suspend(user=manager, by=SYSTEM)

    assert key_of(property_publish, prop=complete, by=by) == "manager_suspended"
    assert key_of(property_publish, prop=complete, by=boss) == "manager_suspended"
    staff_add(user_id=stranger.pk, property_id=complete.pk, by=boss)
    assert key_of(property_publish, prop=complete, by=by) == "manager_suspended"
    property_publish(prop=complete, by=Actor(user_id=stranger.pk))
    assert fresh(complete).is_published


@pytest.mark.django_db(transaction=True)
def test_two_suspensions_at_once_leave_no_property_open(hotel, manager, stranger):
    ManagerAccess.objects.create(user=stranger, property=hotel)
    users = [manager, stranger]

    at_once(2, lambda number: user_suspend(user=users[number], by=SYSTEM))

    assert User.objects.filter(is_suspended=True).count() == 2
    assert not fresh(hotel).is_published


@pytest.mark.django_db(transaction=True)
def test_publishing_at_once_is_one_event(hotel):
    furnish(hotel)
    Property.objects.update(is_published=False)

    at_once(4, lambda number: property_publish(prop=fresh(hotel), by=SYSTEM))

    assert kinds() == ["property_completed", "property_published"]


def test_a_new_property_asks_for_the_sites_least_deposit(manager):
    site_settings_save(values={"minimum_deposit_percentage": 30}, by=SYSTEM)

    found = create(manager).settings
    full = create(manager, settings={"deposit_kind": "full"}).settings

    found.refresh_from_db()
    assert (found.deposit_kind, found.deposit_value) == ("percentage", 30)
    assert full.deposit_kind == "full"

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from bookyflow.accounts.models import AccessLevel
from bookyflow.properties.models import Property, PropertyFeature, PropertyType
from tests.conftest import make_hotel
from tests.domain.properties.conftest import kinds

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(user_with_level) -> Client:
    user = user_with_level(AccessLevel.SUPER_MANAGER, is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user)
    return client


def act(client, action, *rows):
    return client.post(
        "/admin/properties/property/",
        {"action": action, "_selected_action": [row.pk for row in rows]},
        follow=True,
    )


def test_publishes_what_is_ready_and_says_why_others_are_not(administrator, complete, manager):
    bare = make_hotel(manager, name="Bare", is_published=False)

    answer = act(administrator, "publish", complete, bare)

    assert Property.objects.get(is_published=True) == complete
    assert b"Bare: Property not complete. No prices have been entered yet." in answer.content
    assert b"Done: 1." in answer.content


def test_approval_is_withdrawn_and_given(administrator, hotel):
    act(administrator, "unapprove", hotel)
    act(administrator, "approve", hotel)

    assert kinds() == ["property_unpublished", "property_unapproved", "property_approved"]


def test_unpublishes(administrator, hotel):
    act(administrator, "unpublish", hotel)

    assert kinds() == ["property_unpublished"]


def test_properties_are_read_only(administrator, hotel):
    page = f"/admin/properties/property/{hotel.pk}/change/"

    assert administrator.get(page).status_code == 200
    assert administrator.post(page, {"name": "Mine"}).status_code == 403


def test_staff_who_may_look_decide_nothing(hotel, user_with_level):
    user = user_with_level(AccessLevel.MANAGER, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_property"))
    client = Client()
    client.force_login(user)

    answer = act(client, "unpublish", hotel)

    assert answer.status_code == 200
    assert Property.objects.get().is_published


def test_a_type_of_a_published_property_stays_on_offer(administrator, hotel):
    kind = hotel.property_type
    page = f"/admin/properties/propertytype/{kind.pk}/change/"
    sent = {"name": kind.name, "flag": kind.flag, "context": kind.context, "has_stars": "on"}

    refused = administrator.post(page, sent)
    Property.objects.update(is_published=False)
    done = administrator.post(page, sent)

    assert (refused.status_code, done.status_code) == (200, 302)
    assert b"A published property has this type." in refused.content
    assert not PropertyType.objects.get(pk=kind.pk).is_published


@pytest.mark.parametrize("model", ["propertytype", "propertycategory", "featurecategory"])
def test_dictionaries_have_their_pages(administrator, model):
    assert administrator.get(f"/admin/properties/{model}/").status_code == 200
    assert administrator.get(f"/admin/properties/{model}/add/").status_code == 200


def test_features_of_a_property_are_not_the_site_s(administrator, hotel):
    PropertyFeature.objects.create(name="Own bell tower", property=hotel)

    listed = administrator.get("/admin/properties/propertyfeature/?q=bell")
    shared = administrator.get("/admin/properties/propertyfeature/?q=wifi")

    assert b"Own bell tower" not in listed.content
    assert b"Wifi" in shared.content

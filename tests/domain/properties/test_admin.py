from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from bookyflow.accounts.models import AccessLevel
from bookyflow.properties.models import CustomField, Property, PropertyFeature, PropertyType
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
    assert b"Bare: Property incomplete. No prices have been entered yet." in answer.content
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
    assert b"This type is in use by a published property." in refused.content
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


def test_a_type_that_a_property_has_is_let_as_before(administrator, hotel):
    kind = hotel.property_type
    page = f"/admin/properties/propertytype/{kind.pk}/change/"
    sent = {"name": kind.name, "flag": 1, "context": kind.context, "is_published": "on"}

    refused = administrator.post(page, sent)
    Property.objects.update(deleted_at="2027-01-01T00:00Z")
    done = administrator.post(page, sent)

    assert (refused.status_code, done.status_code) == (200, 302)
    assert b"This type is in use by a property." in refused.content
    assert PropertyType.objects.get(pk=kind.pk).flag == 1


@pytest.mark.parametrize(
    "kind", ["properties/propertyfeature", "rooms/roomtype", "rooms/roomfeature"]
)
def test_entries_of_a_dictionary_of_the_site_have_different_names(administrator, hotel, kind):
    PropertyFeature.objects.create(name="Bell tower", property=hotel)

    answers = [administrator.post(f"/admin/{kind}/add/", {"name": "Bell tower"}) for _ in "ab"]

    assert [answer.status_code for answer in answers] == [302, 200]
    assert b"This name is already in use." in answers[1].content


FIELDS = "/admin/properties/customfield/"
PETS = {"purpose": "booking", "name": "pets", "answer": "flag", "required": "on"}


def test_the_site_asks_a_question(administrator, hotel):
    hotels = [hotel.property_type_id]

    made = administrator.post(f"{FIELDS}add/", PETS | {"property_types": hotels})
    field = CustomField.objects.get()
    page = f"{FIELDS}{field.pk}/change/"
    changed = administrator.post(page, PETS | {"description": "Do you bring any?"})
    listed = administrator.get(FIELDS)

    assert (made.status_code, changed.status_code) == (302, 302)
    field.refresh_from_db()
    assert (field.property, field.required, field.description) == (None, True, "Do you bring any?")
    assert not field.property_types.exists()
    assert b"pets" in listed.content
    assert kinds() == ["custom_field_saved", "custom_field_saved"]


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"name": "two words"}, b"Letters, digits and _ only."),
        ({"default": "maybe"}, b"1 or 0 is needed."),
        ({"name": "taken"}, b"There is a field of this name."),
    ],
)
def test_a_question_at_fault_is_refused_beside_its_field(administrator, wrong, problem):
    CustomField.objects.create(name="taken")

    answer = administrator.post(f"{FIELDS}add/", PETS | wrong)

    assert answer.status_code == 200
    assert problem in answer.content
    assert CustomField.objects.count() == 1


def test_questions_of_the_site_are_removed(administrator, hotel):
    own = CustomField.objects.create(name="own", property=hotel)
    one, two, three = (CustomField.objects.create(name=f"q{number}") for number in "123")

    administrator.post(f"{FIELDS}{one.pk}/delete/", {"post": "yes"})
    chosen = {"_selected_action": [two.pk, three.pk, own.pk], "post": "yes"}
    administrator.post(FIELDS, {"action": "delete_selected"} | chosen)

    assert list(CustomField.objects.all()) == [own]
    assert kinds() == ["custom_field_deleted"] * 3
    assert administrator.get(f"{FIELDS}{own.pk}/change/").status_code == 302


def test_only_super_managers_change_questions_of_the_site(user_with_level):
    user = user_with_level(AccessLevel.MANAGER, is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user)

    assert client.post(f"{FIELDS}add/", PETS).status_code == 403
    assert not CustomField.objects.exists()

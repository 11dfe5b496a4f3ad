"""Test mode in the pages."""

from __future__ import annotations

import re

import pytest

from bookyflow.accounts.models import AccessLevel, KeyPair
from bookyflow.demo.sandbox import sandbox_properties
from bookyflow.properties.models import Property
from tests.web.developers.conftest import called

pytestmark = pytest.mark.django_db
TEST = "/bookyflow/developers/test"
START = f"{TEST}/start"


def test_one_button_makes_a_property_and_a_key_for_it(signed_in, manager):
    assert b"Begin with a test property" in signed_in.get(TEST).content

    answer = signed_in.post(START, {"known": "0", "key": "yes"})

    key = KeyPair.objects.get()
    assert (key.user, key.is_test, key.all_properties) == (manager, True, True)
    assert {"channel_management", "content_set"} <= set(key.granted_scopes)
    assert {"cmf_admin", "properties_set"}.isdisjoint(key.granted_scopes)
    assert re.search(rb"bfsk_[A-Za-z0-9_-]{43}", answer.content)
    assert sandbox_properties(manager).count() == 1
    page = signed_in.get(TEST).content
    assert b"Test client" in page
    assert f"/bookyflow/developers/keys/{key.pk}/checklist".encode() in page


@pytest.mark.parametrize("known", ["1", "", "x", "-1", "9" * 40])
def test_a_form_that_is_not_of_now_makes_nothing(signed_in, known):
    answer = signed_in.post(START, {"known": known, "key": "yes"}, follow=True)

    assert b"has been made already" in answer.content
    assert not Property.objects.exists()
    assert not KeyPair.objects.exists()


def test_a_property_can_be_made_alone(signed_in, manager):
    answer = signed_in.post(START, {"known": "0"}, follow=True)

    assert "“Test hotel” is ready." in answer.content.decode()
    assert sandbox_properties(manager).count() == 1
    assert not KeyPair.objects.exists()


def test_who_may_make_one(client, client_of, receptionist):
    assert client.post(START)["Location"].startswith("/bookyflow/sign-in")
    desk = client_of(receptionist)

    assert desk.post(START, {"known": "0"}).status_code == 403
    assert desk.get(START).status_code == 403
    assert b"A manager makes test properties" in desk.get(TEST).content


def test_the_checklist_is_of_own_test_keys(signed_in, client_of, key_of, manager, super_manager):
    key, live = key_of(manager, is_test=True), key_of(manager)
    called(key, operation="cmf.channel_announce")
    path = f"/bookyflow/developers/keys/{key.pk}/checklist"

    shown = signed_in.get(path)

    assert shown.context["done"] == 1
    assert f"/bookyflow/developers/keys/new?like={key.pk}".encode() in shown.content
    assert client_of(super_manager).get(path).status_code == 404
    assert signed_in.get(f"/bookyflow/developers/keys/{live.pk}/checklist").status_code == 404


def test_an_account_without_a_level_sees_the_page(client_of, user_with_level):
    assert client_of(user_with_level(AccessLevel.REGISTERED)).get(TEST).status_code == 200

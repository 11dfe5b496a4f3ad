from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from bookyflow.accounts.models import AccessLevel, KeyPair, User
from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.property_lifecycle.suspension import user_suspend
from tests.accounts.conftest import PASSWORD, make_user


@pytest.fixture
def administrator(offered) -> Client:
    user = make_user("sara", AccessLevel.SUPER_MANAGER, is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user)
    return client


def act(client: Client, model: str, action: str, *rows):
    return client.post(
        f"/admin/accounts/{model}/",
        {"action": action, "_selected_action": [row.pk for row in rows]},
        follow=True,
    )


def test_no_page_of_the_toolkit_is_left():
    managed = {model._meta.label for model in admin.site._registry}

    assert not {label for label in managed if label.startswith("oauth2_provider.")}


def test_shows_key_pairs_without_anything_secret(administrator, key):
    secret = key.secrets.get()
    key.refresh_from_db()

    shown = administrator.get(f"/admin/accounts/keypair/{key.pk}/change/")
    listed = administrator.get("/admin/accounts/keypair/")

    for answer in (shown, listed):
        assert answer.status_code == 200
        assert key.client_id in answer.content.decode()
        assert secret.digest not in answer.content.decode()
        assert key.client_secret not in answer.content.decode()


@pytest.mark.parametrize("path", ["add/", "{pk}/delete/"])
def test_neither_makes_nor_deletes_key_pairs(administrator, key, path):
    answer = administrator.post(f"/admin/accounts/keypair/{path.format(pk=key.pk)}")

    assert answer.status_code == 403
    assert KeyPair.objects.count() == 1


def test_a_key_pair_is_not_changed_by_its_page(administrator, key):
    administrator.post(f"/admin/accounts/keypair/{key.pk}/change/", {"name": "Mine now"})

    key.refresh_from_db()
    assert key.name == "App"


def test_revokes_chosen_key_pairs(administrator, key):
    answer = act(administrator, "keypair", "revoke", key)

    key.refresh_from_db()
    assert key.revoked_at is not None
    assert b"Done: 1." in answer.content


def test_suspends_those_that_can_be_and_says_which_not(administrator, manager):
    boss = User.objects.get(username="sara")

    answer = act(administrator, "user", "suspend", manager, boss)

    manager.refresh_from_db()
    boss.refresh_from_db()
    assert (manager.is_suspended, boss.is_suspended) == (True, False)
    assert b"sara: A super manager cannot be suspended." in answer.content
    assert b"Done: 1." in answer.content


def test_ends_a_suspension(administrator, manager):
    user_suspend(user=manager, by=SYSTEM)

    act(administrator, "user", "unsuspend", manager)

    manager.refresh_from_db()
    assert not manager.is_suspended


def test_creates_an_account_with_a_level(administrator):
    answer = administrator.post(
        "/admin/accounts/user/add/",
        {
            "username": "rita",
            "email": "rita@example.com",
            "access_level": "50",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "usable_password": "true",
        },
    )

    assert answer.status_code == 302
    rita = User.objects.get(username="rita")
    assert rita.access_level == AccessLevel.RECEPTIONIST
    assert rita.check_password(PASSWORD)


def change(client: Client, user: User, **changes):
    return client.post(
        f"/admin/accounts/user/{user.pk}/change/",
        {"username": user.username, "access_level": user.access_level, "is_active": "on"} | changes,
    )


def test_changes_a_level(administrator, manager):
    answer = change(administrator, manager, access_level=50)

    manager.refresh_from_db()
    assert answer.status_code == 302
    assert manager.access_level == AccessLevel.RECEPTIONIST


def test_refuses_to_make_a_suspended_account_a_super_manager(administrator, manager):
    user_suspend(user=manager, by=SYSTEM)

    answer = change(administrator, manager, access_level=90)

    manager.refresh_from_db()
    assert answer.status_code == 200
    assert b"End the suspension first." in answer.content
    assert manager.access_level == AccessLevel.MANAGER


def test_staff_without_all_rights_cannot_raise_themselves(manager):
    manager.is_staff = True
    manager.save(update_fields=["is_staff"])
    manager.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    client = Client()
    client.force_login(manager)

    answer = change(client, manager, access_level=90, is_superuser="on")

    manager.refresh_from_db()
    assert answer.status_code == 302
    assert (manager.access_level, manager.is_superuser) == (AccessLevel.MANAGER, False)


def test_accounts_are_never_deleted(administrator, manager):
    assert administrator.post(f"/admin/accounts/user/{manager.pk}/delete/").status_code == 403


def test_a_new_account_is_told_of(administrator):
    sent = {
        "username": "nora",
        "email": "nora@example.com",
        "access_level": 50,
        "password1": PASSWORD,
        "password2": PASSWORD,
    }

    answer = administrator.post("/admin/accounts/user/add/", sent)

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    user = User.objects.get(username="nora")
    event = Event.objects.get()
    assert user.check_password(PASSWORD)
    assert (event.kind, event.property_id, event.subject_id) == ("user_created", None, user.pk)
    assert event.data == {"access_level": 50}


def test_a_key_pair_has_no_page_on_the_site(administrator, key):
    kind = ContentType.objects.get_for_model(KeyPair)
    shown = administrator.get(f"/admin/accounts/keypair/{key.pk}/change/")

    assert b"View on site" not in shown.content
    assert administrator.get(f"/admin/r/{kind.pk}/{key.pk}/").status_code == 404


@pytest.mark.parametrize("odd", ["abc", "-1", "9" * 30, "1.5", "a/b", "_00"])
def test_no_object_is_seen_on_the_site_by_an_odd_id(administrator, odd):
    for kind in ContentType.objects.all():
        assert administrator.get(f"/admin/r/{kind.pk}/{odd}/").status_code == 404
    assert administrator.get(f"/admin/r/{odd}/1/").status_code == 404


@pytest.mark.parametrize("query", ["country__exact=%00", "country__in=%00", "q=%00"])
def test_a_list_is_not_asked_for_nul(administrator, query):
    assert administrator.get(f"/admin/guests/guest/?{query}").status_code == 400

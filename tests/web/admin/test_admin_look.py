"""The admin as a part of the site: its menu, its policy, and the domain to read."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from bookyflow.accounts.models import AccessLevel, KeyPair, User
from bookyflow.api.models import RequestLog
from bookyflow.guests.models import Guest
from tests.conftest import make_hotel

pytestmark = pytest.mark.django_db
LISTS = [
    "reservations/booking",
    "billing/invoice",
    "billing/payment",
    "guests/guest",
    "channels/channel",
    "channels/channelproperty",
    "webhooks/webhook",
    "events/event",
    "api/requestlog",
]


@pytest.fixture
def administrator(client):
    client.force_login(User.objects.create_superuser("root", access_level=90))
    return client


def test_runs_no_inline_script_and_leads_back(administrator):
    answer = administrator.get("/admin/")

    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'self';" in policy
    scripts = re.search(r"script-src ([^;]*);", policy)
    assert scripts is not None
    assert scripts[1] == "'self' 'unsafe-eval'"
    page = answer.content.decode()
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]* src=)", page)
    assert 'href="/bookyflow/"' in page
    assert "Procrastinate" not in page
    assert "/admin/auth/group/" not in page
    assert "/admin/reservations/booking/" in page


def test_staff_see_what_they_may_in_the_menu(client):
    staff = User.objects.create_user("staff", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_booking"))
    client.force_login(staff)

    page = client.get("/admin/").content.decode()

    assert "/admin/reservations/booking/" in page
    assert "/admin/guests/guest/" not in page
    assert client.get("/admin/guests/guest/").status_code == 403


@pytest.mark.parametrize("name", LISTS)
def test_the_domain_is_there_to_read_alone(administrator, name):
    assert administrator.get(f"/admin/{name}/").status_code == 200
    assert administrator.get(f"/admin/{name}/?q=7").status_code == 200
    assert administrator.get(f"/admin/{name}/add/").status_code == 403


def test_lists_ask_as_much_for_many_rows_as_for_few(
    administrator, hotel, manager, django_assert_num_queries, django_assert_max_num_queries
):
    def rows(count: int) -> None:
        for number in range(count):
            Guest.objects.create(property=make_hotel(name=f"House {number}"))
            RequestLog.objects.create(
                at=timezone.now(), method="GET", route="x", status=200, duration_ms=1
            )

    for name in ("guests/guest", "api/requestlog"):
        rows(2)
        with django_assert_max_num_queries(20) as few:
            administrator.get(f"/admin/{name}/")
        rows(10)
        with django_assert_num_queries(len(few)):
            administrator.get(f"/admin/{name}/")


@pytest.mark.parametrize(
    ("level", "is_told"), [(AccessLevel.SUPER_MANAGER, True), (AccessLevel.MANAGER, False)]
)
def test_who_a_guest_is_super_managers_read(client, hotel, level, is_told):
    guest = Guest.objects.create(property=hotel, surname="Somerville")
    client.force_login(User.objects.create_superuser("root", access_level=level))

    page = client.get(f"/admin/guests/guest/{guest.pk}/change/")

    assert page.status_code == 200
    assert ("Somerville" in page.content.decode()) == is_told


def test_pages_with_nothing_to_change_have_nothing_to_save(administrator, manager):
    key = KeyPair.objects.create(name="Kiosk", user=manager, granted_scopes=[])

    page = administrator.get(f"/admin/accounts/keypair/{key.pk}/change/").content.decode()

    assert "Kiosk" in page
    assert 'name="_save"' not in page
    assert 'name="_continue"' not in page


def test_yes_and_no_are_words_and_hours_go_to_24(administrator, manager):
    User.objects.filter(pk=manager.pk).update(last_login=timezone.now().replace(hour=17, minute=5))

    page = administrator.get("/admin/accounts/user/").content.decode()

    assert "17:05" in page
    assert 'class="bf-flag">No' in page
    assert "close_small" not in page


def test_help_is_for_people_and_levels_are_told_apart(administrator, manager):
    settings = administrator.get("/admin/accounts/sitesettings/1/change/").content.decode()
    assert "every property sells in it" in settings
    for name in ("useGlobalCurrency", "useshoppingcart", "gdpr_booking", "cal_input"):
        assert name not in settings

    user = administrator.get(f"/admin/accounts/user/{manager.pk}/change/").content.decode()
    assert "It opens no page of the administration." in user

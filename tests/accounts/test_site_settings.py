from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from bookyflow.accounts.models import AccessLevel, SiteSettings
from bookyflow.accounts.site import site_settings, site_settings_save
from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from tests.accounts.conftest import make_user

pytestmark = pytest.mark.django_db
PAGE = "/admin/accounts/sitesettings/1/change/"


@pytest.fixture
def administrator(offered) -> Client:
    client = Client()
    client.force_login(
        make_user("sara", AccessLevel.SUPER_MANAGER, is_staff=True, is_superuser=True)
    )
    return client


def form(client: Client) -> dict[str, object]:
    """What the page would send as it is."""
    shown = client.get(PAGE)
    assert shown.status_code == 200
    initial = shown.context["adminform"].form.initial
    values = {name: value for name, value in initial.items() if value is not False}
    return values | {"languages": ",".join(initial["languages"])}


def test_one_small_query_reads_them(django_assert_num_queries):
    with django_assert_num_queries(1):
        found = site_settings()

    assert (found.pk, found.properties_per_page, found.latitude) == (1, 9, Decimal("51.50068"))


def test_an_emptied_database_has_the_defaults():
    SiteSettings.objects.all().delete()

    assert site_settings().approves_automatically


def test_a_change_is_seen_by_the_next_call():
    before = site_settings().only_country
    site_settings_save(values={"only_country": "FR"}, by=SYSTEM)

    assert (before, site_settings().only_country) == ("", "FR")


def test_a_country_may_be_any_code_in_use():
    assert site_settings_save(values={"only_country": "UK"}, by=SYSTEM).only_country == "GB"
    assert site_settings().only_country == "GB"


def test_saving_makes_a_missing_row():
    SiteSettings.objects.all().delete()
    site_settings_save(values={"reviews_shown": 5}, by=SYSTEM)

    assert SiteSettings.objects.get().reviews_shown == 5


def test_saving_what_is_there_writes_nothing(django_assert_num_queries):
    with django_assert_num_queries(4):  # savepoint, insert that finds the row, select, release
        site_settings_save(values={"reviews_shown": 2}, by=SYSTEM)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("global_currency", "EUX"),
        ("global_currency", "eur"),
        ("only_country", "XX"),
        ("languages", ["en-GB", "xx-XX"]),
        ("languages", ["de-QQ"]),
        ("minimum_deposit_percentage", 101),
        ("week_starts_on", 7),
        ("latitude", Decimal(91)),
        ("contact_email", "nobody"),
    ],
)
def test_refuses_a_value_that_is_none(name, value):
    with pytest.raises(ValidationError) as refused:
        site_settings_save(values={"reviews_shown": 7, name: value}, by=SYSTEM)

    assert list(refused.value.message_dict) == [name]
    assert SiteSettings.objects.get().reviews_shown == 2


@pytest.mark.parametrize("name", ["session_handler", "id", "pk"])
def test_refuses_a_name_that_there_is_not(name):
    with pytest.raises(DomainError) as refused:
        site_settings_save(values={name: 1}, by=SYSTEM)

    assert (refused.value.key, list(refused.value.fields)) == ("validation_failed", [name])


def test_there_is_one_row():
    with pytest.raises(IntegrityError, match="site_settings_one_row"), transaction.atomic():
        SiteSettings.objects.create(pk=2)


def test_the_list_opens_the_one_page(administrator):
    answer = administrator.get("/admin/accounts/sitesettings/")

    assert (answer.status_code, answer.url) == (302, PAGE)


def test_the_page_shows_each_setting_with_the_interfaces_name(administrator):
    text = administrator.get(PAGE).content.decode()

    for field in SiteSettings._meta.get_fields():
        if field.name != "id":
            assert f'name="{field.name}"' in text
            assert re.search(r"\([\w, ]+\)$", field.help_text), field.name


def test_the_page_changes_them(administrator):
    SiteSettings.objects.all().delete()
    sent = form(administrator) | {"languages": "en-GB, de", "global_currency": "CHF"}

    answer = administrator.post(PAGE, sent)

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    found = site_settings()
    assert (found.languages, found.global_currency) == (["en-GB", "de"], "CHF")


def test_the_page_says_what_is_wrong(administrator):
    answer = administrator.post(PAGE, form(administrator) | {"global_currency": "EUX"})

    assert answer.status_code == 200
    assert b"Not a current ISO 4217 code." in answer.content
    assert site_settings().global_currency == ""


@pytest.mark.parametrize("path", ["add/", "1/delete/"])
def test_the_row_is_neither_added_nor_deleted(administrator, path):
    assert administrator.post(f"/admin/accounts/sitesettings/{path}").status_code == 403


def test_no_page_for_a_row_that_there_is_not(administrator):
    answer = administrator.get("/admin/accounts/sitesettings/2/change/")

    assert answer.status_code == 302
    assert SiteSettings.objects.count() == 1

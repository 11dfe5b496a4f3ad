"""The package of tests/dummy_feature, found by its entry point, through its whole life."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from rest_framework.test import APIClient

from bookyflow.accounts.models import User
from bookyflow.accounts.services import key_pair_create
from bookyflow.core.acting import SYSTEM
from bookyflow.plugins import registry
from bookyflow.plugins.models import FeatureState
from bookyflow.properties.models import ManagerAccess

pytestmark = pytest.mark.django_db
TABLE = "acme_spa_treatment"


@pytest.fixture
def not_installed() -> None:
    call_command("migrate", "acme_spa", "zero", verbosity=0)
    FeatureState.objects.filter(name="spa").delete()


@pytest.fixture
def installed(not_installed) -> None:
    features("install", "spa")


def features(*arguments: str) -> str:
    out = StringIO()
    call_command("features", *arguments, stdout=out)
    return out.getvalue()


def state() -> str:
    """The line of the package in the list of features."""
    return next(line for line in features("list").splitlines() if line.startswith("spa "))


class Channel:
    """A client of the API with a key pair, which asks for a token when told to."""

    def __init__(self, owner: User, *scopes: str) -> None:
        self.http = APIClient()
        self.key, self.secret = key_pair_create(
            owner=owner, label="Spa app", scopes=scopes, by=SYSTEM
        )

    def sign_in(self, **asked: str):
        credentials = {"client_id": self.key.client_id, "client_secret": self.secret}
        answer = APIClient().post(
            "/bookyflow/api/oauth/token",
            {"grant_type": "client_credentials"} | credentials | asked,
        )
        if answer.status_code == 200:
            self.http.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access_token']}")
        return answer


def problem(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["key"]


def test_is_found_by_its_entry_point(not_installed):
    spa = registry.features()["spa"]

    assert (spa.module, spa.bundled, spa.title) == ("acme_spa", False, "Spa")
    assert state().split() == ["spa", "1.0", "not", "installed", "extras", "(package)"]


def test_installing_migrates_and_leaves_it_off(not_installed):
    assert TABLE not in connection.introspection.table_names()

    assert "spa: install done\n" in features("install", "spa")

    assert TABLE in connection.introspection.table_names()
    assert state().split() == ["spa", "1.0", "off", "extras", "(package)"]


def test_installing_again_leaves_it_on_and_updates_the_version(installed):
    features("enable", "spa")
    FeatureState.objects.update(version="0.9")

    features("install", "spa")

    assert state().split() == ["spa", "1.0", "on", "extras", "(package)"]
    assert FeatureState.objects.get(name="spa").version == "1.0"


def test_serves_while_it_is_on(installed, manager, hotel):
    features("enable", "spa")
    channel = Channel(manager, "spa_get", "spa_set")
    assert channel.sign_in().json()["scope"] == "spa_get spa_set"
    url = f"/bookyflow/api/spa/{hotel.pk}/treatments"

    empty = channel.http.get(url)
    made = channel.http.post(url, {"name": "Massage", "minutes": 50}, format="json")
    full = channel.http.get(url)

    assert (empty.status_code, empty.json()["data"]) == (200, {"treatments": []})
    assert made.status_code == 200, made.content
    treatment = made.json()["data"]["treatment"]
    assert treatment == {
        "treatment_uid": treatment["treatment_uid"],
        "name": "Massage",
        "minutes": 50,
    }
    assert full.json() == {"data": {"treatments": [treatment]}, "meta": {"code": 200}}


def test_a_refusal_of_its_rules_names_the_field_as_it_was_sent(installed, manager, hotel):
    features("enable", "spa")
    channel = Channel(manager, "spa_set")
    channel.sign_in()
    url = f"/bookyflow/api/spa/{hotel.pk}/treatments"

    refused = channel.http.post(url, {"name": "Massage", "minutes": 0}, format="json")

    assert problem(refused) == (400, "validation_failed")
    assert refused.json()["fields"] == {"minutes": ["One minute at least."]}


def test_its_scopes_and_properties_are_guarded(installed, manager, hotel):
    features("enable", "spa")
    reader = Channel(manager, "spa_get")
    reader.sign_in()
    url = f"/bookyflow/api/spa/{hotel.pk}/treatments"
    body = {"name": "Massage", "minutes": 50}

    assert problem(APIClient().get(url)) == (401, "not_authenticated")
    assert problem(reader.http.post(url, body, format="json")) == (403, "scope_missing")
    ManagerAccess.objects.all().delete()
    assert problem(reader.http.get(url)) == (404, "property_not_found")


def test_switching_off_counts_at_once(installed, manager, hotel):
    features("enable", "spa")
    channel = Channel(manager, "spa_get")
    channel.sign_in()
    url = f"/bookyflow/api/spa/{hotel.pk}/treatments"
    assert channel.http.get(url).status_code == 200

    features("disable", "spa")
    assert problem(channel.http.get(url)) == (404, "feature_disabled")
    for asked in ({}, {"scope": "spa_get"}):
        assert channel.sign_in(**asked).json()["scope"] == "spa_get"
        assert problem(channel.http.get(url)) == (404, "feature_disabled")

    features("enable", "spa")
    assert channel.http.get(url).status_code == 200


def test_uninstalling_keeps_its_tables(installed, manager, hotel):
    features("enable", "spa")
    channel = Channel(manager, "spa_get")
    channel.sign_in()

    with pytest.raises(CommandError, match=f"(?s)1 key pair.*{TABLE}"):
        features("uninstall", "spa")
    features("uninstall", "spa", "--yes")

    answer = channel.http.get(f"/bookyflow/api/spa/{hotel.pk}/treatments")
    assert problem(answer) == (404, "feature_disabled")
    assert state().split() == ["spa", "1.0", "not", "installed", "extras", "(package)"]
    assert TABLE in connection.introspection.table_names()

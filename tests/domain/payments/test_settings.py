"""Which ways to pay a property has switched on."""

from __future__ import annotations

import pytest

from bookyflow.payments.selectors import online_provider, provider_of, providers
from bookyflow.properties.plugin_settings import HIDDEN, plugin_settings, plugin_settings_save
from tests.conftest import make_hotel
from tests.domain.payments.conftest import STRIPE

pytestmark = pytest.mark.django_db


@pytest.fixture
def switch(hotel, by):
    def save(plugin, **values):
        plugin_settings_save(property_id=hotel.pk, plugin=plugin, values=values, by=by)

    return save


@pytest.mark.parametrize(
    "values",
    [
        {**STRIPE, "active": "0"},
        {"active": "1"},
        {**STRIPE, "webhook_secret": ""},
        {**STRIPE, "secret_key": ""},
    ],
)
def test_off_until_it_is_configured(hotel, switch, values):
    assert online_provider(hotel.pk) is None

    switch("stripe", **values)

    assert online_provider(hotel.pk) is None
    assert providers(hotel.pk) == []


def test_on_for_one_property_and_no_other(hotel, switch, stranger):
    switch("stripe", **STRIPE)
    switch("manual", active="1", instructions="IBAN AT61")

    found = online_provider(hotel.pk)

    assert found == provider_of(property_id=hotel.pk, name="stripe")
    assert [one.name for one in providers(hotel.pk)] == ["stripe", "manual"]
    assert providers(make_hotel(stranger).pk) == []


def test_no_secret_is_shown_or_printed(hotel, switch):
    switch("stripe", **STRIPE)

    assert plugin_settings(property_id=hotel.pk)["stripe"] == {
        "active": "1",
        "secret_key": HIDDEN,
        "webhook_secret": HIDDEN,
    }
    assert "sk_test" not in repr(online_provider(hotel.pk))

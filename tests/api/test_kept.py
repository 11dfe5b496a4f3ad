"""What a process keeps of properties is never old, whoever changed them and how."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import first_row
from bookyflow.properties import kept, sql
from bookyflow.properties.kept import Version, property_kept
from bookyflow.properties.models import Property, PropertySettings, PropertyType
from tests.conftest import make_hotel

ROWS = f"""
SELECT {sql.VERSION}, {sql.SERVER}
FROM properties_property AS prop
JOIN properties_propertysettings AS how ON how.property_id = prop.id
JOIN properties_propertytype AS kind ON kind.id = prop.property_type_id
WHERE prop.id = %(property_id)s
"""


@pytest.fixture
def client(client_for):
    return client_for("content_get content_set tariffs_get")


def version_of(hotel) -> Version:
    return Version(*first_row(ROWS, {"property_id": hotel.pk}))


def settings(client, hotel):
    answer = client.get(f"/bookyflow/api/properties/{hotel.pk}/details/settings")
    assert answer.status_code == 200
    return answer.json()["data"]["settings"]


def statements(work) -> list[str]:
    with CaptureQueriesContext(connection) as found:
        work()
    return [one["sql"] for one in found]


def test_what_is_kept_is_not_read_again(client, hotel):
    settings(client, hotel)
    sent = statements(lambda: settings(client, hotel))

    assert len(sent) == 2
    assert not any("date_input_format" in one and "properties_property" in one for one in sent)


@pytest.mark.parametrize(
    ("change", "name", "value"),
    [
        (lambda it: PropertySettings.objects.filter(pk=it.pk).update(currency="CHF"), "", "CHF"),
        (
            lambda it: Property.objects.filter(pk=it.pk).update(country="IT"),
            "defaultcountry",
            "IT",
        ),
        (
            lambda it: PropertyType.objects.filter(pk=it.property_type_id).update(flag=1),
            "singleRoomProperty",
            True,
        ),
    ],
    ids=["settings", "property", "type"],
)
def test_a_change_past_all_services_is_seen_at_once(client, hotel, change, name, value):
    name = name or "property_currencycode"
    assert settings(client, hotel)[name] != value
    change(hotel)
    assert settings(client, hotel)[name] == value


def test_a_change_that_is_undone_is_not_seen(client, hotel):
    before = settings(client, hotel)
    with transaction.atomic():
        PropertySettings.objects.filter(pk=hotel.pk).update(currency="CHF")
        assert settings(client, hotel)["property_currencycode"] == "CHF"
        transaction.set_rollback(True)
    assert settings(client, hotel) == before
    PropertySettings.objects.filter(pk=hotel.pk).update(currency="USD")
    assert settings(client, hotel)["property_currencycode"] == "USD"


def test_a_change_twice_in_one_transaction_is_seen_twice(client, hotel):
    for currency in ("CHF", "USD", "GBP"):
        PropertySettings.objects.filter(pk=hotel.pk).update(currency=currency)
        assert settings(client, hotel)["property_currencycode"] == currency


def test_a_property_that_was_deleted_is_gone(client, hotel):
    settings(client, hotel)
    version = version_of(hotel)
    Property.objects.filter(pk=hotel.pk).update(deleted_at=timezone.now())

    answer = client.get(f"/bookyflow/api/properties/{hotel.pk}/details/settings")
    assert answer.status_code == 404
    with pytest.raises(DomainError, match="property_not_found"):
        property_kept(property_id=hotel.pk, version=replace(version, rows="other rows"))


def test_everybody_gets_an_object_of_their_own(hotel):
    version = version_of(hotel)
    first = property_kept(property_id=hotel.pk, version=version)
    first.name, first.settings.currency, first.property_type.name = "Mine", "XXX", "Mine"
    second = property_kept(property_id=hotel.pk, version=version)

    assert (second.name, second.settings.currency) == ("Harbour House", "EUR")
    assert second.property_type.name == "Hotel"
    assert second.settings.property_id == second.pk == hotel.pk


def test_it_is_what_the_orm_reads(hotel):
    version = version_of(hotel)
    for _ in range(2):
        found = property_kept(property_id=hotel.pk, version=version)
        known = Property.objects.select_related("settings", "property_type").get(pk=hotel.pk)
        for ours, theirs in (
            (found, known),
            (found.settings, known.settings),
            (found.property_type, known.property_type),
        ):
            names = [field.attname for field in theirs._meta.concrete_fields]
            assert [getattr(ours, one) for one in names] == [getattr(theirs, one) for one in names]


def test_a_server_that_was_set_back_is_another_one(hotel):
    version = version_of(hotel)
    property_kept(property_id=hotel.pk, version=version)
    assert not statements(lambda: property_kept(property_id=hotel.pk, version=version))

    later = replace(version, server=version.server + 3600)
    assert len(statements(lambda: property_kept(property_id=hotel.pk, version=later))) == 1


def test_without_a_version_the_one_of_now_is_asked_for(hotel):
    property_kept(property_id=hotel.pk)
    (sent,) = statements(lambda: property_kept(property_id=hotel.pk))
    assert "currency" not in sent

    PropertySettings.objects.filter(pk=hotel.pk).update(currency="CHF")
    assert property_kept(property_id=hotel.pk).settings.currency == "CHF"

    Property.objects.filter(pk=hotel.pk).update(deleted_at=timezone.now())
    with pytest.raises(DomainError, match="property_not_found"):
        property_kept(property_id=hotel.pk)


def test_what_changed_on_the_way_is_not_kept_as_what_was_asked_for(hotel):
    version = version_of(hotel)
    PropertySettings.objects.filter(pk=hotel.pk).update(currency="CHF")
    assert property_kept(property_id=hotel.pk, version=version).settings.currency == "CHF"
    assert len(statements(lambda: property_kept(property_id=hotel.pk, version=version))) == 1


def test_it_keeps_so_many(manager, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 2)
    kept._kept.clear()
    hotels = [make_hotel(manager, name=name) for name in "abc"]
    for hotel in hotels:
        property_kept(property_id=hotel.pk, version=version_of(hotel))
    assert list(kept._kept) == [hotel.pk for hotel in hotels[1:]]


@pytest.mark.django_db(transaction=True)
def test_threads_that_read_while_it_changes_see_each_change(client_for, hotel):
    """Who asks after a change was committed sees it, or a later one."""
    client = client_for("content_get")
    committed, faults = [0], []
    ended = threading.Event()

    def read() -> None:
        try:
            while not ended.is_set():
                least = committed[0]
                found = int(settings(client, hotel)["mindaysbeforearrival"])
                if found < least:
                    faults.append((least, found))
        finally:
            connection.close()

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 60):
        PropertySettings.objects.filter(pk=hotel.pk).update(min_days_before_arrival=number)
        committed[0] = number
    ended.set()
    for thread in threads:
        thread.join()
    assert not faults

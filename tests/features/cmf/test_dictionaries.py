from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bookyflow.channels.models import ChannelProperty
from bookyflow.properties.models import (
    BookingModel,
    Property,
    PropertyFeature,
    PropertySettings,
    PropertyType,
)
from bookyflow.rooms.models import RoomType
from bookyflow.tariffs.models import TaxRate
from tests.conftest import make_hotel
from tests.examples import example
from tests.features.cmf.conftest import BASE, shown, value

pytestmark = pytest.mark.django_db

LISTS = BASE + "list/"
CODES = {
    "list_access_levels": "access/levels",
    "list_booking_statuses": "booking/statuses",
    "list_deposit_types": "deposit/types",
    "list_extra_models": "extra/models",
    "list_image_types": "image/types",
    "list_property_statuses": "property/statuses",
    "list_property_type_flags": "property_type/flags",
    "list_reservation_statuses": "reservation/statuses",
    "list_statuses": "statuses",
}
# The lists of places, and what each calls Galway, Ireland.
KNOWN = {
    "countries": "Ireland",
    "regions": "Connaught",
    "cities": "Galway",
    "city/properties/count": "Galway",
    "city/currencies": "Galway",
}


def test_lists_the_published_property_types_by_name(ota, hotel):
    PropertyType.objects.exclude(pk=hotel.property_type_id).delete()
    boat = PropertyType.objects.create(name="Boat", flag=BookingModel.SINGLE_ROOM)
    PropertyType.objects.create(name="Castle", is_published=False)

    response = ota.get(LISTS + "property/types")

    assert value(response) == [
        {"property_type_id": boat.pk, "property_type": "Boat", "flag": 1},
        {"property_type_id": hotel.property_type_id, "property_type": "Hotel", "flag": 0},
    ]


def test_lists_the_shared_room_types_by_name(ota, hotel, double):
    RoomType.objects.exclude(pk=double.pk).delete()
    double.property_types.set([hotel.property_type])
    attic = RoomType.objects.create(name="Attic")
    RoomType.objects.create(name="Bell tower", property=hotel)

    response = ota.get(LISTS + "room/types")

    assert value(response) == [
        {"room_classes_uid": attic.pk, "room_class_abbv": "Attic", "ptype_xref": []},
        {
            "room_classes_uid": double.pk,
            "room_class_abbv": "Double",
            "ptype_xref": [hotel.property_type_id],
        },
    ]


def test_lists_the_features_that_any_property_may_have(ota, hotel):
    PropertyFeature.objects.exclude(name="Parking").delete()
    parking = PropertyFeature.objects.get()
    sauna = PropertyFeature.objects.create(name="A sauna", include_in_filters=False)
    PropertyFeature.objects.create(name="A secret", property=hotel)

    response = ota.get(LISTS + "property/features")

    assert value(response) == [
        {"property_feature_id": sauna.pk, "property_feature": "A sauna", "include_in_filters": 0},
        {"property_feature_id": parking.pk, "property_feature": "Parking", "include_in_filters": 1},
    ]
    assert value(ota.get(LISTS + "property/features?language=de"))[1]["property_feature"] != (
        "Parking"
    )


def test_lists_the_tax_rates(ota):
    TaxRate.objects.create(code="00", description="Reduced", rate="7")
    vat = TaxRate.objects.get(code="01")

    first, second = value(ota.get(LISTS + "tax/rates"))

    assert (first["code"], first["rate"]) == ("00", "7.00")
    assert [second] == shown("list_tax_rates", id=vat.pk)


@pytest.mark.parametrize("name", sorted(CODES))
def test_names_what_numbers_stand_for(ota, name):
    assert value(ota.get(LISTS + CODES[name])) == example(f"cmf.{name}").answer


def test_lists_the_countries_that_have_a_property(ota, manager):
    make_hotel(manager, name="Galway", country="IE")
    make_hotel(manager, name="Test", country="FR", is_test=True)

    response = ota.get(LISTS + "countries")

    assert value(response) == {
        "IE": {"id": 372, "countrycode": "IE", "countryname": "Ireland"},
        "GB": {"id": 826, "countrycode": "GB", "countryname": "United Kingdom"},
    }
    assert list(response.json()["data"]["response"]) == ["IE", "GB"]


@pytest.mark.parametrize("name", ["countries", "regions"])
def test_lists_all_there_are(ota, name):
    found = value(ota.get(f"{LISTS}{name}/all"))

    shown_of_it = example(f"cmf.list_{name}_all").answer
    assert {key: found[key] for key in shown_of_it} == shown_of_it
    assert len(found) > 200


def test_names_of_countries_are_in_the_language_asked_for(ota):
    asked = value(ota.get(LISTS + "countries?language=de-DE"))
    accepted = value(ota.get(LISTS + "countries", HTTP_ACCEPT_LANGUAGE="de"))

    assert asked == accepted
    assert asked["GB"]["countryname"] == "Vereinigtes Königreich"


def test_lists_the_regions_that_have_a_property(ota, manager):
    make_hotel(manager, name="Galway", country="IE", region="IE-C")
    make_hotel(manager, name="Nowhere", region="")

    response = ota.get(LISTS + "regions")

    (number,) = response.json()["data"]["response"]
    assert value(response) == {
        number: {"id": int(number), "countrycode": "IE", "regionname": "Connaught"}
    }


def test_lists_the_towns_that_have_a_property(ota, stranger, hotel):
    Property.objects.update(town="")
    for name, currency in (("A", "EUR"), ("B", "EUR"), ("C", "USD")):
        prop = make_hotel(stranger, name=name, town="Galway", country="IE", region="IE-C")
        PropertySettings.objects.filter(property=prop).update(currency=currency)
    make_hotel(stranger, name="D", town="Århus")
    make_hotel(stranger, name="E", town="")

    cities = value(ota.get(LISTS + "cities"))
    counts = value(ota.get(LISTS + "city/properties/count"))
    currencies = value(ota.get(LISTS + "city/currencies"))

    assert cities == list(counts) == list(currencies) == ["Århus", "Galway"]
    assert counts == {"Århus": 1, "Galway": 3}
    assert list(currencies["Galway"]) == ["EUR", "USD"]
    assert currencies["Galway"].pop("USD")["city_currency_code"] == "USD"
    assert {"Galway": currencies["Galway"]} == example("cmf.list_city_currencies").answer
    assert currencies["Århus"]["EUR"]["region"] == ""


@pytest.mark.parametrize(
    ("told", "changes"),
    [
        (True, {}),
        (False, {"is_published": False}),
        (False, {"is_approved": False}),
        (False, {"is_test": True}),
        (False, {"deleted_at": datetime(2026, 1, 1, tzinfo=UTC)}),
    ],
)
def test_of_others_it_tells_of_what_is_published_only(ota, manager, stranger, told, changes):
    elsewhere = {"country": "IE", "region": "IE-C", "town": "Galway"}
    make_hotel(stranger, name="Others", **elsewhere | changes)
    make_hotel(manager, name="Linked to no channel", **elsewhere | changes)

    assert {name: KNOWN[name] in str(value(ota.get(LISTS + name))) for name in KNOWN} == (
        dict.fromkeys(KNOWN, told)
    )


@pytest.mark.parametrize("how", ["linked", "open"])
def test_of_its_own_it_tells_whatever_their_state(ota, linked, manager, how):
    prop = make_hotel(
        manager, name="Mine", country="IE", region="IE-C", town="Galway", is_published=False
    )
    if how == "linked":
        ChannelProperty.objects.create(channel=linked, property=prop)
    PropertySettings.objects.filter(property=prop).update(api_privacy_off=how == "open")

    for name, word in KNOWN.items():
        assert word in str(value(ota.get(LISTS + name)))


def test_without_properties_the_maps_are_empty(ota, hotel):
    hotel.__class__.objects.update(is_test=True)

    for name in KNOWN:
        assert value(ota.get(LISTS + name)) == ([] if name == "cities" else {})


@pytest.mark.parametrize(
    "name", ["property/types", "room/types", "property/features", "tax/rates", *KNOWN]
)
def test_costs_no_more_for_more_rows(ota, manager, double, name, django_assert_max_num_queries):
    counts = []
    for number in range(5):
        if number in {0, 4}:
            with django_assert_max_num_queries(3) as queries:
                response = ota.get(LISTS + name)
            assert response.status_code == 200
            counts.append(len(queries))
        kind = PropertyType.objects.create(name=f"Kind {number}")
        RoomType.objects.create(name=f"Room {number}").property_types.add(kind)
        make_hotel(
            manager,
            name=str(number),
            town=str(number),
            country=("IE", "FR", "DE", "AT", "CH")[number],
        )
        PropertyFeature.objects.create(name=f"Feature {number}").property_types.add(kind)
        TaxRate.objects.create(code=f"R{number}", description="Tax", rate=number)

    assert counts[0] == counts[1]

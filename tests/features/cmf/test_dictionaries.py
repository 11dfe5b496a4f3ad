from __future__ import annotations

import pytest

from bookyflow.properties.models import BookingModel, PropertyType
from bookyflow.rooms.models import RoomType
from tests.conftest import make_hotel
from tests.features.cmf.conftest import BASE, value

pytestmark = pytest.mark.django_db

LISTS = BASE + "list/"


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


def test_lists_the_countries_that_have_a_property(ota, manager):
    make_hotel(manager, name="Galway", country="IE", is_published=False)
    make_hotel(manager, name="Test", country="FR", is_test=True)

    response = ota.get(LISTS + "countries")

    assert value(response) == {
        "IE": {"id": 372, "countrycode": "IE", "countryname": "Ireland"},
        "GB": {"id": 826, "countrycode": "GB", "countryname": "United Kingdom"},
    }
    assert list(response.json()["data"]["response"]) == ["IE", "GB"]


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


def test_without_properties_the_maps_are_empty(ota, hotel):
    hotel.__class__.objects.update(is_test=True)

    assert value(ota.get(LISTS + "countries")) == {}
    assert value(ota.get(LISTS + "regions")) == {}


@pytest.mark.parametrize("name", ["property/types", "room/types", "countries", "regions"])
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
        make_hotel(manager, name=str(number), country=("IE", "FR", "DE", "AT", "CH")[number])

    assert counts[0] == counts[1]

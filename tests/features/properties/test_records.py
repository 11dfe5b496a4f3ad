from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.pictures.models import Image
from bookyflow.properties.models import (
    FeatureCategory,
    PropertyCategory,
    PropertyFeature,
    PropertySettings,
    PropertyText,
)
from bookyflow.rooms.models import Room, RoomFeature
from tests.conftest import make_hotel
from tests.examples import example
from tests.features.properties.conftest import BASE

pytestmark = pytest.mark.django_db

ICON = "http://testserver/media/properties/1/a/small.jpg"


def full(client, language="en-GB", query=""):
    response = client.get(f"{BASE}full/{language}{query}")
    assert response.status_code == 200, response.content
    return response.json()["data"]["full_data"]


@pytest.fixture
def furnished(hotel):
    """The hotel of the example, with one room."""
    (shown,) = example("properties.list_full").answer.values()
    for field in PropertyText.Field.values:
        if text := shown.get(field):
            PropertyText.objects.create(property=hotel, field=field, language="en-GB", text=text)
    for name, field in {
        "property_street": "street",
        "property_town": "town",
        "property_postcode": "postcode",
        "property_tel": "tel",
        "property_fax": "fax",
        "property_email": "email",
        "lat": "latitude",
        "long": "longitude",
        "stars": "stars",
        "version": "version",
    }.items():
        setattr(hotel, field, shown[name])
    hotel.region, hotel.is_complete = "GB-PEM", True
    hotel.category = PropertyCategory.objects.create(title="Seaside")
    hotel.save()
    PropertySettings.objects.filter(property=hotel).update(accommodation_tax_rate=20)
    category, _ = FeatureCategory.objects.get_or_create(name="Here")
    hotel.features.add(
        PropertyFeature.objects.create(name="Wi-Fi", category=category, property=hotel)
    )
    hotel.rooms.exclude(number="1").delete()
    hotel.rooms.update(max_occupancy=3, max_adults=2, max_children=1)
    hotel.rooms.get().features.add(RoomFeature.objects.create(name="Sea view", property=hotel))
    return hotel


def test_a_property_as_the_document_shows_it(reader, furnished):
    (shown,) = example("properties.list_full").answer.values()
    room, feature = furnished.rooms.get(), furnished.features.get()
    for name in "ab":
        file = f"properties/1/{name}/large.jpg"
        Image.objects.create(
            property=furnished, kind="room_type", room_type=room.room_type, file=file
        )
    kind, of_room = str(room.room_type_id), RoomFeature.objects.get(name="Sea view")
    search_url = f"http://testserver/bookyflow/api/search?features={feature.pk}"
    own = {
        "propertys_uid": furnished.pk,
        "ptype_id": furnished.property_type_id,
        "cat_id": furnished.category_id,
        "property_features": [feature.pk],
        "property_features_names": {str(feature.pk): {"abbv": "Wi-Fi", "search_url": search_url}},
        "rooms": {str(room.pk): room.pk},
        "room_types": {kind: {"abbv": "Double", "desc": "", "image": ICON}},
        "rooms_by_type": {kind: [room.pk]},
        "rooms_max_people": {kind: {str(room.pk): 3}},
        "rooms_max_adults": {kind: {str(room.pk): 2}},
        "rooms_max_children": {kind: {str(room.pk): 1}},
        "room_features": {str(of_room.pk): {"id": of_room.pk, "abbv": "Sea view"}},
    }

    ((pk, found),) = full(reader).items()

    assert (pk, found) == (str(furnished.pk), shown | own)
    assert reader.get(search_url.removeprefix("http://testserver")).status_code == 200


def test_names_are_in_the_language_of_the_path(reader, furnished):
    PropertyText.objects.create(
        property=furnished, field="property_name", language="de-DE", text="Haus am Hafen"
    )

    (found,) = full(reader, "de").values()

    assert (found["property_name"], found["property_country"]) == (
        "Haus am Hafen",
        "Vereinigtes Königreich",
    )
    assert found["metatitle"] == "Harbour View Hotel"


def test_the_least_that_there_is_of_a_property(reader, hotel):
    hotel.asking_price, hotel.permit_number = "250000", "T-1"
    hotel.save()
    hotel.rooms.all().delete()

    (found,) = full(reader).values()

    assert not {name for name in found if name.startswith("room") and name != "room_features"}
    assert (found["room_features"], found["property_region"], found["property_region_id"]) == (
        {},
        "",
        None,
    )
    assert (found["real_estate_property_price"], found["permit_number"]) == ("250000", "T-1")


def test_only_those_that_the_key_reaches_in_pages(reader, manager, stranger, hotel):
    make_hotel(stranger, name="Foreign")
    second = make_hotel(manager, name="Second")

    answer = reader.get(f"{BASE}full/en-GB?limit=1")
    following = answer["Link"].partition(">")[0].removeprefix("<")

    assert list(answer.json()["data"]["full_data"]) == [str(hotel.pk)]
    assert list(reader.get(following).json()["data"]["full_data"]) == [str(second.pk)]


def test_a_manager_without_properties(client_for, stranger, hotel):
    assert full(client_for("content_get", user=stranger)) == {}


def test_many_properties_take_the_same_statements(reader, manager, hotel):
    counts = []
    feature = RoomFeature.objects.create(name="Sea view")
    for number in (2, 20):
        for one in range(number):
            new = make_hotel(manager, name=f"Hotel {number} {one}")
            Room.objects.filter(property=new).first().features.add(feature)
        with CaptureQueriesContext(connection) as captured:
            full(reader)
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 6

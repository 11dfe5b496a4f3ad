from __future__ import annotations

import pytest

from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.pictures.images import image_add, urls_of
from bookyflow.pictures.models import Image
from bookyflow.plugins import registry
from bookyflow.properties.models import BookingModel, PropertyText, PropertyType
from bookyflow.property_lifecycle.rooms import rooms_delete
from tests.conftest import make_hotel
from tests.examples import example
from tests.pictures import picture

pytestmark = pytest.mark.django_db
API = "/bookyflow/api/core"
SITE = {"api_url": "http://testserver/bookyflow/api/", "bookyflow_url": "http://testserver/"}


@pytest.fixture
def tour(manager):
    kind = PropertyType.objects.create(name="City walk", flag=BookingModel.TOUR)
    return make_hotel(manager, name="Walk", property_type=kind)


def test_report_counts_what_is_published(anonymous, hotel, manager):
    make_hotel(manager, name="Draft", is_published=False)
    make_hotel(manager, name="Unapproved", is_approved=False)
    make_hotel(manager, name="Trial", is_test=True)

    (shown,) = example("core.report").answer
    assert anonymous.get(f"{API}/report").json() == {
        "data": {"report": [shown | SITE | {"property_count": 1}]},
        "meta": {"code": 200},
    }


def test_lists_published_properties(anonymous, hotel, manager, tour, settings):
    settings.PROPERTY_PAGE_URL = "https://www.stay.example/places/{property_uid}"
    settings.BOOKING_PAGE_URL = "https://www.stay.example/places/{property_uid}/book"
    make_hotel(manager, name="Draft", is_published=False)
    make_hotel(manager, name="Trial", is_test=True)
    PropertyText.objects.create(
        property=hotel, field="metadescription", language="de-DE", text="Zimmer am Hafen"
    )
    hotel.latitude, hotel.longitude = "50.1523", "-5.0711"
    hotel.save()
    response = anonymous.get(f"{API}/get_properties?language=de")

    assert response.status_code == 200
    (shown,) = example("core.get_properties").answer[0]["properties"]
    own = {
        "view_property_url": f"https://www.stay.example/places/{hotel.pk}",
        "booking_form_url": f"https://www.stay.example/places/{hotel.pk}/book",
        "propertys_uid": hotel.pk,
        "metadescription": "Zimmer am Hafen",
        "thumbnail_location": "",
    }
    assert response.json()["data"] == {"properties": [SITE | {"properties": [shown | own]}]}


def test_a_site_without_pages_of_its_own_has_no_addresses_of_them(anonymous, hotel):
    found = anonymous.get(f"{API}/get_properties").json()["data"]["properties"][0]["properties"][0]

    assert (found["view_property_url"], found["booking_form_url"]) == ("", "")


def test_listing_costs_the_same_for_many(anonymous, hotel, manager, django_assert_num_queries):
    # * the feature's state, properties with their rooms, texts
    with django_assert_num_queries(3):
        assert anonymous.get(f"{API}/get_properties").status_code == 200
    for number in range(5):
        make_hotel(manager, name=f"Inn {number}")
    with django_assert_num_queries(3):
        assert anonymous.get(f"{API}/get_properties").status_code == 200


def test_lists_the_endpoints_that_answer(anonymous):
    def endpoints():
        return anonymous.get(f"{API}/endpoints").json()["data"]["endpoints"]

    site = SITE["api_url"]
    (shown,) = example("core.endpoints").answer
    echo = shown | {"endpoint": f"{site}echo"}
    core = shown | {"endpoint": f"{site}core/report", "feature": "core", "scope": "public"}
    assert echo in endpoints()
    assert core in endpoints()
    registry.set_enabled("echo", on=False)
    assert echo not in endpoints()


def test_a_token_is_not_looked_at(anonymous):
    response = anonymous.get(f"{API}/report", HTTP_AUTHORIZATION="Bearer nonsense")

    assert response.status_code == 200


def test_deleted_rooms_do_not_count(anonymous, hotel, manager):
    ids = list(hotel.rooms.values_list("pk", flat=True))
    rooms_delete(property_id=hotel.pk, room_ids=ids[1:], by=Actor(user_id=manager.pk))

    answer = anonymous.get(f"{API}/get_properties").json()

    assert answer["data"]["properties"][0]["properties"][0]["multi_room_property"] is False


def test_the_main_picture_is_shown_small(anonymous, hotel, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for kind in (Image.Kind.SLIDESHOW, Image.Kind.MAIN):
        image = image_add(prop=hotel, kind=kind, file=picture(), by=SYSTEM)

    answer = anonymous.get(f"{API}/get_properties").json()

    shown = answer["data"]["properties"][0]["properties"][0]["thumbnail_location"]
    assert shown == f"http://testserver{urls_of(image)['small']}"

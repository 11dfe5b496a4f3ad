"""Where a property lies, and what lies where."""

from __future__ import annotations

import json

import pytest

from bookyflow.accounts.site import site_settings_save
from bookyflow.core.acting import SYSTEM
from bookyflow.core.places import region_number
from bookyflow.events.models import Event
from bookyflow.properties.models import Property
from tests.core.test_geocoder import ANSWER
from tests.examples import example
from tests.features.cmf.conftest import BASE, FORM, refusal, value
from tests.servers import saying, serving

pytestmark = pytest.mark.django_db

PUT, GET = f"{BASE}property/location", f"{BASE}location/information"
PLACE = ("country_code", "region_id", "lat", "long")


@pytest.fixture
def body(hotel):
    return example("cmf.put_property_location").request | {"property_uid": hotel.pk}


def place(prop):
    prop.refresh_from_db()
    prop.settings.refresh_from_db()
    return (
        prop.country,
        prop.region,
        str(prop.latitude),
        str(prop.longitude),
        prop.settings.time_zone,
    )


def test_sets_the_place_of_a_property(ota, hotel, linked, body):
    hotel.settings.time_zone_given = False
    hotel.settings.save()

    answer = value(ota.put(PUT, body))

    assert place(hotel) == ("CH", "CH-BE", "46.62416", "8.04140", "Europe/Zurich")
    own = example("cmf.put_property_location").answer
    names = ("property_country", "property_region", "lat", "long", "time_zone")
    assert {name: answer[name] for name in names} == {name: own[name] for name in names}
    assert answer == value(ota.get(f"{BASE}property/{hotel.pk}"))
    kinds = list(Event.objects.order_by("pk").values_list("kind", "channel_id"))
    assert kinds == [("property_updated", linked.pk), ("property_settings_updated", linked.pk)]


def test_the_same_place_again_changes_nothing(ota, hotel, body):
    for _ in "ab":
        answer = value(ota.put(PUT, body))

    assert answer["version"] == 2
    assert Event.objects.filter(kind="property_updated").count() == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"lat": "46.7", "long": "8.1"}, ("CH", "CH-BE", "46.70000", "8.10000")),
        ({"lat": 46.624164, "long": 8.041396}, ("CH", "CH-BE", "46.62416", "8.04140")),
        ({"country_code": "at"}, ("AT", "", "46.62416", "8.04140")),
        ({"region_id": region_number("CH-VS")}, ("CH", "CH-VS", "46.62416", "8.04140")),
        ({}, ("CH", "CH-BE", "46.62416", "8.04140")),
    ],
)
def test_what_is_not_named_stays(ota, hotel, body, change, expected):
    value(ota.put(PUT, body))

    value(ota.put(PUT, {"property_uid": hotel.pk} | change))

    assert place(hotel)[:4] == expected


def test_a_form_will_do(ota, hotel, body):
    form = "&".join(f"{name}={text}" for name, text in body.items())

    assert value(ota.put(PUT, form, content_type=FORM))["property_country"] == "CH"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"country_code": "ZZ"}, (400, "country_incorrect", ["country_code"])),
        ({"country_code": ""}, (400, "validation_failed", ["country_code"])),
        ({"country_code": 5}, (400, "validation_failed", ["country_code"])),
        ({"region_id": 1}, (400, "region_id_incorrect", ["region_id"])),
        ({"region_id": region_number("GB-CON")}, (400, "region_id_incorrect", ["region_id"])),
        ({"region_id": None}, (400, "validation_failed", ["region_id"])),
        ({"lat": "90.1"}, (400, "validation_failed", ["lat"])),
        ({"lat": ""}, (400, "validation_failed", ["lat"])),
        ({"lat": "NaN"}, (400, "validation_failed", ["lat"])),
        ({"lat": "46,6"}, (400, "validation_failed", ["lat"])),
        ({"long": "-180.00001"}, (400, "validation_failed", ["long"])),
        ({"long": "1e400"}, (400, "validation_failed", ["long"])),
        ({"long": []}, (400, "validation_failed", ["long"])),
    ],
)
def test_refuses_what_is_no_place(ota, hotel, body, change, expected):
    before = place(hotel)

    assert refusal(ota.put(PUT, body | change)) == expected
    assert place(hotel) == before
    assert not Event.objects.exists()


def test_a_published_property_keeps_a_time_zone(ota, hotel):
    Property.objects.filter(pk=hotel.pk).update(is_published=True)
    hotel.settings.time_zone_given = False
    hotel.settings.save()
    body = {"property_uid": hotel.pk, "country_code": "US", "region_id": region_number("US-NY")}

    assert refusal(ota.put(PUT, body)) == (409, "time_zone_needed", ["time_zone"])
    assert value(ota.put(PUT, body | {"lat": "40.7", "long": "-74.0"}))["time_zone"] == (
        "America/New_York"
    )


def test_a_site_of_one_country_has_no_other(ota, hotel, body):
    site_settings_save(values={"only_country": "GB"}, by=SYSTEM)

    assert refusal(ota.put(PUT, body))[:2] == (400, "country_incorrect")


def test_a_position_has_its_country_and_region(ota, settings):
    with serving(saying(json.dumps(ANSWER).encode())) as served:
        settings.GEOCODER_URL = served.address("/reverse")
        found = value(ota.get(f"{GET}/46.624164/8.041396"))

    assert found == example("cmf.location_information").answer
    assert "lat=46.62416&lon=8.04140" in served.heard[0]


def test_a_position_at_sea_has_neither(ota, settings):
    with serving(saying(b'{"error": "Unable to geocode"}')) as served:
        settings.GEOCODER_URL = served.address()

        assert value(ota.get(f"{GET}/0/-30.5")) == {}


def test_a_country_without_regions_has_none(ota, settings):
    with serving(saying(b'{"address": {"country_code": "gi"}}')) as served:
        settings.GEOCODER_URL = served.address()

        assert value(ota.get(f"{GET}/36.1/-5.3")) == {"country_code": "GI", "region_id": None}


@pytest.mark.parametrize(
    ("position", "fields"),
    [
        ("91/0", ["lat"]),
        ("0/181", ["long"]),
        ("x/y", ["lat", "long"]),
        ("NaN/Infinity", ["lat", "long"]),
        ("1;2/0", ["lat"]),
        (f"{'9' * 400}/0", ["lat"]),
    ],
)
def test_a_position_lies_on_earth(ota, settings, position, fields):
    settings.GEOCODER_URL = "http://127.0.0.1:1/"  # nobody is asked

    assert refusal(ota.get(f"{GET}/{position}")) == (400, "validation_failed", fields)


def test_a_site_without_geocoder_says_so(ota, settings):
    settings.GEOCODER_URL = ""

    assert refusal(ota.get(f"{GET}/46.6/8.0")) == (409, "no_geocoder", [])


def test_a_geocoder_that_does_not_answer_may_do_so_later(ota, settings):
    with serving(saying(b"not now")) as served:
        settings.GEOCODER_URL = served.address()

        assert refusal(ota.get(f"{GET}/46.6/8.0")) == (503, "geocoder_unavailable", [])

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from bookyflow.accounts.models import SiteSettings
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import today_in
from bookyflow.pictures.models import Image
from bookyflow.properties.models import BookingModel, PropertySettings, PropertyType
from bookyflow.properties.services import property_texts_save
from bookyflow.property_settings import names as settings_names
from bookyflow.rooms.models import Room, RoomType
from bookyflow.tariffs.models import TaxRate
from bookyflow.tariffs.services import base_price_set
from tests.conftest import make_hotel
from tests.examples import example
from tests.features.properties.conftest import BASE, read

pytestmark = pytest.mark.django_db

TODAY = today_in("UTC").isoformat()
NEXT_YEAR = today_in("UTC").replace(day=1, year=today_in("UTC").year + 1).isoformat()

# Path → (scope, key)
PATHS = {
    "details/name": ("content_get", "property_name"),
    "details/description": ("content_get", "property_description"),
    "details/property_checkin_times": ("content_get", "property_checkin_times"),
    "details/property_area_activities": ("content_get", "property_area_activities"),
    "details/property_driving_directions": ("content_get", "property_driving_directions"),
    "details/property_policies_disclaimers": ("content_get", "property_policies_disclaimers"),
    "details/lat_long": ("content_get", "lat_long"),
    "details/accommodation_tax_rate": ("content_get", "accommodation_tax_rate"),
    "details/property_room_types": ("content_get", "this_property_room_classes"),
    "details/settings": ("content_get", "settings"),
    "images/main": ("content_get", "images"),
    "images/slideshow": ("content_get", "images"),
    "images/room": ("content_get", "images"),
    "tariffs": ("tariffs_get", "tariffs"),
    f"availabilities/{TODAY}/{NEXT_YEAR}": ("bookings_get", "available_rooms"),
    f"availabilities/timeline/{TODAY}/{NEXT_YEAR}": ("bookings_get", "dashboard_availabilities"),
}
TEXTS = {path: key for path, (_, key) in PATHS.items() if key.startswith("property_")}
LOCALIZED = [*TEXTS, "details/property_room_types", "tariffs"]
del TEXTS["details/name"]  # never empty


@pytest.mark.parametrize("path", PATHS)
def test_answers_under_its_key_with_its_scope_or_the_broad_one(client_for, hotel, path):
    scope, key = PATHS[path]

    for scopes in (scope, "properties_get"):
        response = client_for(scopes).get(f"{BASE}{hotel.pk}/{path}/")
        assert response.status_code == 200, response.content
        assert list(response.json()["data"]) == [key]


@pytest.mark.parametrize("path", PATHS)
def test_another_scope_is_not_enough(client_for, hotel, path):
    others = {"content_get", "tariffs_get", "bookings_get"} - {PATHS[path][0]}

    response = client_for(others).get(f"{BASE}{hotel.pk}/{path}")

    assert (response.status_code, response.json()["key"]) == (403, "scope_missing")


@pytest.mark.parametrize("path", PATHS)
def test_a_property_out_of_reach_is_not_found(reader, anonymous, stranger, path):
    foreign = make_hotel(stranger, name="Foreign")

    assert reader.get(f"{BASE}{foreign.pk}/{path}").status_code == 404
    assert reader.get(f"{BASE}{foreign.pk + 999}/{path}").status_code == 404
    assert anonymous.get(f"{BASE}{foreign.pk}/{path}").status_code == 401


@pytest.mark.parametrize("path", LOCALIZED)
def test_the_language_may_follow(reader, hotel, path):
    assert read(reader, hotel, f"{path}/de-DE") == read(reader, hotel, path)


@pytest.mark.parametrize("path", PATHS)
def test_takes_few_statements_however_much_there_is(reader, hotel, path):
    base_price_set(property_id=hotel.pk, price=Decimal(100), max_people=2, by=SYSTEM)
    for language in ("en-GB", "de-DE"):
        property_texts_save(
            property_id=hotel.pk,
            language=language,
            texts=dict.fromkeys(TEXTS.values(), "x"),
            by=SYSTEM,
        )
    with CaptureQueriesContext(connection) as captured:
        read(reader, hotel, path)

    assert len(captured) <= 6, [query["sql"] for query in captured]


def test_the_name_in_the_language_asked_for(reader, hotel):
    property_texts_save(
        property_id=hotel.pk, language="de-DE", texts={"property_name": "Hafenhaus"}, by=SYSTEM
    )

    assert read(reader, hotel, "details/name") == "Harbour House"
    assert read(reader, hotel, "details/name/de-DE") == "Hafenhaus"
    assert read(reader, hotel, "details/name?language=de") == "Hafenhaus"
    assert read(reader, hotel, "details/name", headers={"Accept-Language": "de"}) == "Hafenhaus"
    assert read(reader, hotel, "details/name/fr-FR") == "Harbour House"


@pytest.mark.parametrize("path", TEXTS)
def test_a_text_or_an_empty_one(reader, hotel, path):
    assert read(reader, hotel, path) == ""
    texts = {TEXTS[path]: "<p>Hier</p>", "metatitle": "Other"}
    property_texts_save(property_id=hotel.pk, language="de-DE", texts=texts, by=SYSTEM)
    property_texts_save(
        property_id=hotel.pk, language="en-GB", texts={TEXTS[path]: "<p>Here</p>"}, by=SYSTEM
    )

    assert read(reader, hotel, path) == "<p>Here</p>"
    assert read(reader, hotel, f"{path}/de-DE") == "<p>Hier</p>"


def test_where_it_is(reader, hotel, manager):
    nowhere = read(reader, hotel, "details/lat_long")
    placed = make_hotel(
        manager, name="Placed", latitude=Decimal("51.6727"), longitude=Decimal("-4.7033")
    )

    assert nowhere == {"lat": None, "long": None}
    assert read(reader, placed, "details/lat_long") == example("properties.get_lat_long").answer


def test_the_tax_rate(reader, hotel):
    hotel.settings.accommodation_tax_rate = Decimal("7.5")
    hotel.settings.save()

    assert read(reader, hotel, "details/accommodation_tax_rate") == 7.5


def test_room_types_that_may_be_used(reader, hotel, stranger):
    hut = PropertyType.objects.create(name="Hut")
    own = RoomType.objects.create(name="Loft", description="Under the roof", property=hotel)
    RoomType.objects.create(name="Hers", property=make_hotel(stranger, name="Foreign"))
    elsewhere = RoomType.objects.create(name="Bunk")
    elsewhere.property_types.add(hut)
    shared = RoomType.objects.create(name="Tower")
    shared.property_types.add(hotel.property_type)

    Image.objects.create(property=hotel, kind="room_type", room_type=own, file="x/1/large.jpg")

    found = read(reader, hotel, "details/property_room_types")

    (shown,) = example("properties.get_room_types").answer.values()
    assert found[str(own.pk)] == shown | {
        "abbv": "Loft",
        "desc": "Under the roof",
        "image": "http://testserver/media/x/1/small.jpg",
    }
    assert found[str(shared.pk)]["image"] == ""
    assert str(shared.pk) in found
    assert not {"Hers", "Bunk"} & {kind["abbv"] for kind in found.values()}
    hotel.property_type = PropertyType.objects.create(name="Cave")
    hotel.save()
    own.delete()
    assert read(reader, hotel, "details/property_room_types") == {}


def test_settings_under_their_names(reader, hotel):
    shown = {
        "perPersonPerNight": 0,
        "prices_inclusive": 1,
        "property_currencycode": "EUR",
        "property_language": "en-GB",
        "time_zone": "UTC",
        "minimuminterval": 1,
        "weekenddays": "5,6",
        "chargeDepositYesNo": 1,
        "depositIsPercentage": 1,
        "depositIsOneNight": 0,
        "depAmount": 0,
        "depositValue": "20",
        "cleaning_fee": "0.00",
        "security_deposit": "0.00",
        "tariffsenhanceddefault": "100.00",
        "city_tax_value": "0",
        "city_tax_models": "single",
        "city_tax_max_nights": None,
        "tariffmode": 2,
        "variable_deposit_threashold": 60,
        "custom_invoice_pattern": "{N}",
        "cal_input": "%d/%m/%Y",
        "defaultcountry": "GB",
        "singleRoomProperty": 0,
        "item_hire_property": False,
        "is_real_estate_listing": 0,
        "accommodates": 6,
        "bookingform_requiredfields_email": 1,
        "api_privacy_off": 0,
    }

    found = read(reader, hotel, "details/settings")

    assert found == found | shown
    assert set(settings_names.NAMES) < found.keys()


# Settings that are no text at will.
TEXT_SETTINGS = {
    "currency": "CHF",
    "external_booking_url": "https://www.inn.example/book",
    "booking_form_sites": "https://www.inn.example",
    "weekend_days": "0,6",
    "language": "de-DE",
    "time_zone": "Europe/Zurich",
    "default_country": "AT",
    "business_country": "CH",
    "business_region": "CH-BE",
}


def another(field):
    """A value that a setting does not have by itself."""
    if field.choices:
        return next(value for value, _ in field.choices if value != field.default)
    if isinstance(field, models.BooleanField):
        return not field.default
    if isinstance(field, models.DecimalField):
        return Decimal("7.5")
    if isinstance(field, models.IntegerField):
        return 1 if field.null else field.default + 1
    return TEXT_SETTINGS.get(field.name, field.name[: field.max_length])


def on_the_wire(name, value):
    """Flags as 1 and 0, amounts with the digits of the currency."""
    if isinstance(value, Decimal):
        return f"{value:.2f}" if name in settings_names.AMOUNTS else str(value)
    return int(value) if isinstance(value, bool) else value


def test_every_setting_as_it_is_stored(reader, hotel):
    fields = settings_names.fields()
    stored = {name: another(PropertySettings._meta.get_field(name)) for name in fields.values()}
    PropertySettings.objects.filter(property=hotel).update(deposit_kind="fixed", **stored)
    Room.objects.update(max_children=1)
    SiteSettings.objects.update_or_create(pk=1, defaults={"minimum_deposit_percentage": 5})
    reduced = TaxRate.objects.create(code="LOW", description="VAT", rate=Decimal("7.5"))

    found = read(reader, hotel, "details/settings")

    assert found == {name: on_the_wire(name, stored[field]) for name, field in fields.items()} | {
        "chargeDepositYesNo": 1,
        "depositIsPercentage": 0,
        "depositIsOneNight": 0,
        "depAmount": 0,
        "accommodation_tax_code": reduced.pk,
        "singleRoomProperty": 0,
        "item_hire_property": False,
        "is_real_estate_listing": 0,
        "accommodates": 6,
        "accommodates_adults": 6,
        "accommodates_children": 0,  # another than the default: they do not count
        "minimum_deposit_percentage": 5,
        "bookingform_requiredfields_email": 1,
    }


def test_other_settings(reader, hotel):
    kind = PropertyType.objects.create(name="Bikes", flag=BookingModel.ITEM_HIRE)
    hotel.property_type = kind
    hotel.save()
    for name, value in {
        "currency": "JPY",
        "deposit_kind": "fixed",
        "deposit_value": Decimal("1200.000"),
        "cleaning_fee": Decimal(3000),
        "weekend_days": "6,0",
        "api_privacy_off": True,
    }.items():
        setattr(hotel.settings, name, value)
    hotel.settings.save()

    found = read(reader, hotel, "details/settings")
    hotel.property_type.flag = BookingModel.SINGLE_ROOM
    hotel.property_type.save()
    hotel.settings.deposit_kind = "none"
    hotel.settings.save()
    later = read(reader, hotel, "details/settings")

    expected = {
        "depositValue": "1200",
        "depositIsPercentage": 0,
        "chargeDepositYesNo": 1,
        "cleaning_fee": "3000",
        "weekenddays": "6,0",
        "item_hire_property": True,
        "api_privacy_off": 1,
    }
    assert found == found | expected
    assert (later["chargeDepositYesNo"], later["singleRoomProperty"]) == (0, 1)
    assert later["item_hire_property"] is False

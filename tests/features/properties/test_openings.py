from __future__ import annotations

from decimal import Decimal

import pytest

from bookyflow.accounts.models import SiteSettings
from bookyflow.core.acting import SYSTEM
from bookyflow.core.places import region_number
from bookyflow.events.models import Event
from bookyflow.properties.models import (
    KeyProperty,
    ManagerAccess,
    Property,
    PropertyText,
    PropertyType,
)
from bookyflow.reservations.lifecycle import booking_cancel
from tests.conftest import make_hotel
from tests.domain.conftest import book, stay
from tests.examples import example
from tests.features.properties.conftest import BASE

pytestmark = pytest.mark.django_db

TEXTS = [name for name in PropertyText.Field.values if name.startswith("property_")][1:]


@pytest.fixture
def owner(client_for):
    """A client that may add and delete properties."""
    return client_for("content_set content_get")


@pytest.fixture
def least():
    """The least that a new property needs."""
    kind, _ = PropertyType.objects.get_or_create(name="Hotel")
    return {"property_name": "New House", "country": "GB", "ptype_id": kind.pk}


def refusal(response):
    body = response.json()
    return response.status_code, body["key"], sorted(body["fields"])


def test_a_new_property_as_the_document_shows_it(owner, manager, least):
    shown = example("properties.create").request | {"ptype_id": least["ptype_id"]}

    answer = owner.post(BASE + "add", shown)

    new = Property.objects.select_related("settings").get()
    assert answer.json() == {"data": {"id": new.pk}, "meta": {"code": 200}}
    assert (new.name, new.street, new.town, new.postcode, new.tel, new.email) == (
        "Harbour View Hotel",
        "4 Quay Street",
        "Tenby",
        "SA70 7BX",
        "+44 1834 000000",
        "stay@harbourview.example",
    )
    assert (new.region, new.country, new.stars, new.superior) == ("GB-PEM", "GB", 4, False)
    assert (new.latitude, new.longitude) == (Decimal("51.67270"), Decimal("-4.70330"))
    assert (new.is_published, new.is_approved, new.settings.time_zone) == (
        False,
        True,
        "Europe/London",
    )
    texts = dict(PropertyText.objects.filter(language="en-GB").values_list("field", "text"))
    assert texts == {name: text for name, text in shown.items() if name in TEXTS}
    assert ManagerAccess.objects.get().user == manager
    assert [event.kind for event in Event.objects.order_by("pk")] == [
        "property_created",
        "property_updated",
    ]
    assert owner.get(BASE + "all").json()["data"]["ids"] == [new.pk]


def test_all_texts_in_the_language_of_the_path_without_scripts(owner, least):
    texts = {name: f"<p>{name}</p><script>alert(1)</script>" for name in TEXTS}

    owner.post(BASE + "add/de-DE", least | texts)

    found = PropertyText.objects.filter(language="de-DE")
    assert dict(found.values_list("field", "text")) == {name: f"<p>{name}</p>" for name in TEXTS}


def test_a_form_of_a_listing_for_sale(owner, least):
    kind = PropertyType.objects.create(name="Listing", flag=4)
    form = least | {
        "ptype_id": kind.pk,
        "price": "250.000,50",
        "lat": "-33.868819999",
        "superior": 1,
    }

    owner.post(BASE + "add", form, format="multipart")

    new = Property.objects.get()
    assert (new.asking_price, new.latitude, new.superior) == (
        "250000.50",
        Decimal("-33.86882"),
        True,
    )


def test_what_is_let_as_a_whole_has_its_room_at_once(owner, least):
    villa = PropertyType.objects.get(name="Villa")

    owner.post(BASE + "add", least | {"ptype_id": villa.pk})

    assert Property.objects.get().rooms.count() == 1


def test_a_key_of_some_properties_reaches_what_it_adds(client_for, least):
    some = client_for("content_set content_get", all_properties=False)

    new = some.post(BASE + "add", least).json()["data"]["id"]

    assert some.get(BASE + "all").json()["data"]["ids"] == [new]
    assert KeyProperty.objects.get().property_id == new


def test_a_test_key_adds_a_test_property_and_the_site_may_approve(client_for, least):
    SiteSettings.objects.update_or_create(defaults={"approves_automatically": False})

    client_for("content_set", is_test=True).post(BASE + "add", least)

    new = Property.objects.get()
    assert (new.is_test, new.is_approved) == (True, False)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"property_name": " "}, ("validation_failed", "property_name")),
        ({"property_name": "a\nb"}, ("validation_failed", "property_name")),
        ({"property_name": "x" * 256}, ("validation_failed", "property_name")),
        ({"property_email": "nobody\n@example.com"}, ("validation_failed", "property_email")),
        ({"country": "XX"}, ("country_incorrect", "country")),
        ({"country": None}, ("validation_failed", "country")),
        ({"region": region_number("FR-IDF")}, ("region_id_incorrect", "region")),
        ({"region": 0}, ("validation_failed", "region")),
        ({"ptype_id": 10**9}, ("property_type_id_incorrect", "ptype_id")),
        ({"ptype_id": None}, ("validation_failed", "ptype_id")),
        ({"lat": "90.1"}, ("validation_failed", "lat")),
        ({"lat": "NaN"}, ("validation_failed", "lat")),
        ({"long": "-180.1"}, ("validation_failed", "long")),
        ({"stars": 6}, ("validation_failed", "stars")),
        ({"superior": 2}, ("validation_failed", "superior")),
        ({"price": -1}, ("validation_failed", "price")),
        ({"property_description": "x" * 100_001}, ("validation_failed", "property_description")),
    ],
)
def test_what_a_new_property_refuses(owner, least, changes, expected):
    key, field = expected
    body = {name: one for name, one in (least | changes).items() if one is not None}

    assert refusal(owner.post(BASE + "add", body)) == (400, key, [field])
    assert not Property.objects.exists()


@pytest.mark.parametrize("method", ["post", "delete"])
def test_receptionists_neither_add_nor_delete(client_for, receptionist, hotel, least, method):
    desk = client_for("properties_set", user=receptionist)
    path = f"{BASE}{hotel.pk}" if method == "delete" else BASE + "add"

    assert refusal(getattr(desk, method)(path, least))[:2] == (403, "scope_missing")


def test_deletes_a_property(owner, manager, hotel):
    kept = make_hotel(manager, name="Kept")
    path = f"{BASE}{hotel.pk}"

    stale = owner.delete(path, HTTP_IF_MATCH='"v9"')
    answer = owner.delete(path, HTTP_IF_MATCH=f'"v{hotel.version}"')
    again = owner.delete(path)

    assert refusal(stale)[:2] == (412, "precondition_failed")
    assert answer.json() == {"data": {"id": hotel.pk}, "meta": {"code": 200}}
    assert refusal(again)[:2] == (404, "property_not_found")
    assert owner.get(BASE + "all").json()["data"]["ids"] == [kept.pk]
    assert [event.kind for event in Event.objects.all()] == ["property_deleted"]


def test_neither_the_last_one_nor_one_with_guests_to_come(owner, manager, hotel):
    last = owner.delete(f"{BASE}{hotel.pk}")
    make_hotel(manager, name="Other")
    booking = book(hotel, stay(3, 2))
    busy = owner.delete(f"{BASE}{hotel.pk}")
    booking_cancel(booking_id=booking.pk, property_id=hotel.pk, by=SYSTEM)

    assert refusal(last)[:2] == (409, "property_last")
    assert refusal(busy)[:2] == (409, "property_has_bookings")
    assert owner.delete(f"{BASE}{hotel.pk}").status_code == 200

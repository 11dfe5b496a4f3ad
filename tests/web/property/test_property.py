"""The pages of a property: checklist, rooms, texts, address, features, settings, opening one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from bookyflow.accounts.models import AccessLevel, SiteSettings
from bookyflow.core.acting import SYSTEM
from bookyflow.properties.models import Property, PropertyFeature, PropertyText, PropertyType
from bookyflow.rooms.models import OccupancyLevel, Room, RoomType
from bookyflow.tariffs.models import DailyRate
from bookyflow.tariffs.services import base_price_set
from bookyflow.web.property.settings import TOPICS
from bookyflow.web.property.texts import shown, stored
from tests.accounts.conftest import make_user
from tests.conftest import make_hotel
from tests.domain.conftest import book, stay

PAGES = (
    "",
    "/texts",
    "/address",
    "/features",
    "/calendars",
    "/calendars/new",
    "/calendars/feeds/new",
    "/rooms",
    "/rooms/new",
    "/room-types/new",
    "/pictures",
    *(f"/settings/{one.key}" for one in TOPICS),
)


@pytest.mark.parametrize("page", PAGES)
def test_who_sees_the_pages(signed_in, house, here, page, visitor):
    assert signed_in.get(here + page).status_code == 200
    assert "/sign-in" in visitor.get(here + page)["Location"]

    client = Client()
    client.force_login(make_user("other", AccessLevel.MANAGER))
    assert client.get(here + page).status_code == 404

    desk = make_user("desk", AccessLevel.RECEPTIONIST)
    house.staff.create(user=desk)
    client.force_login(desk)
    assert client.get(here + page).status_code == 403
    assert client.post(here + page, {}).status_code == 403


def test_the_checklist_leads_to_what_is_lacking_and_publishes(signed_in, here, house):
    page = signed_in.get(here).content.decode()
    assert "No prices have been entered yet." in page
    assert f"/bookyflow/p/{house.pk}/prices/plans" in page
    assert ">Publish</button>" not in page
    refused = signed_in.post(f"{here}/publish")
    assert refused.status_code == 409
    assert "No prices have been entered yet." in refused.content.decode()

    base_price_set(property_id=house.pk, price=Decimal(80), max_people=2, by=SYSTEM)
    Property.objects.filter(pk=house.pk).update(street="1 Quay")
    assert ">Publish</button>" in signed_in.get(here).content.decode()
    assert signed_in.post(f"{here}/publish").status_code == 302
    house.refresh_from_db()
    assert house.is_published
    assert f"/bookyflow/book/{house.pk}" in signed_in.get(here).content.decode()

    assert signed_in.post(f"{here}/unpublish").status_code == 302
    house.refresh_from_db()
    assert not house.is_published


def test_only_super_managers_approve(signed_in, here, house):
    Property.objects.filter(pk=house.pk).update(is_approved=False)

    assert "has to approve" in signed_in.get(here).content.decode()
    assert signed_in.post(f"{here}/approve").status_code == 403
    client = Client()
    client.force_login(make_user("super", AccessLevel.SUPER_MANAGER))
    assert client.post(f"{here}/approve").status_code == 302


def test_rooms_are_added_changed_and_deleted(signed_in, here, house):
    kind = house.rooms.first().room_type
    said = {"room_type_id": kind.pk, "count": "2", "max_guests": "4"}
    assert signed_in.post(f"{here}/rooms/new", said).status_code == 302
    room = Room.objects.get(property=house, number="05")
    assert (room.max_adults, room.max_occupancy) == (4, 4)

    said = {
        "number": "Tower",
        "name": "",
        "room_type_id": kind.pk,
        "max_adults": "2",
        "max_children": "1",
        "max_occupancy": "3",
        "surcharge": "10",
        "single_supplement": "0",
    }
    assert signed_in.post(f"{here}/rooms/{room.pk}", said).status_code == 302
    room.refresh_from_db()
    assert (room.number, room.max_occupancy, room.surcharge) == ("Tower", 3, 10)
    twice = signed_in.post(f"{here}/rooms/{room.pk}", said | {"number": "1"})
    assert (twice.status_code, list(twice.context["form"].errors)) == (400, ["number"])

    assert signed_in.get(f"{here}/rooms/{room.pk}/delete").status_code == 200
    assert signed_in.post(f"{here}/rooms/{room.pk}/delete").status_code == 302
    assert signed_in.get(f"{here}/rooms/{room.pk}").status_code == 404


def test_a_room_that_somebody_has_stays(signed_in, here, house):
    room = book(house, stay(3, 2)).occupancies.get().room

    answer = signed_in.post(f"{here}/rooms/{room.pk}/delete")

    assert answer.status_code == 409
    assert "is occupied today or later" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"count": "0"}, "count"),
        ({"count": "1001"}, "count"),
        ({"count": "9" * 40}, "count"),
        ({"max_guests": "-1"}, "max_guests"),
        ({"surcharge": "-1"}, "surcharge"),
        ({"surcharge": "0.001"}, "surcharge"),
        ({"room_type_id": "0"}, "room_type_id"),
    ],
)
def test_faults_of_new_rooms(signed_in, here, house, changes, field):
    said = {"room_type_id": house.rooms.first().room_type_id, "count": "2", "max_guests": "2"}
    page = signed_in.post(f"{here}/rooms/new", said | changes)

    assert (page.status_code, list(page.context["form"].errors)) == (400, [field])
    assert house.rooms.count() == 3


def test_a_room_s_places_have_to_go_together(signed_in, here, house):
    room = house.rooms.first()
    said = {"number": "1", "room_type_id": room.room_type_id, "surcharge": "0"}
    said |= {"single_supplement": "0", "max_adults": "1", "max_children": "0", "max_occupancy": "5"}

    page = signed_in.post(f"{here}/rooms/{room.pk}", said)

    assert list(page.context["form"].errors) == ["max_occupancy"]


def test_own_room_types_where_the_site_allows_them(signed_in, here, house):
    refused = signed_in.post(f"{here}/room-types/new", {"name": "Tower room"})
    assert "set by the operator" in refused.content.decode()
    SiteSettings.objects.update_or_create(defaults={"own_room_types_allowed": True})

    assert signed_in.post(f"{here}/room-types/new", {"name": "Tower room"}).status_code == 302
    kind = RoomType.objects.get(name="Tower room")
    where = f"{here}/room-types/{kind.pk}"
    assert "Tower room" in signed_in.get(f"{here}/rooms").content.decode()
    twice = signed_in.post(f"{here}/room-types/new", {"name": "Tower room"})
    assert list(twice.context["form"].errors) == ["name"]

    assert signed_in.post(where, {"name": "Tower suite"}).status_code == 302
    assert signed_in.post(f"{where}/delete").status_code == 302
    assert not RoomType.objects.filter(pk=kind.pk).exists()
    shared = house.rooms.first().room_type_id
    assert signed_in.get(f"{here}/room-types/{shared}").status_code == 404


def test_the_capacity_of_a_type_is_that_of_its_rooms(signed_in, here, house):
    kind = house.rooms.first().room_type_id
    said = {"max_adults": "2", "max_children": "2", "max_occupancy": "3"}

    assert signed_in.post(f"{here}/room-types/{kind}/capacity", said).status_code == 302

    assert OccupancyLevel.objects.get(property=house).max_occupancy == 3
    assert set(house.rooms.values_list("max_occupancy", flat=True)) == {3}
    assert signed_in.get(f"{here}/room-types/0/capacity").status_code == 404


def test_texts_by_language(signed_in, here, house):
    said = {
        "property_name": "Haus am Kai",
        "property_description": "Am Meer.\r\n\r\nMit Blick & Ruhe, 5 < 6.",
    }
    assert signed_in.post(f"{here}/texts?language=de", said).status_code == 302

    kept = dict(PropertyText.objects.filter(language="de").values_list("field", "text"))
    assert kept["property_description"].startswith("<p>Am Meer.</p>")
    form = signed_in.get(f"{here}/texts?language=de").context["form"]
    assert form["property_description"].value() == "Am Meer.\n\nMit Blick & Ruhe, 5 < 6."
    assert not signed_in.get(f"{here}/texts").context["form"]["property_description"].value()


@pytest.mark.parametrize("language", ["xx", "nonsense", "../", "de-DE-1"])
def test_a_language_that_there_is_not_is_the_property_s_own(signed_in, here, language):
    page = signed_in.get(f"{here}/texts", {"language": language})

    assert "English (United Kingdom)" in page.content.decode()


def test_a_text_that_is_too_long(signed_in, here):
    page = signed_in.post(f"{here}/texts", {"property_name": "x" * 256})

    assert list(page.context["form"].errors) == ["property_name"]


@pytest.mark.parametrize(
    ("text", "html"),
    [("", ""), ("One", "<p>One</p>"), ("<b>One</b>", "<b>One</b>"), ("5 < 6", "<p>5 &lt; 6</p>")],
)
def test_plain_texts_become_paragraphs_and_back(text, html):
    assert stored(text) == html
    assert shown(html) == text


def test_address_and_time_zone(signed_in, here, house):
    said = {
        "name": "Quay House",
        "country": "AT",
        "town": "Linz",
        "street": "Hafen 1",
        "stars": "4",
        "region_id": "1",
        "latitude": "48.3",
        "longitude": "14.28",
        "time_zone": "Europe/Vienna",
    }
    assert signed_in.post(f"{here}/address", said).status_code == 302

    house = Property.objects.select_related("settings").get(pk=house.pk)
    assert (house.country, house.town, house.region, house.stars) == ("AT", "Linz", "", 4)
    assert house.settings.time_zone == "Europe/Vienna"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"country": "XX"}, "country"),
        ({"latitude": "91"}, "latitude"),
        ({"latitude": "NaN"}, "latitude"),
        ({"email": "nobody"}, "email"),
        ({"stars": "6"}, "stars"),
        ({"town": "x" * 256}, "town"),
    ],
)
def test_faults_of_an_address(signed_in, here, changes, field):
    said = {"name": "Quay House", "country": "GB", "stars": "3", "time_zone": "UTC"} | changes
    page = signed_in.post(f"{here}/address", {k: v for k, v in said.items() if k != "time_zone"})

    assert page.status_code == 400
    assert field in page.context["form"].errors


def test_features_are_ticked(signed_in, here, house):
    wifi = PropertyFeature.objects.filter(property=None).first()
    form = signed_in.get(f"{here}/features").context["form"]
    name = next(n for n, f in form.fields.items() if wifi.pk in dict(f.choices))

    assert signed_in.post(f"{here}/features", {name: [wifi.pk]}).status_code == 302

    assert list(house.features.all()) == [wifi]
    assert signed_in.post(f"{here}/features", {name: ["0"]}).status_code == 400


def as_sent(form) -> dict[str, object]:
    """What a browser sends of a form that nobody has touched."""
    values = {field.name: field.value() for field in form}
    return {
        name: "on" if value is True else value
        for name, value in values.items()
        if value is not None and value is not False
    }


@pytest.mark.parametrize("topic", [one.key for one in TOPICS])
def test_settings_saved_as_they_are_change_nothing(signed_in, here, house, topic):
    form = signed_in.get(f"{here}/settings/{topic}").context["form"]
    values = {field.name: field.value() for field in form}
    said = {
        k: "on" if v is True else v for k, v in values.items() if v is not None and v is not False
    }

    assert signed_in.post(f"{here}/settings/{topic}", said).status_code == 302

    house.refresh_from_db()
    assert house.version == 1


@pytest.mark.parametrize(
    ("topic", "changes", "field"),
    [
        ("prices", {"accommodation_tax_rate": "101"}, "accommodation_tax_rate"),
        ("prices", {"cleaning_fee": "-1"}, "cleaning_fee"),
        ("prices", {"currency": "XXX"}, "currency"),
        ("deposit", {"deposit_kind": "percentage", "deposit_value": "101"}, "deposit_value"),
        ("deposit", {"deposit_kind": "fixed", "deposit_value": "1.001"}, "deposit_value"),
        ("booking", {"weekend_days": "8"}, "weekend_days"),
        ("booking", {"booking_form_sites": "javascript:alert(1)"}, "booking_form_sites"),
        ("language", {"language": "xx"}, "language"),
    ],
)
def test_faults_of_settings(signed_in, here, topic, changes, field):
    form = signed_in.get(f"{here}/settings/{topic}").context["form"]
    values = {one.name: one.value() for one in form}
    said = {
        k: "on" if v is True else v for k, v in values.items() if v is not None and v is not False
    }

    page = signed_in.post(f"{here}/settings/{topic}", said | changes)

    assert (page.status_code, list(page.context["form"].errors)) == (400, [field])


def test_a_change_that_open_bookings_do_not_follow_is_asked_for(signed_in, here, house):
    book(house, stay(3, 2))
    form = signed_in.get(f"{here}/settings/prices").context["form"]
    values = {one.name: one.value() for one in form}
    said = {
        k: "on" if v is True else v for k, v in values.items() if v is not None and v is not False
    } | {"accommodation_tax_rate": "19"}

    asked = signed_in.post(f"{here}/settings/prices", said)

    assert (asked.status_code, list(asked.context["form"].errors)) == (400, ["confirmed"])
    assert "There are open bookings." in asked.content.decode()
    again = signed_in.post(f"{here}/settings/prices", said | {"confirmed": "on"})
    assert again.status_code == 302
    house.settings.refresh_from_db()
    assert house.settings.accommodation_tax_rate == 19


def test_a_topic_that_there_is_not(signed_in, here):
    assert signed_in.get(f"{here}/settings/nonsense").status_code == 404
    assert signed_in.get(f"{here}/settings").status_code == 302


@pytest.fixture
def new(signed_in, house):
    def send(**changes):
        said = {
            "name": "Mill House",
            "property_type_id": house.property_type_id,
            "country": "AT",
            "town": "Linz",
            "street": "Hafen 1",
            "room_type_id": house.rooms.first().room_type_id,
            "rooms": "4",
            "guests": "2",
            "price": "85",
        } | changes
        return signed_in.post("/bookyflow/properties/new", said)

    return send


def test_a_property_opens_with_rooms_and_prices(new, manager):
    answer = new()

    made = Property.objects.select_related("settings").get(name="Mill House")
    assert answer["Location"] == f"/bookyflow/p/{made.pk}/property"
    assert (made.settings.currency, made.rooms.count(), made.is_published) == ("EUR", 4, False)
    assert made.staff.get().user == manager
    assert set(DailyRate.objects.filter(property=made).values_list("price", flat=True)) == {85}


def test_a_house_that_is_let_as_a_whole_has_one_room(new):
    villa = PropertyType.objects.get(name="Villa")

    assert new(property_type_id=villa.pk, room_type_id="", rooms="3", guests="6").status_code == 302

    (room,) = Property.objects.get(name="Mill House").rooms.all()
    assert room.max_adults == 6


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"property_type_id": "0"}, "property_type_id"),
        ({"country": ""}, "country"),
        ({"currency": "XXX"}, "currency"),
        ({"rooms": "0"}, "rooms"),
        ({"rooms": "100000"}, "rooms"),
        ({"guests": "0"}, "guests"),
        ({"price": "0"}, "price"),
        ({"price": "-5"}, "price"),
        ({"price": "1.001"}, "price"),
    ],
)
def test_faults_of_a_new_property(new, changes, field):
    page = new(**changes)

    assert (page.status_code, list(page.context["form"].errors)) == (400, [field])
    assert not Property.objects.filter(name="Mill House").exists()


def test_a_room_type_that_does_not_fit_is_refused_with_all(new, manager):
    other = make_hotel(manager, name="Other")
    tower = RoomType.objects.create(name="Hangar")

    page = new(room_type_id=tower.pk)

    assert list(page.context["form"].errors) == ["room_type_id"]
    assert not Property.objects.filter(pk__gt=other.pk).exists()


def test_receptionists_open_none(house):
    client = Client()
    client.force_login(make_user("desk", AccessLevel.RECEPTIONIST))

    assert client.get("/bookyflow/properties/new").status_code == 403

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from bookyflow.channels.models import Channel, ChannelProperty, ChildSite, CrossReference
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import utc_text
from bookyflow.core.places import region_number, regions
from bookyflow.events.models import Event
from bookyflow.pictures.models import Image
from bookyflow.properties.models import (
    BookingModel,
    Property,
    PropertyCategory,
    PropertyFeature,
    PropertySettings,
    PropertyText,
    PropertyType,
)
from bookyflow.rooms.models import Room, RoomFeature, RoomType
from bookyflow.rooms.services import MOST_AT_ONE
from bookyflow.tariffs.models import DailyRate, TariffType
from bookyflow.tariffs.selectors import two_years_from
from tests.conftest import make_hotel
from tests.domain.conftest import book, stay
from tests.examples import example
from tests.features.cmf.conftest import (
    BASE,
    FORM,
    SITE,
    picture_shown,
    refusal,
    shown,
    value,
)
from tests.feeds import settled

pytestmark = pytest.mark.django_db


@pytest.fixture
def cornwall():
    """A region of the United Kingdom."""
    return next(region.number for region in regions().values() if region.code == "GB-CON")


@pytest.fixture
def new(hotel, cornwall):
    """The body of a new property."""
    return {
        "property_name": "Harbour View",
        "remote_uid": "77",
        "country": "gb",
        "region_id": cornwall,
        "ptype_id": hotel.property_type_id,
    }


def test_lists_the_properties_of_the_channel(ota, manager, stranger, hotel):
    make_hotel(manager, name="Not on the channel")
    opened = make_hotel(manager, name="Open to all")
    opened.settings.api_privacy_off = True
    opened.settings.save()
    foreign = make_hotel(stranger, name="Foreign")
    foreign.settings.api_privacy_off = True
    foreign.settings.save()

    response = ota.get(BASE + "properties/ids")

    assert value(response) == {
        str(hotel.pk): {"local_property_uid": hotel.pk, "remote_property_uid": "26"},
        str(opened.pk): {"local_property_uid": opened.pk, "remote_property_uid": None},
    }


def test_a_channel_without_properties_has_an_empty_map(client_for, channel, hotel):
    client = client_for("channel_management", channel="ota")

    assert value(client.get(BASE + "properties/ids")) == {}


def test_creates_a_property(ota, linked, new, manager):
    response = ota.post(BASE + "property", new)

    prop = Property.objects.get(name="Harbour View")
    assert value(response) == prop.pk
    assert (prop.country, prop.region, prop.is_published) == ("GB", "GB-CON", False)
    assert prop.staff.get().user == manager
    assert ChannelProperty.objects.get(property=prop).remote_id == "77"
    assert not prop.settings.api_privacy_off
    assert list(Event.objects.values_list("kind", "property_id", "channel_id")) == [
        ("property_created", prop.pk, linked.pk)
    ]
    assert str(prop.pk) in value(ota.get(BASE + "properties/ids"))


@pytest.mark.parametrize(
    ("country", "region", "name", "expected"),
    [
        ("UK", "GB-CON", "property_country", "GB"),
        ("gbr", "GB-CON", "property_country", "GB"),
        ("XK", None, "property_region", None),
        ("GI", None, "property_region", None),
        ("GB", "GB-CON", "time_zone", "Europe/London"),
        ("JP", "JP-13", "time_zone", "Asia/Tokyo"),
        ("AT", "AT-9", "time_zone", "Europe/Vienna"),
    ],
)
def test_a_place_may_be_written_in_several_ways(ota, new, country, region, name, expected):
    """Countries by any code in use, without a region where they have none, with their one zone."""
    del new["region_id"]
    place = {"country": country} | ({"region_id": region_number(region)} if region else {})

    created = value(ota.post(BASE + "property", new | place))

    assert value(ota.get(f"{BASE}property/{created}"))[name] == expected


@pytest.mark.parametrize("code", ["NO-32", "NO-30"])
def test_a_county_of_norway_may_be_a_new_or_a_former_one(ota, new, code):
    number = region_number(code)

    created = value(ota.post(BASE + "property", new | {"country": "NO", "region_id": number}))

    assert value(ota.get(f"{BASE}property/{created}"))["property_region"] == number
    name = {"NO-32": "Akershus", "NO-30": "Viken"}[code]
    assert value(ota.get(BASE + "list/regions"))[str(number)]["regionname"] == name


def test_a_country_with_regions_needs_one(ota, new):
    new.pop("region_id")

    assert refusal(ota.post(BASE + "property", new)) == (400, "region_id_incorrect", ["region_id"])


def test_a_time_zone_is_named_where_the_country_has_several(ota, new):
    body = new | {"country": "NZ", "region_id": region_number("NZ-AUK")}

    unknown = value(ota.post(BASE + "property", body))
    named = value(
        ota.post(BASE + "property", body | {"remote_uid": "78", "time_zone": "Pacific/Auckland"})
    )

    assert value(ota.get(f"{BASE}property/{unknown}"))["time_zone"] == ""
    assert value(ota.get(f"{BASE}property/{named}"))["time_zone"] == "Pacific/Auckland"
    assert Property.objects.get(pk=named).settings.time_zone_given


@pytest.mark.parametrize("zone", ["Mars/Olympus", "utc", "GMT+1", "x" * 41, 5])
def test_a_time_zone_must_be_one(ota, new, zone):
    response = ota.post(BASE + "property", new | {"time_zone": zone})

    assert refusal(response) == (400, "validation_failed", ["time_zone"])
    assert Property.objects.count() == 1


def test_creates_a_property_from_a_form(ota, new):
    form = "&".join(f"{name}={text}" for name, text in new.items())

    created = value(ota.post(BASE + "property/", form, content_type=FORM))

    assert value(ota.get(f"{BASE}property/{created}"))["property_name"] == "Harbour View"


def test_a_villa_has_its_one_room_at_once(ota, new):
    villa = PropertyType.objects.create(name="House alone", flag=BookingModel.SINGLE_ROOM)
    RoomType.objects.create(name="Whole house").property_types.add(villa)

    created = value(ota.post(BASE + "property", new | {"ptype_id": villa.pk}))

    (room,) = value(ota.get(f"{BASE}property/rooms/{created}"))
    assert (room["room_type"], room["max_people"]) == ("Whole house", 10)


def test_a_remote_id_may_be_a_number_or_a_text(ota, new):
    assert value(ota.post(BASE + "property", new | {"remote_uid": 77}))
    assert value(ota.post(BASE + "property", new | {"remote_uid": "villa/Ω 7"}))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"remote_uid": "26"}, (409, "remote_id_already_exists", [])),
        ({"country": "ZZ"}, (400, "country_incorrect", ["country"])),
        ({"region_id": 1}, (400, "region_id_incorrect", ["region_id"])),
        ({"country": "IE"}, (400, "region_id_incorrect", ["region_id"])),
        ({"ptype_id": 2**40}, (400, "property_type_id_incorrect", ["ptype_id"])),
    ],
)
def test_refuses_what_does_not_exist(ota, new, change, expected):
    response = ota.post(BASE + "property", new | change)

    assert refusal(response) == expected
    assert Property.objects.count() == 1
    assert not Event.objects.exists()


def test_two_channels_may_use_one_remote_id(client_for, ota, manager, new):
    Channel.objects.create(user=manager, name="other", friendly_name="Other")
    other = client_for("channel_management", channel="other")

    assert value(ota.post(BASE + "property", new)) != value(other.post(BASE + "property", new))


NO_TEXT = [None, "", " ", [], {}, True, "x" * 300, "a\tb\x07"]
NO_ID = [None, "", " ", [], {}, True, 0, -1, 1.5, 10**30, "one", "1; DROP TABLE rooms_room"]


@pytest.mark.parametrize(
    ("name", "hostile"),
    [
        ("property_name", NO_TEXT),
        ("remote_uid", NO_TEXT),
        ("country", NO_TEXT),
        ("region_id", NO_ID),
        ("ptype_id", NO_ID),
    ],
)
def test_refuses_hostile_fields_of_a_new_property(ota, new, name, hostile):
    found = {repr(bad): refusal(ota.post(BASE + "property", new | {name: bad})) for bad in hostile}

    assert found == dict.fromkeys(found, (400, "validation_failed", [name]))
    assert Property.objects.count() == 1


@pytest.mark.parametrize(
    "name", ["H\u00f4tel Le\u00a0Goff", "خانه\u200cی دریا", "🏃\u200d♂\ufe0fWalkable", "בית הים"]
)
def test_a_name_may_be_in_any_script(ota, new, name):
    uid = value(ota.post(BASE + "property", new | {"property_name": name}))

    assert Property.objects.get(pk=uid).name == name


@pytest.mark.parametrize("character", ["\n", "\u2028", "\u202e", "\u2066"])
def test_a_name_on_several_lines_is_refused_by_its_own_field(ota, new, character):
    response = ota.post(BASE + "property", new | {"property_name": f"Harbour{character}House"})

    assert refusal(response) == (400, "validation_failed", ["property_name"])
    assert response.json()["fields"]["property_name"] == ["One line of text is needed."]


def test_refuses_nul(ota, new):
    response = ota.post(BASE + "property", new | {"property_name": "a\0b"})

    assert refusal(response) == (400, "malformed_request", [])


@pytest.mark.parametrize("body", [[], "x", None, 5, {"property_name": "x"}])
def test_refuses_a_body_that_is_none(ota, body):
    assert ota.post(BASE + "property", body).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_shows_a_whole_property(ota, linked, priced, double):
    of = shown("property_get")
    Property.objects.filter(pk=priced.pk).update(
        street=of["property_street"],
        town=of["property_town"],
        region="CH-BE",
        country=of["property_country"],
        postcode=of["property_postcode"],
        tel=of["property_tel"],
        fax="+41 33 000 00 01",
        email=of["property_email"],
        stars=of["stars"],
        latitude=of["lat"],
        longitude=of["long"],
        permit_number=of["permit_number"],
    )
    PropertyText.objects.bulk_create(
        PropertyText(property=priced, field=field, language="en-GB", text=of[field])
        for field in PropertyText.Field.values
    )
    category = PropertyCategory.objects.create(title="Seaside")
    Property.objects.filter(pk=priced.pk).update(category=category, asking_price="485000")
    made = [PropertyFeature.objects.create(name=name, property=priced) for name in "ab"]
    features = [one.pk for one in made]
    priced.features.set(made)
    priced.settings.cleaning_fee, priced.settings.security_deposit = 25, 50
    priced.settings.save()
    kept = {"origin_management_url": of["remote_data"]["origin_management_url"]}
    ChannelProperty.objects.update(remote_data=kept)
    CrossReference.objects.create(
        channel=linked, property=priced, item_type="extras", remote_id="77", local_id=12
    )
    RoomType.objects.filter(pk=double.pk).update(description="Double room")
    TariffType.objects.update(description="Free cancellation")
    rooms = list(priced.rooms.order_by("number").values_list("pk", flat=True))
    main = Image.objects.create(
        property=priced, kind="main", file="properties/1/a/large.jpg", name="front.jpg"
    )
    for name in "bc":
        file = f"properties/1/{name}/large.jpg"
        Image.objects.create(property=priced, kind="room_type", room_type=double, file=file)
    first = DailyRate.objects.order_by("date").first()
    settled()

    response = ota.get(f"{BASE}property/{priced.pk}")

    assert value(response) == shown(
        "property_get",
        propertys_uid=priced.pk,
        property_fax="+41 33 000 00 01",
        property_region=region_number("CH-BE"),
        ptype_id=priced.property_type_id,
        time_zone="UTC",
        property_features=features,
        price="485000",
        cat_id=category.pk,
        room_info={
            "rooms": {str(room): room for room in rooms},
            "rooms_by_type": {str(double.pk): rooms},
            "room_types": {
                str(double.pk): {
                    "abbv": "Double",
                    "desc": "Double room",
                    "image": f"{SITE}/media/properties/1/b/small.jpg",
                }
            },
            "rooms_max_people": {str(double.pk): {str(room): 2 for room in rooms}},
        },
        property={"0": [picture_shown(main)]},
        image_relative_path=SITE,
        local_rooms=[
            {"room_uid": room, "room_classes_uid": double.pk, "max_people": 2} for room in rooms
        ],
        rates_uid=first.pk,
        tarifftype_id=first.tariff_type_id,
        rate_description="Free cancellation",
        validfrom=first.date.isoformat(),
        validto=two_years_from(first.date).isoformat(),
        roomrateperday="100.00",
        mindays=1,
        maxpeople=4,
        roomclass_uid=double.pk,
        changelog_item_count=1,
        version=1,
    )
    read = value(ota.get(f"{BASE}property/readonly/{priced.pk}"))
    assert read | {"changelog_item_count": 1} == value(response)
    assert read.keys() >= example("cmf.property_readonly").answer.keys()


def test_a_private_property_is_private_to_any_reader(ota, manager):
    private = make_hotel(manager, name="Not on the channel")

    assert ota.get(f"{BASE}property/readonly/{private.pk}").status_code == 404


def test_lists_properties_by_their_age(ota, linked, hotel, manager):
    opened = make_hotel(manager, name="Open to all")
    PropertySettings.objects.filter(property=opened).update(api_privacy_off=True)
    older = make_hotel(manager, name="Older")
    ChannelProperty.objects.create(channel=linked, property=older)
    Property.objects.filter(pk=older.pk).update(created_at=datetime(2026, 3, 2, 10, 15, tzinfo=UTC))
    (of,) = example("cmf.properties_list_by_date").answer

    first, second = value(ota.get(BASE + "properties/list/by/date"))

    hotel.refresh_from_db()
    assert (first["local_property_uid"], first["timestamp"]) == (older.pk, of["timestamp"])
    assert first["remote_property_uid"] is None
    assert second == of | {
        "local_property_uid": hotel.pk,
        "timestamp": utc_text(hotel.created_at),
        "last_changed": utc_text(hotel.changed_at),
    }


class TestDeletion:
    @pytest.fixture
    def other(self, manager):
        """Another property of the manager, without which none can be deleted."""
        return make_hotel(manager, name="Other")

    @pytest.fixture(params=["local", "remote"])
    def delete(self, request, ota, hotel):
        """Delete the hotel by our id, or by the channel's."""
        name = {"local": hotel.pk, "remote": "26"}[request.param]
        return lambda: ota.delete(f"{BASE}property/{request.param}/{name}")

    def test_ends_a_property_and_what_channels_keep_of_it(self, delete, ota, linked, hotel, other):
        ChannelProperty.objects.update(remote_data={"origin_management_url": "https://a.example"})
        CrossReference.objects.create(
            channel=linked, property=hotel, item_type="extras", remote_id="77", local_id=12
        )
        ChildSite.objects.create(
            channel=linked, property=hotel, host="c.example", remote_property_id=4
        )

        assert value(delete()) is True

        hotel.refresh_from_db()
        assert hotel.deleted_at
        kept = ChannelProperty.objects.get(property=hotel)
        assert (kept.remote_id, kept.remote_data) == ("", {})
        assert not CrossReference.objects.exists()
        assert not ChildSite.objects.exists()
        assert list(Event.objects.values_list("kind", "channel_id")) == [
            ("property_deleted", linked.pk)
        ]
        assert refusal(delete()) == (404, "property_not_found", [])
        assert Event.objects.count() == 1
        assert value(ota.get(BASE + "properties/ids")) == {}

    def test_the_channels_id_is_free_again(self, delete, ota, hotel, other, new):
        value(delete())

        assert value(ota.post(BASE + "property", new | {"remote_uid": "26"}))

    def test_guests_to_come_are_an_obstacle(self, delete, hotel, other):
        book(hotel, stay(3, 2), by=SYSTEM)

        assert refusal(delete()) == (409, "property_has_bookings", [])

    def test_a_manager_keeps_one(self, delete, linked, hotel):
        assert refusal(delete()) == (409, "property_last", [])
        assert ChannelProperty.objects.get(property=hotel).remote_id == "26"

    def test_an_id_of_another_channel_names_nothing(self, ota, manager, hotel, other):
        channel = Channel.objects.create(user=manager, name="other", friendly_name="Other")
        ChannelProperty.objects.create(channel=channel, property=other, remote_id="78")

        assert refusal(ota.delete(f"{BASE}property/remote/78")) == (404, "property_not_found", [])

    def test_a_channel_reaches_no_property_of_strangers(self, ota, linked, stranger):
        foreign = make_hotel(stranger, name="Foreign")
        ChannelProperty.objects.create(channel=linked, property=foreign, remote_id="79")

        assert refusal(ota.delete(f"{BASE}property/remote/79")) == (404, "property_not_found", [])


def test_a_bare_property_lacks_rooms_and_tariffs(ota, hotel):
    hotel.rooms.all().delete()

    found = value(ota.get(f"{BASE}property/{hotel.pk}"))

    assert not {"rooms", "room_info", "tariffs", "images"} & set(found)
    assert found["remote_data"] == {}
    assert found["changelog_item_count"] == 0


def test_another_channels_data_are_not_shown(ota, stranger, hotel):
    other = Channel.objects.create(user=stranger, name="other")
    ChannelProperty.objects.create(channel=other, property=hotel, remote_data={"secret": 1})
    CrossReference.objects.create(
        channel=other, property=hotel, item_type="extra", remote_id="1", local_id=1
    )

    assert value(ota.get(f"{BASE}property/{hotel.pk}"))["remote_data"] == {}


def test_texts_are_in_the_language_asked_for(ota, hotel):
    for language, text in {"en-GB": "Quiet.", "de-DE": "Ruhig."}.items():
        PropertyText.objects.create(
            property=hotel, field="property_description", language=language, text=text
        )

    german = value(ota.get(f"{BASE}property/{hotel.pk}", HTTP_ACCEPT_LANGUAGE="de"))
    french = value(ota.get(f"{BASE}property/{hotel.pk}?language=fr-FR"))

    assert german["property_description"] == "Ruhig."
    assert french["property_description"] == "Quiet."


def test_amounts_have_the_exponent_of_the_currency(ota, priced):
    priced.settings.currency = "JPY"
    priced.settings.save()

    found = value(ota.get(f"{BASE}property/{priced.pk}"))

    assert found["tariffs"][0]["roomrateperday"] == "100"
    assert found["other_settings"]["cleaning_fee"] == "0"


def test_lists_the_rooms_by_number(ota, hotel, double):
    hotel.rooms.exclude(number="1").delete()
    texts = {"tagline": "Above the harbour", "description": "A bay window and a desk."}
    Room.objects.update(name="Sea room", surcharge=Decimal("5.5"), **texts)
    room = hotel.rooms.get()
    room.features.add(RoomFeature.objects.create(name="Sea view"))

    assert value(ota.get(f"{BASE}property/rooms/{hotel.pk}")) == shown(
        "property_rooms",
        room_uid=room.pk,
        room_number="1",
        room_type_id=double.pk,
        surcharge="5.50",
        **texts,
    )


@pytest.fixture
def rooms(hotel, double):
    """PUT property/rooms: the path, and a body that adds one double room."""
    double.property_types.add(hotel.property_type)
    item = {"count": 1, "max_guests": 2, "amenity": {"bookyflow_id": double.pk}}
    return SimpleNamespace(
        path=BASE + "property/rooms", item=item, body={"property_uid": hotel.pk, "rooms": [item]}
    )


def test_adds_rooms_and_answers_the_property(ota, hotel, double, rooms):
    item = {
        "count": 2,
        "max_guests": 4,
        "amenity": {"remote_item_id": "FAM", "remote_name": "Family", "bookyflow_id": double.pk},
    }

    response = ota.put(rooms.path, {"property_uid": hotel.pk, "rooms": [item, rooms.item]})

    added = list(hotel.rooms.order_by("pk").values_list("number", "max_occupancy"))[3:]
    assert added == [("04", 4), ("05", 4), ("06", 2)]
    assert value(response) == value(ota.get(f"{BASE}property/{hotel.pk}"))
    assert [event.data["room_ids"] for event in Event.objects.order_by("pk")] == [
        list(hotel.rooms.filter(number__in=numbers).order_by("pk").values_list("pk", flat=True))
        for numbers in (["04", "05"], ["06"])
    ]


def test_adds_rooms_from_a_form_with_json_text(ota, hotel, double, rooms):
    text = (
        '[{"count":6,"max_guests":2,"amenity":{"remote_item_id":"DBL","remote_name":"Double",'
        f'"bookyflow_id":{double.pk}}}}}]'
    )

    response = ota.put(rooms.path, f"property_uid={hotel.pk}&rooms={text}", content_type=FORM)

    assert len(value(response)["room_info"]["rooms"]) == 9


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"count": 0}, {"0": {"count"}}),
        ({"count": -1}, {"0": {"count"}}),
        ({"count": 10**20}, {"0": {"count"}}),
        ({"count": "two"}, {"0": {"count"}}),
        ({"max_guests": 0}, {"0": {"max_guests"}}),
        ({"max_guests": 1.5}, {"0": {"max_guests"}}),
        ({"amenity": {}}, {"0": {"amenity"}}),
        ({"amenity": {"bookyflow_id": 0}}, {"0": {"amenity"}}),
        ({"amenity": "Double"}, {"0": {"amenity"}}),
    ],
)
def test_refuses_rooms_with_hostile_fields(ota, hotel, rooms, change, fields):
    response = ota.put(rooms.path, rooms.body | {"rooms": [rooms.item | change]})

    assert refusal(response) == (400, "validation_failed", ["rooms"])
    found = response.json()["fields"]["rooms"]
    assert {number: set(problems) for number, problems in found.items()} == fields
    assert hotel.rooms.count() == 3


@pytest.mark.parametrize("bad", [None, [], {}, "", "[", "[{]", "null", 5, [5], [[]], "[1e999]"])
def test_refuses_rooms_that_are_no_list_of_items(ota, rooms, bad):
    response = ota.put(rooms.path, rooms.body | {"rooms": bad})

    assert refusal(response) == (400, "validation_failed", ["rooms"])


def test_refuses_more_than_a_thousand_rooms(ota, hotel, rooms):
    items = [rooms.item | {"count": 600}, rooms.item | {"count": 600}]

    response = ota.put(rooms.path, rooms.body | {"rooms": items})

    assert refusal(response) == (400, "validation_failed", ["rooms"])
    assert hotel.rooms.count() == 3


def test_refuses_more_rooms_than_a_property_may_have(ota, hotel, double, rooms):
    Room.objects.bulk_create(
        Room(property=hotel, room_type=double, number=str(number))
        for number in range(4, MOST_AT_ONE + 1)
    )

    assert refusal(ota.put(rooms.path, rooms.body)) == (409, "too_many_rooms_here", [])
    assert hotel.rooms.count() == MOST_AT_ONE


def test_all_items_are_added_or_none(ota, hotel, rooms):
    unknown = rooms.item | {"amenity": {"bookyflow_id": 2**50}}

    response = ota.put(rooms.path, rooms.body | {"rooms": [rooms.item, unknown]})

    assert refusal(response) == (400, "room_type_incorrect", ["bookyflow_id"])
    assert hotel.rooms.count() == 3
    assert not Event.objects.exists()


def test_another_propertys_room_type_cannot_be_used(ota, manager, rooms):
    other = make_hotel(manager, name="Other")
    own = RoomType.objects.create(name="Bell tower", property=other)

    response = ota.put(
        rooms.path, rooms.body | {"rooms": [rooms.item | {"amenity": {"bookyflow_id": own.pk}}]}
    )

    assert refusal(response) == (400, "room_type_incorrect", ["bookyflow_id"])


def test_a_property_let_as_a_whole_has_one_room(ota, hotel, rooms):
    PropertyType.objects.update(flag=BookingModel.SINGLE_ROOM)

    assert refusal(ota.put(rooms.path, rooms.body)) == (409, "single_room_property", [])
    assert hotel.rooms.count() == 3


def test_rooms_of_a_new_property_get_prices_and_can_be_found(ota, new, double):
    created = value(ota.post(BASE + "property", new))
    double.property_types.add(new["ptype_id"])
    item = {"count": 1, "max_guests": 2, "amenity": {"bookyflow_id": double.pk}}

    value(ota.put(BASE + "property/rooms", {"property_uid": created, "rooms": [item]}))
    price = {"property_uid": created, "base_price": 90, "max_people": 2}
    value(ota.put(BASE + "property/base/price", price))

    assert value(ota.get(f"{BASE}property/base/price/{created}"))["price_including_vat"] == "90.00"

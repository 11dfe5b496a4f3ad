"""Single rooms, added and changed; deleted one by one or all; features of a room type."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookyflow.core.acting import SYSTEM
from bookyflow.events.models import Event
from bookyflow.properties.models import BookingModel, PropertyType
from bookyflow.reservations.blocks import block_create
from bookyflow.rooms.models import Room, RoomFeature, RoomType
from bookyflow.tariffs.models import TariffType
from bookyflow.tariffs.services import base_price_set
from tests.conftest import make_hotel
from tests.domain.conftest import stay
from tests.examples import example
from tests.features.cmf.conftest import BASE, FORM, refusal, shown, value

pytestmark = pytest.mark.django_db

ROOM, ROOMS = BASE + "property/room", BASE + "property/rooms"


@pytest.fixture
def usable(hotel, double):
    """The room type, which fits the property's type."""
    double.property_types.add(hotel.property_type)
    return double


@pytest.fixture
def body(hotel, usable):
    """The body of the example."""
    ids = {"property_uid": hotel.pk, "room_type_id": usable.pk}
    return example("cmf.put_property_room").request | ids


@pytest.fixture
def whole(hotel):
    """The hotel, let as a whole, with one room."""
    PropertyType.objects.filter(pk=hotel.property_type_id).update(flag=BookingModel.SINGLE_ROOM)
    hotel.rooms.exclude(number="1").delete()
    return hotel


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def test_a_room_is_added_changed_and_deleted(ota, hotel, body):
    pk = value(ota.put(ROOM, body))["room_uid"]
    assert {"room_uid": pk} == shown("put_property_room", room_uid=pk)
    room = Room.objects.get(pk=pk)
    assert (room.name, room.number, room.floor) == ("Garden view", "104", "1")
    assert (room.max_adults, room.max_children, room.max_occupancy) == (2, 0, 2)
    assert (room.surcharge, room.tagline) == (10, "Quiet double")

    form = {name: body[name] for name in ("property_uid", "room_type_id")}
    changed = form | {"room_uid": pk, "max_people": 3, "surcharge": "12,50", "room_floor": ""}
    for _ in range(2):
        assert value(ota.put(ROOM, urlencode(changed), content_type=FORM)) == {"room_uid": pk}
    room.refresh_from_db()
    assert (room.name, room.number, room.floor) == ("Garden view", "104", "")
    assert (room.max_adults, room.max_occupancy, room.surcharge) == (3, 3, Decimal("12.5"))

    path = f"{ROOM}/{hotel.pk}/{pk}"
    assert value(ota.delete(path)) is shown("delete_property_room")
    assert refusal(ota.delete(path)) == (404, "room_not_found", [])
    assert kinds() == ["room_added", "room_updated", "room_deleted"]


def test_the_least_that_a_new_room_needs(ota, hotel, usable):
    least = {"property_uid": hotel.pk, "room_type_id": usable.pk, "room_number": ""}

    pk = value(ota.put(ROOM, least))["room_uid"]

    room = Room.objects.get(pk=pk)
    assert (room.number, room.max_occupancy, room.name) == ("04", 2, "")


def test_places_of_children_stay(ota, hotel, body):
    room = hotel.rooms.first()
    Room.objects.filter(pk=room.pk).update(max_children=2, max_occupancy=4)

    value(ota.put(ROOM, body | {"room_uid": room.pk, "max_people": 3}))

    room.refresh_from_db()
    assert (room.max_adults, room.max_children, room.max_occupancy) == (3, 2, 3)


def test_rooms_that_cannot_be(ota, hotel, manager, body):
    theirs = make_hotel(manager, name="Other").rooms.first()
    attic = RoomType.objects.create(name="Attic")

    for change, found in (
        ({"room_number": "2"}, (409, "conflict", ["room_number"])),
        ({"room_type_id": attic.pk}, (400, "room_type_incorrect", ["room_type_id"])),
        ({"room_uid": theirs.pk}, (404, "room_not_found", [])),
        ({"room_uid": 2**63 - 1}, (404, "room_not_found", [])),
    ):
        assert refusal(ota.put(ROOM, body | change)) == found
    assert refusal(ota.delete(f"{ROOM}/{hotel.pk}/{theirs.pk}")) == (404, "room_not_found", [])
    assert kinds() == []


def test_a_property_has_so_many_rooms_at_most(ota, hotel, body, double):
    Room.objects.bulk_create(
        Room(property=hotel, room_type=double, number=f"x{number}") for number in range(4997)
    )

    assert refusal(ota.put(ROOM, body)) == (409, "too_many_rooms_here", [])


def test_the_room_of_a_property_that_is_let_as_a_whole(ota, whole, body, usable):
    base_price_set(property_id=whole.pk, price=Decimal(100), max_people=4, by=SYSTEM)
    room = whole.rooms.get()
    villa = RoomType.objects.create(name="Villa")
    villa.property_types.add(whole.property_type)

    assert refusal(ota.put(ROOM, body)) == (409, "single_room_property", [])
    value(ota.put(ROOM, body | {"room_uid": room.pk, "room_type_id": villa.pk}))
    assert TariffType.objects.get().room_type == villa
    path = f"{ROOM}/{whole.pk}/{room.pk}"
    assert refusal(ota.delete(path)) == (409, "single_room_property", [])
    assert value(ota.delete(f"{ROOMS}/{whole.pk}")) is shown("delete_property_rooms")
    assert not whole.rooms.exists()
    value(ota.put(ROOM, body | {"room_number": "1"}))
    assert whole.rooms.get().number == "1"


def test_all_rooms_go_or_none(ota, hotel, double):
    first = hotel.rooms.first()
    block = block_create(property_id=hotel.pk, stay=stay(3, 1), room_ids=[first.pk], by=SYSTEM)
    path = f"{ROOMS}/{hotel.pk}"

    assert refusal(ota.delete(path)) == (409, "room_has_bookings", [])
    assert refusal(ota.delete(f"{ROOM}/{hotel.pk}/{first.pk}")) == (409, "room_has_bookings", [])
    assert hotel.rooms.count() == 3
    value(ota.delete(f"{BASE}property/blackbooking/{hotel.pk}/{block.pk}"))
    Event.objects.all().delete()
    for _ in range(2):
        assert value(ota.delete(path)) is True
    assert not hotel.rooms.exists()
    assert Room.every.filter(property=hotel).count() == 3
    assert kinds() == ["rooms_multiple_deleted"]
    assert len(Event.objects.get().data["room_ids"]) == 3


def test_a_refusal_names_some_of_many_rooms(ota, hotel, double):
    Room.objects.bulk_create(
        Room(property=hotel, room_type=double, number=f"x{number}") for number in range(20)
    )
    block_create(property_id=hotel.pk, stay=stay(3, 1), by=SYSTEM)

    detail = ota.delete(f"{ROOMS}/{hotel.pk}").json()["detail"]

    assert detail.endswith("and 13 more is occupied today or later.")


def test_only_while_the_property_is_as_the_channel_knows_it(ota, hotel, body):
    room = hotel.rooms.first()
    stale = (412, "precondition_failed", [])
    paths = (f"{ROOM}/{hotel.pk}/{room.pk}", f"{ROOMS}/{hotel.pk}")

    assert [refusal(ota.delete(path, HTTP_IF_MATCH='"v9"')) for path in paths] == [stale, stale]
    assert refusal(ota.put(ROOM, body, HTTP_IF_MATCH='"v9"')) == stale
    assert ota.put(ROOM, body, HTTP_IF_MATCH='"v1"').status_code == 200
    assert ota.delete(paths[0], HTTP_IF_MATCH='"v2"').status_code == 200


def test_features_of_a_room_type(ota, hotel, manager, double):
    view, desk, other = (RoomFeature.objects.create(name=n) for n in ("Sea view", "Desk", "Bath"))
    one, two, three = hotel.rooms.order_by("number")
    one.features.add(view)
    two.features.add(view, desk)
    three.features.add(other)
    three.room_type = attic = RoomType.objects.create(name="Attic")
    three.save()
    make_hotel(manager, name="Other").rooms.first().features.add(other)
    path = f"{ROOM}/type/features/{hotel.pk}/"

    with CaptureQueriesContext(connection) as captured:
        found = value(ota.get(f"{path}{double.pk}"))

    assert len(captured) <= 4
    (sea,) = shown("property_room_type_features", feature_id=view.pk)
    assert found == [{"feature_name": "Desk", "feature_id": desk.pk}, sea]
    Room.objects.filter(pk=three.pk).update(deleted_at="2026-01-01T00:00:00Z")
    assert value(ota.get(f"{path}{attic.pk}")) == []
    assert value(ota.get(f"{path}{10**18 - 1}")) == []
    assert ota.get(f"{path}0").status_code == 404


AMOUNTS = [None, "", [], True, -1, "NaN", "1e3", "0.001", 10**9, "ten"]
TEXTS = [None, 5, [], True, "\u0007", "x" * 256]


@pytest.mark.parametrize(
    ("name", "hostile"),
    [
        ("room_uid", [None, "", [], -1, 10**30, "one", 1.5]),
        ("room_type_id", [None, "", [], 0, -1, 10**30, "one", True]),
        ("max_people", [None, "", [], 0, -1, 1001, 1.5, 10**30, "two"]),
        ("room_name", [*TEXTS, "a\nb", "x" * 101]),
        ("room_number", [*TEXTS, "a\nb", "x" * 51]),
        ("room_floor", [*TEXTS, "a\nb", "x" * 51]),
        ("singleperson_suppliment", AMOUNTS),
        ("tagline", [*TEXTS, "a\nb"]),
        ("surcharge", AMOUNTS),
        ("description", [None, 5, [], "\u0007", "x" * 5001]),
    ],
)
def test_refuses_hostile_fields_of_a_room(ota, hotel, body, name, hostile):
    found = {repr(bad): refusal(ota.put(ROOM, body | {name: bad})) for bad in hostile}

    assert found == dict.fromkeys(found, (400, "validation_failed", [name]))
    assert hotel.rooms.count() == 3
    assert kinds() == []

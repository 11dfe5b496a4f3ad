from __future__ import annotations

from decimal import Decimal

import pytest

from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.properties.models import PropertyType
from bookyflow.rooms.bulk import rooms_add_to_many
from bookyflow.rooms.editing import room_add
from bookyflow.rooms.models import Room, RoomType
from bookyflow.rooms.selectors import (
    room_types_by_property,
    room_types_shared,
    room_types_usable,
)
from bookyflow.rooms.services import (
    MOST_AT_ONE,
    MOST_ROOMS,
    RoomsToAdd,
    rooms_add,
    unit_add_default,
)
from tests.conftest import make_hotel
from tests.domain.rooms.conftest import kinds

pytestmark = pytest.mark.django_db


def key_of(call, **arguments) -> str:
    with pytest.raises(DomainError) as info:
        call(**arguments)
    return info.value.key


def test_rooms_are_added_with_the_next_numbers(hotel, double, twin, by):
    added = rooms_add(
        property_id=hotel.pk,
        items=[RoomsToAdd(double.pk, 2, 2), RoomsToAdd(twin.pk, 1, 3, Decimal(5))],
        by=by,
    )

    assert [(room.number, room.room_type_id, room.max_occupancy) for room in added] == [
        ("04", double.pk, 2),
        ("05", double.pk, 2),
        ("06", twin.pk, 3),
    ]
    assert added[2].surcharge == 5
    assert [kind for kind, *_ in kinds()] == ["rooms_multiple_added"] * 2
    assert Event.objects.order_by("pk").last().data == {"room_ids": [added[2].pk]}


def test_a_number_that_is_no_number_is_passed_over(hotel, double, by):
    Room.objects.filter(property=hotel).update(max_adults=2)
    Room.objects.filter(property=hotel, number="3").update(number="Ⅻ")

    assert (
        rooms_add(property_id=hotel.pk, items=[RoomsToAdd(double.pk, 1, 2)], by=by)[0].number
        == "03"
    )


def test_a_number_that_is_too_long_to_count_on_is_passed_over(hotel, double, by):
    Room.objects.filter(property=hotel, number="3").update(number="9" * 50)

    assert (
        rooms_add(property_id=hotel.pk, items=[RoomsToAdd(double.pk, 1, 2)], by=by)[0].number
        == "03"
    )


def test_rooms_that_cannot_be_added(hotel, villa, double, by):
    of_villas = RoomType.objects.get(name="2 bedrooms")

    def refused(prop, room_type, count) -> str:
        return key_of(
            rooms_add, property_id=prop.pk, items=[RoomsToAdd(room_type.pk, count, 2)], by=by
        )

    assert refused(hotel, of_villas, 1) == "room_type_incorrect"
    assert refused(hotel, double, MOST_ROOMS + 1) == "validation_failed"
    assert refused(villa, of_villas, 1) == "single_room_property"
    assert kinds() == []


def test_a_property_has_only_so_many_rooms(hotel, double, by):
    Room.objects.bulk_create(
        Room(property=hotel, room_type=double, number=f"X{number}")
        for number in range(MOST_AT_ONE - 5)
    )

    def refused(count) -> str:
        return key_of(
            rooms_add, property_id=hotel.pk, items=[RoomsToAdd(double.pk, count, 2)], by=by
        )

    assert refused(3) == "too_many_rooms_here"
    assert len(rooms_add(property_id=hotel.pk, items=[RoomsToAdd(double.pk, 2, 2)], by=by)) == 2
    assert (
        key_of(room_add, property_id=hotel.pk, room_type_id=double.pk, by=by)
        == "too_many_rooms_here"
    )


def test_a_whole_property_begins_with_one_room(hotel, villa, by):
    Room.objects.filter(property=villa).delete()

    (room,) = unit_add_default(property_id=villa.pk, by=by)

    assert (room.number, room.max_occupancy) == ("01", 10)
    assert unit_add_default(property_id=hotel.pk, by=by) == []
    villa.property_type.room_types.clear()
    assert unit_add_default(property_id=villa.pk, by=by) == []


def test_rooms_of_many_properties_are_all_added_or_none(hotel, villa, double, by, stranger):
    other = make_hotel(stranger, name="Other")
    wanted = {
        hotel.pk: [RoomsToAdd(double.pk, 1, 2)],
        other.pk: [RoomsToAdd(double.pk, 2, 2)],
    }

    added = rooms_add_to_many(wanted=wanted, by=by)

    assert {pk: [room.number for room in rooms] for pk, rooms in added.items()} == {
        hotel.pk: ["04"],
        other.pk: ["04", "05"],
    }
    assert len(kinds()) == 2
    for key, wrong in {
        "property_not_found": {10**6: []},
        "single_room_property": {villa.pk: [RoomsToAdd(double.pk, 1, 2)]},
        "room_type_incorrect": {hotel.pk: [RoomsToAdd(20, 1, 2)]},
    }.items():
        assert key_of(rooms_add_to_many, wanted=wrong, by=by) == key
    assert len(kinds()) == 2


def test_room_types_that_properties_can_use(hotel, villa, double):
    own = RoomType.objects.create(name="Loft", property=hotel)

    found = room_types_by_property(properties=[hotel, villa])

    for prop in (hotel, villa):
        usable = room_types_usable(property_type=prop.property_type, property_id=prop.pk)
        assert found[prop.pk] == set(usable.values_list("pk", flat=True))
    assert (own.pk in found[hotel.pk], own.pk in found[villa.pk]) == (True, False)
    assert double in room_types_shared()
    assert PropertyType.objects.get(name="Hotel") in double.property_types.all()

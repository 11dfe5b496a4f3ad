from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from bookyflow.availability.models import Allotment, Occupancy, OccupancyKind
from bookyflow.availability.selectors import calendar, free_rooms
from bookyflow.availability.services import Taking, occupy
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.property_lifecycle.rooms import room_delete, room_update, rooms_delete
from bookyflow.rooms.editing import room_add
from bookyflow.rooms.models import Room, RoomFeature, RoomType
from bookyflow.rooms.selectors import room_features_usable, room_list
from bookyflow.tariffs.models import TariffType
from tests.conftest import make_hotel
from tests.domain.conftest import at_once, stay, taken
from tests.domain.rooms.conftest import kinds

pytestmark = pytest.mark.django_db


@pytest.fixture
def add(hotel, double, by):
    """Add a room to the hotel: a double, unless told."""

    def call(**values):
        return room_add(
            property_id=values.pop("prop", hotel).pk,
            room_type_id=values.pop("room_type_id", double.pk),
            by=by,
            **values,
        )

    return call


@pytest.fixture
def change(hotel, by):
    """Change the hotel's room 1."""
    room = Room.objects.get(property=hotel, number="1")

    def call(**values):
        return room_update(property_id=hotel.pk, room_id=room.pk, by=by, **values)

    return call


@pytest.fixture
def balcony(hotel):
    return RoomFeature.objects.create(name="Balcony")


def key_of(call, *args, **kwargs) -> str:
    with pytest.raises(DomainError) as info:
        call(*args, **kwargs)
    return info.value.key


def take(room: Room, start: int, nights: int, *, minutes: int = 60) -> None:
    """Hold nights of a room."""
    with transaction.atomic():
        property_lock(room.property_id)
        occupy(
            Taking(
                property_id=room.property_id,
                room_ids=[room.pk],
                nights=taken(stay(start, nights)),
                kind=OccupancyKind.HOLD,
                expires_at=timezone.now() + timedelta(minutes=minutes),
            )
        )


def test_a_room_is_added_with_all_its_fields(hotel, add, twin, balcony):
    room = add(
        room_type_id=twin.pk,
        name="Sea view",
        number="12a",
        floor="1",
        tagline="Best of all",
        description="Large",
        max_adults=2,
        max_children=2,
        max_occupancy=3,
        surcharge=Decimal("12.5"),
        single_supplement=Decimal(10),
        feature_ids=[balcony.pk],
    )

    kept = Room.objects.get(pk=room.pk)
    assert (kept.number, kept.floor, kept.room_type, kept.max_occupancy) == ("12a", "1", twin, 3)
    assert (kept.surcharge, kept.single_supplement) == (Decimal("12.5"), 10)
    assert list(kept.features.all()) == [balcony]
    assert kinds() == [("room_added", "room", room.pk)]
    assert Property.objects.get(pk=hotel.pk).version == 2


def test_a_room_gets_the_next_number_and_takes_all_it_has_places_for(add):
    room = add(max_adults=2, max_children=1, number="", max_occupancy=None)

    assert (room.number, room.max_occupancy) == ("04", 3)


def test_a_number_comes_once(add):
    with pytest.raises(IntegrityError, match="room_number_once"):
        add(number="2")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"max_adults": 2, "max_occupancy": 3}, "max_occupancy"),
        ({"max_adults": 0, "max_children": 0}, "max_occupancy"),
        ({"max_adults": 32_767, "max_children": 1, "max_occupancy": 2}, "max_occupancy"),
        ({"single_supplement": Decimal(-1)}, "singleperson_suppliment"),
        ({"feature_ids": [10**6]}, "room_features_uid"),
    ],
)
def test_values_that_do_not_go_together(add, change, values, field):
    for call in (add, change):
        with pytest.raises(DomainError) as info:
            call(**values)
        assert (info.value.key, list(info.value.fields)) == ("validation_failed", [field])
    assert kinds() == []


def test_a_value_at_fault_is_named(add):
    with pytest.raises(ValidationError) as info:
        add(max_adults="many")
    assert list(info.value.message_dict) == ["max_adults"]


def test_a_room_type_must_fit_the_property(add, change):
    yacht = RoomType.objects.get(name="2 berth")

    assert key_of(add, room_type_id=yacht.pk) == "room_type_incorrect"
    assert key_of(change, room_type_id=yacht.pk) == "room_type_incorrect"


def test_a_whole_property_has_one_room(add, villa):
    of_villas = RoomType.objects.get(name="2 bedrooms")

    assert key_of(add, prop=villa, room_type_id=of_villas.pk) == "single_room_property"


def test_changing_what_is_given(hotel, change, twin, balcony):
    room = change(name="Rose", room_type_id=twin.pk, feature_ids=[balcony.pk])
    change(name="Rose", room_type_id=twin.pk, feature_ids=[balcony.pk])

    kept = Room.objects.get(pk=room.pk)
    assert (kept.name, kept.number, kept.room_type) == ("Rose", "1", twin)
    assert list(kept.features.all()) == [balcony]
    assert kinds() == [("room_updated", "room", room.pk)]
    assert Property.objects.get(pk=hotel.pk).version == 2


def test_features_alone_are_a_change(change, balcony):
    change(feature_ids=[balcony.pk])
    room = change(feature_ids=[])

    assert not room.features.exists()
    assert len(kinds()) == 2


@pytest.mark.parametrize(
    ("values", "occupancy"),
    [
        ({"max_adults": 4}, 4),
        ({"max_children": 1}, 3),
        ({"max_adults": 4, "max_occupancy": 3}, 3),
        ({"max_adults": 1}, 1),
    ],
)
def test_the_occupancy_follows_the_places_unless_it_is_given(change, values, occupancy):
    assert change(**values).max_occupancy == occupancy


def test_an_occupancy_below_the_places_stays(change):
    change(max_adults=4, max_occupancy=3)

    assert change(max_children=2).max_occupancy == 3
    assert change(max_adults=1, max_children=1).max_occupancy == 2


def test_the_prices_of_a_whole_property_follow_its_room(villa, by):
    old, new = (RoomType.objects.get(name=name) for name in ("2 bedrooms", "3 bedrooms"))
    room = Room.objects.get(property=villa)
    tariff = TariffType.objects.create(property=villa, room_type=old)

    room_update(property_id=villa.pk, room_id=room.pk, by=by, room_type_id=new.pk)

    tariff.refresh_from_db()
    assert (tariff.room_type, tariff.version) == (new, 2)
    assert kinds() == [
        ("room_updated", "room", room.pk),
        ("tariffs_updated", "property", villa.pk),
    ]
    assert Event.objects.last().data == {"tariff_type_ids": [tariff.pk]}


def test_the_stopped_nights_of_a_whole_property_follow_its_room(villa, by):
    room = Room.objects.get(property=villa)
    former, new = room.room_type, RoomType.objects.get(name="3 bedrooms")
    night = stay(1, 1).arrival
    Allotment.objects.create(property=villa, room_type=former, date=night, stop_sell=True)
    Allotment.objects.create(property=villa, room_type=new, date=night, max_to_sell=1)

    room_update(property_id=villa.pk, room_id=room.pk, by=by, room_type_id=new.pk)

    assert list(Allotment.objects.values_list("room_type", "date", "stop_sell")) == [
        (new.pk, night, True)
    ]
    assert [day.for_sale for day in calendar(property_id=villa.pk, first=night, last=night)] == [0]


def test_the_stopped_nights_of_a_hotel_stay(hotel, change, double, twin):
    Allotment.objects.create(
        property=hotel, room_type=double, date=stay(1, 1).arrival, stop_sell=True
    )

    change(room_type_id=twin.pk)

    assert Allotment.objects.get().room_type == double


def test_a_whole_property_without_prices_changes_its_room_only(villa, by):
    room = Room.objects.get(property=villa)
    new = RoomType.objects.get(name="3 bedrooms")

    room_update(property_id=villa.pk, room_id=room.pk, by=by, room_type_id=new.pk)

    assert kinds() == [("room_updated", "room", room.pk)]


def test_the_prices_of_a_hotel_stay(hotel, change, double, twin):
    tariff = TariffType.objects.create(property=hotel, room_type=double)

    change(room_type_id=twin.pk)

    tariff.refresh_from_db()
    assert tariff.room_type == double


def test_a_deleted_room_is_gone_and_its_number_free(hotel, add, by):
    room = Room.objects.get(property=hotel, number="3")

    room_delete(property_id=hotel.pk, room_id=room.pk, by=by)

    assert [one.number for one in room_list(prop=hotel)] == ["1", "2"]
    assert [one.number for one in hotel.rooms.all()] == ["1", "2"]
    assert Room.every.get(pk=room.pk).deleted_at is not None
    assert add(number="3").pk != room.pk
    assert kinds()[0] == ("room_deleted", "room", room.pk)
    assert key_of(room_delete, property_id=hotel.pk, room_id=room.pk, by=by) == "room_not_found"
    assert key_of(room_update, property_id=hotel.pk, room_id=room.pk, by=by) == "room_not_found"


@pytest.mark.parametrize(
    ("start", "nights", "minutes", "refused"),
    [
        (0, 1, 60, True),
        (-3, 4, 60, True),
        (30, 2, 60, True),
        (-3, 3, 60, False),
        (5, 1, -1, False),
    ],
)
def test_a_room_that_somebody_has_today_or_later_stays(hotel, by, start, nights, minutes, refused):
    room = Room.objects.get(property=hotel, number="2")
    take(room, start, nights, minutes=minutes)

    def delete() -> str:
        try:
            room_delete(property_id=hotel.pk, room_id=room.pk, by=by)
        except DomainError as error:
            return f"{error.key}: {error.detail}"
        return ""

    found = delete()

    assert found == ("room_has_bookings: Room 2 is occupied today or later." if refused else "")
    assert Room.objects.filter(pk=room.pk).exists() is refused
    assert Occupancy.objects.filter(room=room).count() == 1  # history keeps its room
    assert Occupancy.objects.get().room == room


def test_the_room_of_a_whole_property_stays(villa, by):
    room = Room.objects.get(property=villa)

    assert (
        key_of(room_delete, property_id=villa.pk, room_id=room.pk, by=by) == "single_room_property"
    )


def test_rooms_are_deleted_together_or_not_at_all(hotel, by, stranger):
    first, second, third = Room.objects.filter(property=hotel).order_by("number")
    foreign = make_hotel(stranger, name="Other").rooms.first()
    take(second, 3, 1)

    assert key_of(rooms_delete, property_id=hotel.pk, room_ids=[first.pk, foreign.pk], by=by) == (
        "room_not_found"
    )
    assert key_of(rooms_delete, property_id=hotel.pk, room_ids=[first.pk, second.pk], by=by) == (
        "room_has_bookings"
    )
    rooms_delete(property_id=hotel.pk, room_ids=[], by=by)
    assert (hotel.rooms.count(), kinds()) == (3, [])

    rooms_delete(property_id=hotel.pk, room_ids=[third.pk, first.pk, first.pk], by=by)

    assert list(hotel.rooms.all()) == [second]
    assert kinds() == [("rooms_multiple_deleted", "property", hotel.pk)]
    assert Event.objects.get().data == {"room_ids": [first.pk, third.pk]}


@pytest.mark.django_db(transaction=True)
def test_a_room_is_either_taken_or_deleted(hotel, by):
    room = Room.objects.get(property=hotel, number="2")

    def work(number: int) -> str:
        if number % 2:
            take(room, 3, 1)
            return "taken"
        room_delete(property_id=hotel.pk, room_id=room.pk, by=by)
        return "deleted"

    results = at_once(4, work)

    done = [one for one in results if isinstance(one, str)]
    keys = {one.key for one in results if isinstance(one, DomainError)}
    assert len(done) == 1, results
    assert len(done) + sum(isinstance(one, DomainError) for one in results) == 4
    assert keys <= {"room_taken", "room_has_bookings", "room_not_found"}
    assert Room.objects.filter(pk=room.pk).exists() is (done == ["taken"])
    assert Occupancy.objects.filter(room=room).count() == (1 if done == ["taken"] else 0)


def test_a_deleted_room_is_not_sold(hotel, by):
    gone = Room.objects.get(property=hotel, number="1")
    room_delete(property_id=hotel.pk, room_id=gone.pk, by=by)

    free = free_rooms(
        property_id=hotel.pk, nights=taken(stay(3, 1)), today=hotel.settings.today(), guests=1
    )
    (night,) = calendar(property_id=hotel.pk, first=stay(3, 1).arrival, last=stay(3, 1).arrival)

    assert {room.room_id for room in free} == {room.pk for room in hotel.rooms.all()}
    assert len(free) == 2
    assert (night.rooms, night.for_sale) == (2, 2)
    assert key_of(take, gone, 3, 1) == "room_taken"


def test_features_are_shared_ones_that_fit_and_own_ones(hotel, villa):
    everywhere = RoomFeature.objects.create(name="Wifi")
    of_hotels, of_villas = (RoomFeature.objects.create(name=name) for name in ("Minibar", "Grill"))
    of_hotels.property_types.add(hotel.property_type)
    of_villas.property_types.add(villa.property_type)
    own = RoomFeature.objects.create(name="Parrot", property=hotel)
    RoomFeature.objects.create(name="Ghost", property=villa)

    assert list(room_features_usable(prop=hotel)) == [of_hotels, own, everywhere]


def test_the_database_keeps_the_rules_too(hotel):
    for wrong in ({"single_supplement": -1}, {"max_occupancy": 9}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Room.objects.update(**wrong)
    RoomFeature.objects.create(name="Wifi")
    with pytest.raises(IntegrityError, match="room_feature_name_once"):
        RoomFeature.objects.create(name="Wifi")

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from bookyflow.accounts.site import site_settings_save
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.property_lifecycle.rooms import room_delete
from bookyflow.rooms.editing import room_add
from bookyflow.rooms.models import OccupancyLevel, Room, RoomType
from bookyflow.rooms.room_types import (
    occupancy_level_delete,
    occupancy_level_save,
    occupancy_levels,
    room_type_delete,
    room_type_save,
)
from bookyflow.rooms.selectors import room_types_usable
from bookyflow.tariffs.extras import extra_save
from bookyflow.tariffs.models import TariffType
from tests.conftest import make_hotel
from tests.domain.rooms.conftest import kinds

pytestmark = pytest.mark.django_db


@pytest.fixture
def loft(hotel, by):
    """A room type of the hotel's own."""
    site_settings_save(values={"own_room_types_allowed": True}, by=by)
    return room_type_save(property_id=hotel.pk, by=by, name="Loft")


def key_of(call, **arguments) -> str:
    with pytest.raises(DomainError) as info:
        call(**arguments)
    return info.value.key


def test_an_own_room_type_can_be_used_at_its_property_only(hotel, loft, stranger):
    other = make_hotel(stranger, name="Other")

    def usable(prop) -> bool:
        found = room_types_usable(property_type=prop.property_type, property_id=prop.pk)
        return found.filter(pk=loft.pk).exists()

    assert (usable(hotel), usable(other)) == (True, False)
    assert kinds() == [("room_type_saved", "room_type", loft.pk)]


def test_the_site_may_keep_room_types_to_itself(hotel, loft, by, super_manager):
    site_settings_save(values={"own_room_types_allowed": False}, by=by)

    assert key_of(room_type_save, property_id=hotel.pk, by=by, name="Attic") == "forbidden"
    assert key_of(room_type_save, property_id=hotel.pk, by=by, room_type_id=loft.pk) == "forbidden"
    assert room_type_save(property_id=hotel.pk, by=Actor(user_id=super_manager.pk), name="Attic").pk


def test_changing_what_is_given(hotel, loft, by):
    room_type_save(property_id=hotel.pk, by=by, room_type_id=loft.pk, description="Under the roof")
    room_type_save(property_id=hotel.pk, by=by, room_type_id=loft.pk, name="Loft")

    loft.refresh_from_db()
    assert (loft.name, loft.description, loft.version) == ("Loft", "Under the roof", 2)
    assert len(kinds()) == 2


def test_a_name_is_needed_and_comes_once(hotel, loft, by):
    with pytest.raises(ValidationError):
        room_type_save(property_id=hotel.pk, by=by)
    with pytest.raises(IntegrityError, match="room_type_name_once"):
        room_type_save(property_id=hotel.pk, by=by, name="Loft")


def test_shared_and_foreign_room_types_are_not_touched(hotel, loft, double, by, stranger):
    foreign = room_type_save(property_id=make_hotel(stranger, name="Other").pk, by=by, name="Attic")

    for pk in (double.pk, foreign.pk, 10**6):
        for call in (room_type_save, room_type_delete):
            found = key_of(call, property_id=hotel.pk, room_type_id=pk, by=by)
            assert found == "room_type_not_found"


def test_an_unused_room_type_is_deleted(hotel, loft, by):
    room_type_delete(property_id=hotel.pk, room_type_id=loft.pk, by=by)

    assert not RoomType.objects.filter(pk=loft.pk).exists()
    assert kinds()[1] == ("room_type_deleted", "room_type", loft.pk)


@pytest.mark.parametrize("use", ["room", "deleted room", "tariff", "extra"])
def test_a_room_type_in_use_stays(hotel, loft, by, use):
    if use == "tariff":
        TariffType.objects.create(property=hotel, room_type=loft)
    elif use == "extra":
        extra_save(property_id=hotel.pk, by=by, name="Spa", price=Decimal(1), room_type_id=loft.pk)
    else:
        room = room_add(property_id=hotel.pk, room_type_id=loft.pk, by=by)
        if use == "deleted room":
            room_delete(property_id=hotel.pk, room_id=room.pk, by=by)

    assert (
        key_of(room_type_delete, property_id=hotel.pk, room_type_id=loft.pk, by=by)
        == "room_type_in_use"
    )
    assert RoomType.objects.filter(pk=loft.pk).exists()


def maxima(prop) -> list[tuple[int, int, int]]:
    rooms = Room.objects.filter(property=prop).order_by("number")
    return list(rooms.values_list("max_adults", "max_children", "max_occupancy"))


def test_a_level_tells_the_rooms_of_its_type(hotel, double, twin, by, stranger):
    other = make_hotel(stranger, name="Other")
    Room.objects.filter(property=hotel, number="3").update(room_type=twin)

    level = occupancy_level_save(
        property_id=hotel.pk,
        room_type_id=double.pk,
        max_adults=2,
        max_children=2,
        max_occupancy=3,
        by=by,
    )

    assert maxima(hotel) == [(2, 2, 3), (2, 2, 3), (2, 0, 2)]
    assert maxima(other) == [(2, 0, 2)] * 3
    assert list(occupancy_levels(prop=hotel)) == [level]
    rooms = list(hotel.rooms.filter(room_type=double).order_by("pk").values_list("pk", flat=True))
    event = Event.objects.get()
    assert (event.kind, event.subject_id, event.data) == (
        "room_type_saved",
        double.pk,
        {"room_ids": rooms},
    )


def test_saving_the_same_level_again_is_no_change_unless_a_room_differs(hotel, double, by):
    def save() -> None:
        occupancy_level_save(property_id=hotel.pk, room_type_id=double.pk, max_adults=3, by=by)

    save()
    save()
    assert (OccupancyLevel.objects.get().max_occupancy, len(kinds())) == (3, 1)
    Room.objects.filter(property=hotel, number="1").update(max_adults=4)
    save()

    assert maxima(hotel) == [(3, 0, 3)] * 3
    assert len(kinds()) == 2


@pytest.mark.parametrize(("children", "occupancy"), [(2, 0), (2, 5), (32_767, 5)])
def test_an_occupancy_goes_with_the_places(hotel, double, by, children, occupancy):
    key = key_of(
        occupancy_level_save,
        property_id=hotel.pk,
        room_type_id=double.pk,
        max_adults=2,
        max_children=children,
        max_occupancy=occupancy,
        by=by,
    )

    assert key == "validation_failed"
    assert maxima(hotel) == [(2, 0, 2)] * 3


def test_a_level_needs_a_usable_room_type(hotel, by):
    key = key_of(occupancy_level_save, property_id=hotel.pk, room_type_id=20, max_adults=2, by=by)

    assert key == "room_type_incorrect"


def test_forgetting_a_level_leaves_the_rooms(hotel, double, by):
    occupancy_level_save(property_id=hotel.pk, room_type_id=double.pk, max_adults=3, by=by)

    occupancy_level_delete(property_id=hotel.pk, room_type_id=double.pk, by=by)
    occupancy_level_delete(property_id=hotel.pk, room_type_id=double.pk, by=by)

    assert not OccupancyLevel.objects.exists()
    assert maxima(hotel) == [(3, 0, 3)] * 3
    assert len(kinds()) == 2

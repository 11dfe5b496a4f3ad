"""Rooms and room types."""

from __future__ import annotations

from bookyflow.accounts.site import site_settings_save
from bookyflow.core.acting import SYSTEM
from bookyflow.property_lifecycle.rooms import (
    room_delete,
    room_save,
    room_update,
    rooms_clear,
    rooms_delete,
)
from bookyflow.rooms.bulk import rooms_add_to_many
from bookyflow.rooms.editing import room_add
from bookyflow.rooms.room_types import (
    occupancy_level_delete,
    occupancy_level_save,
    room_type_delete,
    room_type_save,
)
from bookyflow.rooms.services import RoomsToAdd, rooms_add
from tests.conftest import make_hotel
from tests.contract.writes import World, write
from tests.contract.writes.prices import double_of
from tests.domain.conftest import book, stay


def taken(w: World) -> int:
    """A room that somebody has."""
    occupancy = book(w.hotel, stay(3, 2), by=w.by).occupancies.get()
    return occupancy.room_id


@write(rooms_add, "rooms_multiple_added", "rooms_multiple_added")
def _(w: World):
    two = [RoomsToAdd(double_of(w), 2, 2), RoomsToAdd(double_of(w), 1, 4)]
    yield lambda: rooms_add(property_id=w.hotel.pk, items=two, by=w.by)
    yield lambda: rooms_add(property_id=w.hotel.pk, items=[RoomsToAdd(0, 1, 2)], by=w.by)


@write(rooms_add_to_many, "rooms_multiple_added", "rooms_multiple_added")
def _(w: World):
    other = make_hotel(w.manager, name="Other")
    items = [RoomsToAdd(double_of(w), 2, 2)]
    wanted = {w.hotel.pk: items, other.pk: items}
    yield lambda: rooms_add_to_many(wanted=wanted, by=w.by)
    yield lambda: rooms_add_to_many(wanted={**wanted, 0: items}, by=w.by)


@write(room_add, "room_added")
def _(w: World):
    yield lambda: room_add(property_id=w.hotel.pk, room_type_id=double_of(w), max_adults=2, by=w.by)
    yield lambda: room_add(property_id=w.hotel.pk, room_type_id=0, max_adults=2, by=w.by)


@write(room_update, "room_updated")
def _(w: World):
    here = {"property_id": w.hotel.pk, "room_id": w.hotel.rooms.first().pk, "by": w.by}
    yield lambda: room_update(**here, floor="2")
    yield lambda: room_update(**here, floor="2")
    yield lambda: room_update(**here, single_supplement=-1)


@write(room_save, "room_updated")
def _(w: World):
    one = {"room_id": w.hotel.rooms.first().pk, "floor": "2"}
    here = {"property_id": w.hotel.pk, "room_type_id": double_of(w), "by": w.by}
    yield lambda: room_save(**here, **one)
    yield lambda: room_save(**here, **one)
    yield lambda: room_save(**here, room_id=0)


@write(rooms_clear, "rooms_multiple_deleted")
def _(w: World):
    yield lambda: rooms_clear(property_id=w.hotel.pk, by=w.by)
    yield lambda: rooms_clear(property_id=w.hotel.pk, by=w.by)


@write(room_delete, "room_deleted")
def _(w: World):
    busy = taken(w)
    free = w.hotel.rooms.exclude(pk=busy).first().pk
    yield lambda: room_delete(property_id=w.hotel.pk, room_id=free, by=w.by)
    yield lambda: room_delete(property_id=w.hotel.pk, room_id=free, by=w.by)
    yield lambda: room_delete(property_id=w.hotel.pk, room_id=busy, by=w.by)


@write(rooms_delete, "rooms_multiple_deleted")
def _(w: World):
    busy = taken(w)
    free = list(w.hotel.rooms.exclude(pk=busy).values_list("pk", flat=True))
    yield lambda: rooms_delete(property_id=w.hotel.pk, room_ids=free, by=w.by)
    yield lambda: rooms_delete(property_id=w.hotel.pk, room_ids=[], by=w.by)
    yield lambda: rooms_delete(property_id=w.hotel.pk, room_ids=[busy], by=w.by)


@write(room_type_save, "room_type_saved")
def _(w: World):
    site_settings_save(values={"own_room_types_allowed": True}, by=w.by)
    own = room_type_save(property_id=w.hotel.pk, name="Tower room", by=w.by)
    here = {"property_id": w.hotel.pk, "room_type_id": own.pk, "by": w.by}
    yield lambda: room_type_save(**here, name="Attic room")
    yield lambda: room_type_save(**here, name="Attic room")
    yield lambda: room_type_save(**here, name="")


@write(room_type_delete, "room_type_deleted")
def _(w: World):
    own = room_type_save(property_id=w.hotel.pk, name="Tower room", by=SYSTEM)
    yield lambda: room_type_delete(property_id=w.hotel.pk, room_type_id=own.pk, by=w.by)
    yield lambda: room_type_delete(property_id=w.hotel.pk, room_type_id=own.pk, by=w.by)


@write(occupancy_level_save, "room_type_saved")
def _(w: World):
    here = {"property_id": w.hotel.pk, "room_type_id": double_of(w), "by": w.by}
    yield lambda: occupancy_level_save(**here, max_adults=3)
    yield lambda: occupancy_level_save(**here, max_adults=3)
    yield lambda: occupancy_level_save(**here, max_adults=3, max_occupancy=4)


@write(occupancy_level_delete, "room_type_saved")
def _(w: World):
    here = {"property_id": w.hotel.pk, "room_type_id": double_of(w), "by": w.by}
    occupancy_level_save(**here, max_adults=3)
    yield lambda: occupancy_level_delete(**here)
    yield lambda: occupancy_level_delete(**here)

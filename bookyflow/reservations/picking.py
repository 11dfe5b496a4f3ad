"""Which rooms a wish would get; nothing is taken."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from bookyflow.availability.models import OccupancyKind
from bookyflow.availability.selectors import FreeRoom, free_rooms, sellable
from bookyflow.availability.services import expired_holds_drop
from bookyflow.core.acting import SYSTEM
from bookyflow.core.dates import Stay
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.reservations.taking import Holder, rooms_take
from bookyflow.reservations.wishes import RoomWish, StayWish
from bookyflow.rooms.models import Room


def rooms_pick(prop: Property, stay: Stay, wish: StayWish, prefer: frozenset[int]) -> list[Room]:
    """A free room for each one wished for, in their order; once others have moved, if need be."""
    left = sellable(free_rooms(property_id=prop.pk, stay=stay))
    left.sort(key=lambda room: room.room_id not in prefer)
    chosen = []
    for wanted in wish.rooms:
        room = next((one for one in left if _fits(one, wanted)), None)
        if room is None:
            return _after_moves(prop, stay, wish)
        left.remove(room)
        chosen.append(room.room_id)
    return _rooms(chosen)


def _after_moves(prop: Property, stay: Stay, wish: StayWish) -> list[Room]:
    """The rooms that a stay would get if bookings that may be moved were; nothing is moved.

    What taking the rooms would do is done, and undone. Raises the refusal that it meets.
    """
    with transaction.atomic():
        property_lock(prop.pk)
        expired_holds_drop(property_id=prop.pk)
        until = timezone.now() + timedelta(minutes=1)
        room_ids = rooms_take(
            property_id=prop.pk,
            stay=stay,
            rooms=wish.rooms,
            holder=Holder(OccupancyKind.HOLD, expires_at=until),
            by=SYSTEM,
        )
        transaction.set_rollback(True)  # nothing was meant
    return _rooms(room_ids)


def _rooms(room_ids: list[int]) -> list[Room]:
    found = Room.objects.select_related("room_type").in_bulk(room_ids)
    return [found[pk] for pk in room_ids]


def _fits(room: FreeRoom, wanted: RoomWish) -> bool:
    return (
        wanted.room_id in {None, room.room_id}
        and wanted.room_type_id in {None, room.room_type_id}
        and (wanted.adults or 0) <= room.max_adults
    )

"""Changing and deleting rooms: prices, stopped nights and guests stand above them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction

from bookyflow.availability.allotments import allotments_move
from bookyflow.availability.selectors import rooms_occupied
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, record, record_many
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.rooms.editing import room_add, room_change, rooms_end, rooms_of
from bookyflow.rooms.models import Room
from bookyflow.tariffs.tariff_types import tariff_types_move

MOST_TOLD = 10  # rooms by their numbers, in a refusal


def room_save(
    *, property_id: int, by: Actor, room_type_id: int, room_id: int | None = None, **values: Any
) -> Room:
    """Add a room, or change what is given of one.

    As `room_add` and `room_update`, which see.
    """
    here: dict[str, Any] = {"property_id": property_id, "room_type_id": room_type_id, "by": by}
    if room_id is None:
        return room_add(**here, **values)
    return room_update(**here, room_id=room_id, **values)


@transaction.atomic
def room_update(
    *,
    property_id: int,
    room_id: int,
    by: Actor,
    room_type_id: int | None = None,
    feature_ids: Collection[int] | None = None,
    **values: object,
) -> Room:
    """Change what is given of a room; `values` are named in rooms.editing.FIELDS.

    Where places for adults or children change and the occupancy is not given, it follows them.
    The one room of a property that is let as a whole takes the property's prices and the nights
    that are stopped along to its new type; prices are an event of their own. One event, unless
    nothing changed. Raises as `room_add` does, and DomainError `room_not_found`.
    """
    locked = property_lock(property_id)
    (room,) = rooms_of(locked, [room_id])
    former = room.room_type_id
    if room_change(locked, room, room_type_id=room_type_id, feature_ids=feature_ids, **values):
        drafts = [EventDraft(EventKind.ROOM_UPDATED, locked.pk, ("room", room.pk))]
        if room.room_type_id != former and locked.property_type.is_single_unit:
            drafts += _whole_follows(locked, former, room.room_type_id)
        record_many(drafts, by=by)
    return room


@transaction.atomic
def room_delete(*, property_id: int, room_id: int, by: Actor) -> None:
    """Delete a room that nobody has today or later; past bookings keep it.

    Its number may be given again. Raises DomainError `property_not_found`, `room_not_found`,
    `room_has_bookings` (also for a block or a hold), and `single_room_property` for the one room of
    a property that is let as a whole.
    """
    locked = property_lock(property_id)
    _delete(locked, [room_id])
    record(EventKind.ROOM_DELETED, by=by, property_id=locked.pk, subject=("room", room_id))


@transaction.atomic
def rooms_delete(*, property_id: int, room_ids: Iterable[int], by: Actor) -> None:
    """Delete rooms as `room_delete` does, all of them or none; one event. No ids: nothing."""
    ids = sorted(set(room_ids))
    if not ids:
        return
    locked = property_lock(property_id)
    _delete(locked, ids)
    record(
        EventKind.ROOMS_MULTIPLE_DELETED,
        by=by,
        property_id=locked.pk,
        subject=("property", locked.pk),
        room_ids=ids,
    )


@transaction.atomic
def rooms_clear(*, property_id: int, by: Actor) -> None:
    """Delete every room of a property, whose rooms are about to be added anew; one event.

    Also the one room of a property that is let as a whole. Nothing happens where there is none.
    Raises DomainError `property_not_found`, and `room_has_bookings` where anybody has one of them
    today or later.
    """
    locked = property_lock(property_id)
    rooms = list(Room.objects.filter(property=locked).order_by("pk"))
    if rooms:
        _end(locked, rooms)
        record(
            EventKind.ROOMS_MULTIPLE_DELETED,
            by=by,
            property_id=locked.pk,
            subject=("property", locked.pk),
            room_ids=[room.pk for room in rooms],
        )


def _delete(locked: Property, room_ids: list[int]) -> None:
    rooms = rooms_of(locked, room_ids)
    if locked.property_type.is_single_unit:
        raise DomainError("single_room_property", "A property's only room cannot be deleted.")
    _end(locked, rooms)


def _end(locked: Property, rooms: list[Room]) -> None:
    today, ids = locked.settings.today(), [room.pk for room in rooms]
    taken = rooms_occupied(property_id=locked.pk, room_ids=ids, today=today)
    if taken:
        numbers = [room.number for room in rooms if room.pk in taken]
        more = f" and {len(numbers) - MOST_TOLD} more" if len(numbers) > MOST_TOLD else ""
        told = f"Room {', '.join(numbers[:MOST_TOLD])}{more}"
        raise DomainError("room_has_bookings", f"{told} is occupied today or later.")
    rooms_end(locked, rooms)


def _whole_follows(locked: Property, former: int, room_type_id: int) -> list[EventDraft]:
    """Move prices and stopped nights of a property that is let as a whole to its new room type."""
    allotments_move(locked, former=former, room_type_id=room_type_id)
    ids = tariff_types_move(locked, room_type_id=room_type_id)
    if not ids:
        return []
    data = {"tariff_type_ids": ids}
    return [EventDraft(EventKind.TARIFFS_UPDATED, locked.pk, ("property", locked.pk), data)]

"""Room types of a property's own, and how many people rooms of a type take there."""

from __future__ import annotations

from django.db import transaction
from django.db.models import ProtectedError, QuerySet

from bookyflow.accounts.selectors import acts_as_super_manager
from bookyflow.accounts.site import site_settings
from bookyflow.core.acting import Actor
from bookyflow.core.changes import fields_set
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.properties.services import property_touch
from bookyflow.rooms.capacity import occupancy_problem
from bookyflow.rooms.models import OccupancyLevel, Room, RoomType
from bookyflow.rooms.services import check_types

FIELDS = ("name", "description")


@transaction.atomic
def room_type_save(
    *, property_id: int, by: Actor, room_type_id: int | None = None, **values: object
) -> RoomType:
    """Add a room type of the property's own, or change what is given of one: FIELDS.

    A new one needs a name. One event, unless nothing changed. Raises DomainError `forbidden` for
    managers where the site keeps room types to itself, `property_not_found`, `room_type_not_found`,
    also for a shared one, which only the site's staff changes, and ValidationError for a value at
    fault; a name that another own type has is refused by the database (room_type_name_once).
    """
    if not (site_settings().own_room_types_allowed or acts_as_super_manager(by)):
        raise DomainError("forbidden", "On this site room types are set by the operator.")
    locked = property_lock(property_id)
    room_type = RoomType(property=locked)
    if room_type_id is None:
        values = {"name": ""} | values
    else:
        room_type = _own(locked, room_type_id)
    changed = fields_set(room_type, values, allowed=FIELDS)
    if room_type_id is not None and not changed:
        return room_type
    if room_type_id is not None:
        room_type.version += 1
    room_type.save()
    _record(EventKind.ROOM_TYPE_SAVED, locked, room_type.pk, by)
    return room_type


@transaction.atomic
def room_type_delete(*, property_id: int, room_type_id: int, by: Actor) -> None:
    """Delete a room type of the property's own that nothing has or had.

    Raises DomainError `property_not_found`, `room_type_not_found`, and `room_type_in_use` where a
    room, a tariff, an extra or a booking names it, deleted or not.
    """
    locked = property_lock(property_id)
    room_type = _own(locked, room_type_id)
    if Room.every.filter(room_type=room_type).exists():
        raise DomainError("room_type_in_use", "Rooms are of this type, or were until deleted.")
    try:
        room_type.delete()
    except ProtectedError:
        raise DomainError("room_type_in_use", "Prices, extras or bookings are for it.") from None
    _record(EventKind.ROOM_TYPE_DELETED, locked, room_type_id, by)


def occupancy_levels(*, prop: Property) -> QuerySet[OccupancyLevel]:
    """How many people rooms take, by room type, with the types."""
    return OccupancyLevel.objects.filter(property=prop).select_related("room_type")


@transaction.atomic
def occupancy_level_save(
    *,
    property_id: int,
    room_type_id: int,
    max_adults: int,
    by: Actor,
    max_children: int = 0,
    max_occupancy: int | None = None,
) -> OccupancyLevel:
    """Say how many people each room of a type takes, and tell the property's rooms of the type.

    Without an occupancy all places can be taken at once. One event, `room_type_saved` with the
    rooms that changed, unless nothing did. Raises DomainError `property_not_found`,
    `room_type_incorrect`, `validation_failed` for an occupancy that does not go with the places.
    """
    locked = property_lock(property_id)
    check_types(locked, {room_type_id})
    level = OccupancyLevel.objects.filter(property=locked, room_type=room_type_id).first()
    is_new = level is None
    level = level or OccupancyLevel(property=locked, room_type_id=room_type_id)
    maxima = {
        "max_adults": max_adults,
        "max_children": max_children,
        "max_occupancy": max_adults + max_children if max_occupancy is None else max_occupancy,
    }
    changed = fields_set(level, maxima)
    if problem := occupancy_problem(level):
        raise DomainError("validation_failed", fields={"max_occupancy": [problem]})
    of_type = Room.objects.filter(property=locked, room_type=room_type_id)
    rooms = list(of_type.exclude(**maxima).order_by("pk").values_list("pk", flat=True))
    if is_new or changed:
        level.save()
    if rooms:
        Room.objects.filter(pk__in=rooms).update(**maxima)
        property_touch([locked.pk])
    if is_new or changed or rooms:
        _record(EventKind.ROOM_TYPE_SAVED, locked, room_type_id, by, room_ids=rooms)
    return level


@transaction.atomic
def occupancy_level_delete(*, property_id: int, room_type_id: int, by: Actor) -> None:
    """Forget what rooms of a type take; the rooms keep it. One event, unless there was none.

    Raises DomainError `property_not_found`.
    """
    locked = property_lock(property_id)
    count, _ = OccupancyLevel.objects.filter(property=locked, room_type=room_type_id).delete()
    if count:
        _record(EventKind.ROOM_TYPE_SAVED, locked, room_type_id, by, room_ids=[])


def _own(prop: Property, room_type_id: int) -> RoomType:
    found = RoomType.objects.filter(property=prop, pk=room_type_id).first()
    if found is None:
        raise DomainError("room_type_not_found")
    return found


def _record(kind: EventKind, prop: Property, room_type_id: int, by: Actor, **data: object) -> None:
    record(kind, by=by, property_id=prop.pk, subject=("room_type", room_type_id), **data)

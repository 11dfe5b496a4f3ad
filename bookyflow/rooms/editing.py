"""Single rooms: added with all their fields, and the rules of changing and deleting them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone

from bookyflow.core.acting import Actor
from bookyflow.core.changes import fields_set
from bookyflow.core.errors import DomainError
from bookyflow.core.money import amounts_check
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.properties.services import property_touch
from bookyflow.rooms.capacity import occupancy_problem
from bookyflow.rooms.models import Room
from bookyflow.rooms.selectors import room_features_usable
from bookyflow.rooms.services import check_rooms, check_types, next_number

MAXIMA = ("max_adults", "max_children")
FIELDS = (
    "name",
    "number",
    "floor",
    "tagline",
    "description",
    *MAXIMA,
    "max_occupancy",
    "surcharge",
    "single_supplement",
)
AMOUNTS = {"surcharge": "surcharge", "single_supplement": "singleperson_suppliment"}


@transaction.atomic
def room_add(
    *,
    property_id: int,
    room_type_id: int,
    by: Actor,
    feature_ids: Collection[int] = (),
    **values: object,
) -> Room:
    """Add one room; `values` are named in FIELDS.

    What is None or empty counts as not given. Without a number it gets the next one; without an
    occupancy, places for all its adults and children. Raises DomainError `property_not_found`,
    `single_room_property`, `too_many_rooms_here`, `room_type_incorrect`, `validation_failed` for an
    occupancy that does not go with the places, a negative supplement and features that cannot be
    used here, ValidationError for a value at fault; a number that another room has is refused by
    the database (room_number_once).
    """
    locked = property_lock(property_id)
    numbers = list(Room.objects.filter(property=locked).values_list("number", flat=True))
    check_rooms(locked.property_type, wanted=1, rooms_there=len(numbers))
    check_types(locked, {room_type_id})
    room = Room(property=locked, room_type_id=room_type_id)
    given = {name: v for name, v in values.items() if v is not None and v != ""}
    changed = fields_set(room, {"number": next_number(numbers)} | given, allowed=FIELDS)
    _check_places(room, given)
    _check_amounts(locked, room, changed)
    room.save(force_insert=True)
    room.features.set(_features(locked, feature_ids))
    property_touch([locked.pk])
    record(EventKind.ROOM_ADDED, by=by, property_id=locked.pk, subject=("room", room.pk))
    return room


def room_change(
    locked: Property,
    room: Room,
    *,
    room_type_id: int | None = None,
    feature_ids: Collection[int] | None = None,
    **values: object,
) -> list[str]:
    """Change what is given of a room of a locked property; returns the names of what changed.

    Where places for adults or children change and the occupancy is not given, it follows them.
    Whoever changes the room records the event. Raises as `room_add` does.
    """
    full = room.max_occupancy == room.max_adults + room.max_children
    changed = fields_set(room, values, allowed=FIELDS)
    if "max_occupancy" not in values and set(changed) & set(MAXIMA):
        most = room.max_adults + room.max_children
        room.max_occupancy = most if full else min(room.max_occupancy, most)
    _check_places(room, {"max_occupancy": room.max_occupancy})
    _check_amounts(locked, room, changed)
    if room_type_id is not None and room_type_id != room.room_type_id:
        check_types(locked, {room_type_id})
        room.room_type_id = room_type_id
        changed.append("room_type_id")
    if _features_change(locked, room, feature_ids):
        changed.append("features")
    if changed:
        room.save()
        property_touch([locked.pk])
    return changed


def rooms_end(locked: Property, rooms: Collection[Room]) -> None:
    """Delete rooms of a locked property; past bookings keep them, their numbers are free.

    Whoever deletes them records the event, and sees to it that nobody has one.
    """
    Room.objects.filter(pk__in=[room.pk for room in rooms]).update(deleted_at=timezone.now())
    property_touch([locked.pk])


def rooms_of(locked: Property, room_ids: Collection[int]) -> list[Room]:
    """Rooms of a locked property, in the order of their ids. Raises `room_not_found`."""
    rooms = list(Room.objects.filter(property=locked, pk__in=room_ids).order_by("pk"))
    if len(rooms) < len(room_ids):
        raise DomainError("room_not_found")
    return rooms


def _check_places(room: Room, given: Mapping[str, object]) -> None:
    if "max_occupancy" not in given:
        room.max_occupancy = room.max_adults + room.max_children
    problems = {}
    if problem := occupancy_problem(room):
        problems["max_occupancy"] = [problem]
    if room.single_supplement < 0:
        problems["singleperson_suppliment"] = ["Not below 0."]
    if problems:
        raise DomainError("validation_failed", fields=problems)


def _check_amounts(prop: Property, room: Room, changed: Collection[str]) -> None:
    amounts_check(
        {name: getattr(room, field) for field, name in AMOUNTS.items() if field in changed},
        prop.settings.currency,
    )


def _features(prop: Property, feature_ids: Collection[int]) -> set[int]:
    wanted = set(feature_ids)
    if not wanted:
        return wanted
    usable = set(room_features_usable(prop=prop).values_list("pk", flat=True))
    if unknown := wanted - usable:
        problem = f"Not applicable at this property: {', '.join(map(str, sorted(unknown)))}."
        raise DomainError("validation_failed", fields={"room_features_uid": [problem]})
    return wanted


def _features_change(prop: Property, room: Room, feature_ids: Collection[int] | None) -> bool:
    if feature_ids is None:
        return False
    wanted = _features(prop, feature_ids)
    if wanted == set(room.features.values_list("pk", flat=True)):
        return False
    room.features.set(wanted)
    return True

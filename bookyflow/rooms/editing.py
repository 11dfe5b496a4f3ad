"""Single rooms: added with all their fields, changed, deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db import connection, transaction
from django.utils import timezone

from bookyflow.core.acting import Actor
from bookyflow.core.changes import fields_set
from bookyflow.core.errors import DomainError
from bookyflow.core.money import amounts_check
from bookyflow.events.models import EventKind
from bookyflow.events.services import Happening, record, record_many
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.properties.services import property_touch
from bookyflow.rooms import sql
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
    prop: Property,
    room_type_id: int,
    by: Actor,
    feature_ids: Collection[int] = (),
    **values: object,
) -> Room:
    """Add one room; `values` are named in FIELDS.

    What is None or empty counts as not given. Without a number it gets the next one; without an
    occupancy, places for all its adults and children. Raises DomainError `single_room_property`,
    `too_many_rooms_here`, `room_type_incorrect`, `validation_failed` for an occupancy that does not
    go with the places, a negative supplement and features that cannot be used here,
    ValidationError for a value at fault; a number that another room has is refused by the database
    (room_number_once).
    """
    locked = property_lock(prop.pk)
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


@transaction.atomic
def room_update(
    *,
    prop: Property,
    room_id: int,
    by: Actor,
    room_type_id: int | None = None,
    feature_ids: Collection[int] | None = None,
    **values: object,
) -> Room:
    """Change what is given of a room; `values` are named in FIELDS.

    Where places for adults or children change and the occupancy is not given, it follows them.
    The one room of a property that is let as a whole takes the property's prices and the nights
    that are stopped along to its new type; prices are an event of their own. One event, unless
    nothing changed. Raises as `room_add` does, and DomainError `room_not_found`.
    """
    locked = property_lock(prop.pk)
    room = _own(locked, [room_id])[0]
    full = room.max_occupancy == room.max_adults + room.max_children
    changed = fields_set(room, values, allowed=FIELDS)
    if "max_occupancy" not in values and set(changed) & set(MAXIMA):
        most = room.max_adults + room.max_children
        room.max_occupancy = most if full else min(room.max_occupancy, most)
    _check_places(room, {"max_occupancy": room.max_occupancy})
    _check_amounts(locked, room, changed)
    happenings = [Happening(EventKind.ROOM_UPDATED, locked.pk, ("room", room.pk))]
    if room_type_id is not None and room_type_id != room.room_type_id:
        check_types(locked, {room_type_id})
        happenings += _whole_follows(locked, room.room_type_id, room_type_id)
        room.room_type_id = room_type_id
        changed.append("room_type_id")
    if _features_change(locked, room, feature_ids):
        changed.append("features")
    if changed:
        room.save()
        property_touch([locked.pk])
        record_many(happenings, by=by)
    return room


@transaction.atomic
def room_delete(*, prop: Property, room_id: int, by: Actor) -> None:
    """Delete a room that nobody has today or later; past bookings keep it.

    Its number may be given again. Raises DomainError `room_not_found`, `room_has_bookings` (also
    for a block or a hold), and `single_room_property` for the one room of a property that is let
    as a whole.
    """
    locked = property_lock(prop.pk)
    _delete(locked, [room_id])
    record(EventKind.ROOM_DELETED, by=by, property_id=locked.pk, subject=("room", room_id))


@transaction.atomic
def rooms_delete(*, prop: Property, room_ids: Iterable[int], by: Actor) -> None:
    """Delete rooms as `room_delete` does, all of them or none; one event. No ids: nothing."""
    ids = sorted(set(room_ids))
    if not ids:
        return
    locked = property_lock(prop.pk)
    _delete(locked, ids)
    record(
        EventKind.ROOMS_MULTIPLE_DELETED,
        by=by,
        property_id=locked.pk,
        subject=("property", locked.pk),
        room_ids=ids,
    )


def _delete(prop: Property, room_ids: list[int]) -> None:
    rooms = _own(prop, room_ids)
    if prop.property_type.is_single_unit:
        raise DomainError("single_room_property", "The one room of the property has to stay.")
    with connection.cursor() as cursor:
        cursor.execute(
            sql.ROOMS_WITH_NIGHTS,
            {"property_id": prop.pk, "room_ids": room_ids, "today": prop.settings.today()},
        )
        taken = {room_id for (room_id,) in cursor.fetchall()}
    if taken:
        numbers = ", ".join(room.number for room in rooms if room.pk in taken)
        raise DomainError("room_has_bookings", f"Somebody has room {numbers} today or later.")
    Room.objects.filter(pk__in=room_ids).update(deleted_at=timezone.now())
    property_touch([prop.pk])


def _own(prop: Property, room_ids: list[int]) -> list[Room]:
    rooms = list(Room.objects.filter(property=prop, pk__in=room_ids).order_by("pk"))
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
        problem = f"Not usable here: {', '.join(map(str, sorted(unknown)))}."
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


def _whole_follows(prop: Property, former: int, room_type_id: int) -> list[Happening]:
    """Move prices and stopped nights of a property that is let as a whole to its new room type."""
    if not prop.property_type.is_single_unit:
        return []
    parameters = {"property_id": prop.pk, "room_type_id": room_type_id, "former": former}
    with connection.cursor() as cursor:
        cursor.execute(sql.DROP_TYPE_DAYS, parameters)
        cursor.execute(sql.MOVE_TYPE_DAYS, parameters)
        cursor.execute(sql.MOVE_TARIFF_TYPES, parameters)
        ids = sorted(pk for (pk,) in cursor.fetchall())
    if not ids:
        return []
    data = {"tariff_type_ids": ids}
    return [Happening(EventKind.TARIFFS_UPDATED, prop.pk, ("property", prop.pk), data)]

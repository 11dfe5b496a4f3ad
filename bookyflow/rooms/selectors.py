from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from bookyflow.core.prepared import columns, instances, selected
from bookyflow.properties.models import Property, PropertyType
from bookyflow.rooms.models import Room, RoomFeature, RoomType


@cache
def room_columns() -> str:
    """What to SELECT for `rooms_of`, where the tables are called `room` and `room_type`."""
    return f"{selected(Room, 'room')}, {selected(RoomType, 'room_type')}"


def rooms_of(rows: Iterable[Sequence[Any]]) -> list[Room]:
    """Rooms with their types, of rows of what `room_columns` has read. Those of a type share it."""
    own, rows = len(columns(Room)), list(rows)
    # The id comes first, and of rows with the same one any will do.
    types = {
        one.pk: one for one in instances(RoomType, {row[own]: row[own:] for row in rows}.values())
    }
    found = instances(Room, [row[:own] for row in rows])
    relation: Any = Room._meta.get_field("room_type")
    for room, row in zip(found, rows, strict=True):
        relation.set_cached_value(room, types[row[own]])
    return found


def room_list(*, prop: Property) -> QuerySet[Room]:
    """A property's rooms with their types, by number and name."""
    return Room.objects.filter(property=prop).select_related("room_type")


def rooms_with_features(*, prop: Property) -> QuerySet[Room]:
    """The rooms of `room_list` with their features; two queries."""
    return room_list(prop=prop).prefetch_related("features")


def room_features_usable(*, prop: Property) -> QuerySet[RoomFeature]:
    """The features that a property's rooms can have: shared ones that fit it, and its own."""
    fitting = Q(property_types=prop.property_type_id) | Q(property_types=None)
    return RoomFeature.objects.filter((Q(property=None) & fitting) | Q(property=prop)).distinct()


def room_type_features(*, prop: Property, room_type_id: int) -> QuerySet[RoomFeature]:
    """The features that any of a property's rooms of a type has, by name."""
    rooms = Room.objects.filter(property=prop, room_type=room_type_id, features=OuterRef("pk"))
    return RoomFeature.objects.filter(Exists(rooms))


def room_types_shared() -> QuerySet[RoomType]:
    """The site-wide room types by name, with the property types they fit."""
    return RoomType.objects.filter(property=None).prefetch_related("property_types")


def room_types_usable(
    *, property_type: PropertyType | int, property_id: int | None = None
) -> QuerySet[RoomType]:
    """Room types a property may use: shared ones of its type (or its type's id), and its own."""
    return RoomType.objects.filter(
        Q(property=None, property_types=property_type) | Q(property=property_id or 0)
    ).distinct()


def room_types_by_property(*, properties: Iterable[Property]) -> dict[int, set[int]]:
    """The ids of the room types that each property may use, by its id, as `room_types_usable`.

    Two queries for any number of properties.
    """
    types = {prop.pk: prop.property_type_id for prop in properties}
    shared: dict[int, set[int]] = defaultdict(set)
    fitting = RoomType.property_types.through.objects.filter(
        roomtype__property=None, propertytype__in=set(types.values())
    )
    for property_type, room_type in fitting.values_list("propertytype", "roomtype"):
        shared[property_type].add(room_type)
    own: dict[int, set[int]] = defaultdict(set)
    for pk, room_type in RoomType.objects.filter(property__in=types).values_list("property", "pk"):
        own[pk].add(room_type)
    return {pk: shared[property_type] | own[pk] for pk, property_type in types.items()}


def room_types_with_rooms(*, prop: Property) -> QuerySet[RoomType]:
    """The types that a property has rooms of, by name."""
    rooms = Room.objects.filter(property=prop, room_type=OuterRef("pk"))
    return RoomType.objects.filter(Exists(rooms)).order_by("name", "pk")

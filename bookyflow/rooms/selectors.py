from __future__ import annotations

from django.db.models import Q, QuerySet

from bookyflow.properties.models import Property, PropertyType
from bookyflow.rooms.models import Room, RoomType


def room_list(*, prop: Property) -> QuerySet[Room]:
    """A property's rooms with their types, by number and name."""
    return Room.objects.filter(property=prop).select_related("room_type")


def room_types_shared() -> QuerySet[RoomType]:
    """The site-wide room types by name, with the property types they fit."""
    return RoomType.objects.filter(property=None).prefetch_related("property_types")


def room_types_usable(
    *, property_type: PropertyType, property_id: int | None = None
) -> QuerySet[RoomType]:
    """Room types a property may use: shared ones of its type, and its own."""
    return RoomType.objects.filter(
        Q(property=None, property_types=property_type) | Q(property=property_id or 0)
    ).distinct()

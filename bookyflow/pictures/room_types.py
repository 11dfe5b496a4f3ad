"""Room types with the pictures that properties have of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from bookyflow.pictures.models import Image
from bookyflow.properties.models import Property
from bookyflow.rooms.models import RoomType
from bookyflow.rooms.selectors import room_types_usable


@dataclass(frozen=True)
class PicturedRoomType:
    """A room type; `file` is the stored name of a property's first picture of it, or ""."""

    room_type: RoomType
    file: str


def first_picture(*, property_id: int | OuterRef, room_type: OuterRef) -> Coalesce:
    """The stored name of the first picture that a property has of a room type, or ""."""
    found = Image.objects.filter(
        kind=Image.Kind.ROOM_TYPE, property=property_id, room_type=room_type
    )
    first = Subquery(found.order_by("position", "pk").values("file")[:1])
    return Coalesce(first, Value(""), output_field=TextField())


def room_types_pictured(*, prop: Property) -> dict[int, PicturedRoomType]:
    """The room types that a property may use, by id; one query."""
    usable = room_types_usable(property_type=prop.property_type, property_id=prop.pk)
    found = usable.annotate(picture=first_picture(property_id=prop.pk, room_type=OuterRef("pk")))
    return {one.pk: PicturedRoomType(one, one.picture) for one in found}

"""The room types that the site offers to choose from, with names in a language."""

from __future__ import annotations

from dataclasses import dataclass

from bookyflow.core.seeded_names import name_in
from bookyflow.properties.dictionaries import Entry, ordered
from bookyflow.rooms.models import RoomFeature
from bookyflow.rooms.selectors import room_types_shared


@dataclass(frozen=True)
class SharedRoomType(Entry):
    """A room type that belongs to no single property; `property_type_ids` empty: of all types."""

    property_type_ids: tuple[int, ...] = ()


def room_types_named(*, language: str) -> list[SharedRoomType]:
    """The shared room types by name; two queries."""
    return ordered(
        SharedRoomType(
            row.pk,
            name_in(language, kind="room_type", pk=row.pk, name=row.name),
            row.description,
            tuple(sorted(one.pk for one in row.property_types.all())),
        )
        for row in room_types_shared()
    )


def room_features_named() -> list[Entry]:
    """The room features that belong to no single property, by name; sites make them themselves."""
    rows = RoomFeature.objects.filter(property=None).values_list("pk", "name", "description")
    return ordered(Entry(*row) for row in rows)

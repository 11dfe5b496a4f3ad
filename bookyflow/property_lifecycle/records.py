"""Everything about properties that their managers may see at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet

from bookyflow.core.places import region_number
from bookyflow.pictures.room_types import PicturedRoomType, first_picture
from bookyflow.properties.models import Property, PropertyFeature, PropertyText
from bookyflow.properties.selectors import Reach, property_texts, reachable
from bookyflow.rooms.models import Room, RoomFeature


@dataclass(frozen=True)
class PropertyRecord:
    """A property with its texts, features and rooms; `texts` has every field of PropertyText.

    `pictures` has the stored name of the first picture of each type of its rooms, or "", by id.
    """

    prop: Property
    texts: dict[str, str]
    rooms: list[Room]
    pictures: dict[int, str]

    @property
    def region_number(self) -> int | None:
        """The region, as core.places numbers them; None where there is none."""
        return region_number(self.prop.region) if self.prop.region else None

    @property
    def features(self) -> list[PropertyFeature]:
        """What the property has, by name."""
        return list(self.prop.features.all())

    @property
    def feature_ids(self) -> list[int]:
        """The ids of its features."""
        return [feature.pk for feature in self.features]

    @property
    def features_by_id(self) -> dict[int, PropertyFeature]:
        """Its features by id."""
        return {feature.pk: feature for feature in self.features}

    @property
    def room_features(self) -> dict[int, RoomFeature]:
        """What its rooms have, by id."""
        return {feature.pk: feature for room in self.rooms for feature in room.features.all()}

    @property
    def room_ids(self) -> dict[int, int]:
        """The ids of its rooms, by themselves."""
        return {room.pk: room.pk for room in self.rooms}

    @property
    def room_types(self) -> dict[int, PicturedRoomType]:
        """The types of its rooms, by id."""
        types = {room.room_type_id: room.room_type for room in self.rooms}
        return {pk: PicturedRoomType(one, self.pictures[pk]) for pk, one in types.items()}

    @property
    def rooms_by_type(self) -> dict[int, list[int]]:
        """Room type id → ids of rooms."""
        return {pk: list(rooms) for pk, rooms in self._by_type("pk").items()}

    @property
    def max_people(self) -> dict[int, dict[int, int]]:
        """Room type id → room id → people."""
        return self._by_type("max_occupancy")

    @property
    def max_adults(self) -> dict[int, dict[int, int]]:
        """Room type id → room id → adults."""
        return self._by_type("max_adults")

    @property
    def max_children(self) -> dict[int, dict[int, int]]:
        """Room type id → room id → children."""
        return self._by_type("max_children")

    def _by_type(self, name: str) -> dict[int, dict[int, int]]:
        found: dict[int, dict[int, int]] = {}
        for room in self.rooms:
            found.setdefault(room.room_type_id, {})[room.pk] = getattr(room, name)
        return found


def properties_with_all(*, reach: Reach) -> QuerySet[Property]:
    """The reachable properties, by id, with settings and type; features in one query more."""
    found = reachable(reach).select_related("settings", "property_type")
    return found.prefetch_related("features")


def property_records(*, properties: Sequence[Property], language: str) -> dict[int, PropertyRecord]:
    """The records of properties by id, with texts in a language and all rooms; three queries.

    `properties` come from `properties_with_all`.
    """
    ids = [prop.pk for prop in properties]
    texts = property_texts(property_ids=ids, language=language)
    rooms: dict[int, list[Room]] = {pk: [] for pk in ids}
    pictures: dict[int, dict[int, str]] = {pk: {} for pk in ids}
    picture = first_picture(property_id=OuterRef("property"), room_type=OuterRef("room_type"))
    found = Room.objects.filter(property__in=ids).select_related("room_type")
    for room in found.annotate(picture=picture).prefetch_related("features"):
        rooms[room.property_id].append(room)
        pictures[room.property_id][room.room_type_id] = room.picture
    return {
        prop.pk: PropertyRecord(
            prop, _texts(prop, texts.get(prop.pk, {})), rooms[prop.pk], pictures[prop.pk]
        )
        for prop in properties
    }


def _texts(prop: Property, texts: dict[str, str]) -> dict[str, str]:
    every = dict.fromkeys(PropertyText.Field.values, "")
    told = {name: text for name, text in texts.items() if text}
    return every | {PropertyText.Field.NAME: prop.name} | told

"""Adding rooms to many properties at once: the rules of services.py, one statement per table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, record_many
from bookyflow.properties.locking import properties_lock
from bookyflow.properties.models import Property, PropertyType
from bookyflow.rooms.models import Room
from bookyflow.rooms.selectors import room_types_by_property
from bookyflow.rooms.services import RoomsToAdd, check_rooms, new_rooms, room_type_refused


@transaction.atomic
def rooms_add_to_many(
    *, wanted: Mapping[int, Sequence[RoomsToAdd]], by: Actor
) -> dict[int, list[Room]]:
    """Add rooms to new properties, by property id, as `rooms_add` does; all of them or none.

    The versions of the properties stay: nobody has read them yet.

    Returns the rooms by property id. One event per property. Raises as `rooms_add`.
    """
    locked = properties_lock(Property.objects.filter(pk__in=wanted, deleted_at=None))
    if locked.keys() != wanted.keys():
        raise DomainError("property_not_found")
    types = PropertyType.objects.in_bulk({prop.property_type_id for prop in locked.values()})
    usable = room_types_by_property(properties=locked.values())
    numbers: dict[int, list[str]] = defaultdict(list)
    for pk, number in Room.objects.filter(property__in=locked).values_list("property", "number"):
        numbers[pk].append(number)
    rooms: list[Room] = []
    for pk, items in wanted.items():
        check_rooms(
            types[locked[pk].property_type_id],
            wanted=sum(item.count for item in items),
            rooms_there=len(numbers[pk]),
        )
        if unknown := {item.room_type_id for item in items} - usable[pk]:
            raise room_type_refused(min(unknown))
        rooms += new_rooms(pk, items, numbers[pk])
    added: dict[int, list[Room]] = {pk: [] for pk in wanted}
    for room in Room.objects.bulk_create(rooms):
        added[room.property_id].append(room)
    record_many(
        [
            EventDraft(
                EventKind.ROOMS_MULTIPLE_ADDED,
                pk,
                ("property", pk),
                {"room_ids": [room.pk for room in of_one]},
            )
            for pk, of_one in added.items()
        ],
        by=by,
    )
    return added

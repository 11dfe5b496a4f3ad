from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.money import amounts_check
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property, PropertyType
from bookyflow.properties.services import property_touch
from bookyflow.rooms.models import Room, RoomType
from bookyflow.rooms.selectors import room_types_usable

MOST_ROOMS = 1000  # in one call
MOST_AT_ONE = 5000  # of one property: who books there looks at all that are free, under its lock
LONGEST_NUMBER = 9  # digits; what is longer is no number that others go on from
DEFAULT_UNIT_GUESTS = 10  # of the one unit that a property let as a whole begins with


@dataclass(frozen=True)
class RoomsToAdd:
    """`count` new rooms of one type for `max_guests` adults each; amounts are per night."""

    room_type_id: int
    count: int
    max_guests: int
    surcharge: Decimal = Decimal(0)


@transaction.atomic
def rooms_add(*, property_id: int, items: Sequence[RoomsToAdd], by: Actor) -> list[Room]:
    """Add rooms, all of them or none, in one statement; one event per item.

    Numbers go on after the highest numeric one, with two digits at least. A property that is let
    as a whole has one room: `single_room_property`. Raises also `property_not_found`,
    `room_type_incorrect`, `validation_failed` for more than MOST_ROOMS in one call, and
    `too_many_rooms_here` when the property would have more than MOST_AT_ONE.
    """
    return _add(property_lock(property_id), items, by=by)


def _add(locked: Property, items: Sequence[RoomsToAdd], *, by: Actor) -> list[Room]:
    numbers = list(Room.objects.filter(property=locked).values_list("number", flat=True))
    wanted = sum(item.count for item in items)
    check_rooms(locked.property_type, wanted=wanted, rooms_there=len(numbers))
    check_types(locked, {item.room_type_id for item in items})
    for item in items:
        amounts_check({"surcharge": item.surcharge}, locked.settings.currency)
    added = Room.objects.bulk_create(new_rooms(locked.pk, items, numbers))
    property_touch([locked.pk])
    start = 0
    for item in items:
        record(
            EventKind.ROOMS_MULTIPLE_ADDED,
            by=by,
            property_id=locked.pk,
            subject=("property", locked.pk),
            room_ids=[room.pk for room in added[start : start + item.count]],
        )
        start += item.count
    return added


def check_rooms(property_type: PropertyType, *, wanted: int, rooms_there: int) -> None:
    """Raise DomainError when a property of this type and so many rooms cannot have more."""
    if property_type.is_single_unit and rooms_there + wanted > 1:
        raise DomainError("single_room_property")
    if wanted > MOST_ROOMS:
        raise DomainError(
            "validation_failed", fields={"rooms": [f"At most {MOST_ROOMS} rooms in one call."]}
        )
    if rooms_there + wanted > MOST_AT_ONE:
        raise DomainError("too_many_rooms_here", f"A property has at most {MOST_AT_ONE} rooms.")


def new_rooms(property_id: int, items: Sequence[RoomsToAdd], numbers: Iterable[str]) -> list[Room]:
    """The rooms, unsaved; `numbers` are those that the property has."""
    number = _highest(numbers)
    return [
        Room(
            property_id=property_id,
            room_type_id=item.room_type_id,
            number=f"{(number := number + 1):02}",
            max_adults=item.max_guests,
            max_occupancy=item.max_guests,
            surcharge=item.surcharge,
        )
        for item in items
        for _ in range(item.count)
    ]


def next_number(numbers: Iterable[str]) -> str:
    """The number after the highest numeric one, with two digits at least."""
    return f"{_highest(numbers) + 1:02}"


def _highest(numbers: Iterable[str]) -> int:
    counted = (n for n in numbers if n.isascii() and n.isdigit() and len(n) <= LONGEST_NUMBER)
    return max(map(int, counted), default=0)


def room_type_refused(room_type_id: int, *, field: str = "room_type_id") -> DomainError:
    """The refusal of a room type that a property cannot use."""
    return DomainError(
        "room_type_incorrect",
        f"Room type {room_type_id} cannot be used at this property.",
        fields={field: ["Not applicable at this property."]},
    )


def check_types(prop: Property, room_type_ids: set[int], *, field: str = "room_type_id") -> None:
    """Raise DomainError `room_type_incorrect`, naming `field`, for a type it cannot use."""
    usable = room_types_usable(property_type=prop.property_type_id, property_id=prop.pk)
    unknown = room_type_ids - set(usable.filter(pk__in=room_type_ids).values_list("pk", flat=True))
    if unknown:
        raise room_type_refused(min(unknown), field=field)


@transaction.atomic
def unit_add_default(*, property_id: int, by: Actor) -> list[Room]:
    """Give a new property that is let as a whole its one room, of the first type that fits.

    Nothing happens for other properties, or where the property type has no room type. Raises
    DomainError `property_not_found`, and `single_room_property` where it has its room.
    """
    locked = property_lock(property_id)
    if not locked.property_type.is_single_unit:
        return []
    room_type: RoomType | None = room_types_usable(property_type=locked.property_type).first()
    if room_type is None:
        return []
    return _add(locked, [RoomsToAdd(room_type.pk, 1, DEFAULT_UNIT_GUESTS)], by=by)

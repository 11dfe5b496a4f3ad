"""Categories of people with prices of their own, and how many of one a room type needs."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet

from bookyflow.core.acting import Actor
from bookyflow.core.changes import fields_set
from bookyflow.core.errors import DomainError
from bookyflow.core.money import amounts_check
from bookyflow.core.percent import PERCENTAGE, is_percentage
from bookyflow.events.models import EventKind
from bookyflow.events.services import record
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property
from bookyflow.rooms.services import check_types
from bookyflow.tariffs.models import GuestType, MinimumOfType
from bookyflow.tariffs.services import tariffs_record

MOST_OF_A_TYPE = 1000
FIELDS = (
    "name",
    "notes",
    "maximum",
    "variance",
    "is_percentage",
    "is_addition",
    "is_child",
    "is_published",
    "position",
)


def guest_type_list(*, prop: Property) -> QuerySet[GuestType]:
    """A property's guest types in the order of display, then by name."""
    return GuestType.objects.filter(property=prop).order_by("position", "name", "pk")


@transaction.atomic
def guest_type_save(
    *, property_id: int, by: Actor, guest_type_id: int | None = None, **values: object
) -> GuestType:
    """Add a guest type, or change what is given of one; `values` are named in FIELDS.

    A new one needs a name. One event, unless nothing changed. Raises DomainError
    `guest_type_not_found`, `validation_failed` for a variance or maximum out of range, and
    ValidationError for another value at fault.
    """
    locked = property_lock(property_id)
    guest_type = GuestType(property=locked)
    if guest_type_id is None:
        values = {"name": ""} | values
    else:
        guest_type = _own(locked, guest_type_id)
    changed = fields_set(guest_type, values, allowed=FIELDS)
    _check(guest_type)
    if not guest_type.is_percentage and {"variance", "is_percentage"} & set(changed):
        amounts_check({"variance": guest_type.variance}, locked.settings.currency)
    if guest_type_id is not None and not changed:
        return guest_type
    if guest_type_id is not None:
        guest_type.version += 1
    guest_type.save()
    _record(EventKind.GUEST_TYPE_SAVED, locked, guest_type.pk, by)
    return guest_type


@transaction.atomic
def guest_type_toggle(*, property_id: int, guest_type_id: int, by: Actor) -> GuestType:
    """Publish a guest type that is not, and the other way round; `is_published` says which now is.

    Raises DomainError `guest_type_not_found`.
    """
    guest_type = _own(property_lock(property_id), guest_type_id)
    return guest_type_save(
        property_id=property_id,
        guest_type_id=guest_type_id,
        is_published=not guest_type.is_published,
        by=by,
    )


@transaction.atomic
def guest_type_delete(*, property_id: int, guest_type_id: int, by: Actor) -> None:
    """Remove a guest type and its minimums; bookings keep the lines that it made.

    Raises DomainError `guest_type_not_found`.
    """
    locked = property_lock(property_id)
    guest_type = _own(locked, guest_type_id)
    # All of it, since nothing else will tell what it was.
    was = {name: getattr(guest_type, name) for name in FIELDS}
    guest_type.delete()
    was["variance"] = str(was["variance"])
    _record(EventKind.GUEST_TYPE_DELETED, locked, guest_type_id, by, **was)


def guest_minimums(*, prop: Property) -> dict[int, dict[int, int]]:
    """How many guests of a type are needed: room type id → guest type id → number."""
    found: dict[int, dict[int, int]] = {}
    for one in MinimumOfType.objects.filter(property=prop).order_by("room_type", "guest_type"):
        found.setdefault(one.room_type_id, {})[one.guest_type_id] = one.quantity
    return found


@transaction.atomic
def guest_minimums_set(
    *, property_id: int, room_type_id: int, minimums: Mapping[int, int], by: Actor
) -> None:
    """Write all minimums of a room type: number by guest type id; 0 for none.

    One event, `tariffs_updated`, unless nothing changed. Raises DomainError `room_type_incorrect`,
    `guest_type_not_found`, `validation_failed` for a number below 0 or far too large.
    """
    locked = property_lock(property_id)
    check_types(locked, {room_type_id})
    if not minimums.keys() <= set(guest_type_list(prop=locked).values_list("pk", flat=True)):
        raise DomainError("guest_type_not_found")
    if any(not 0 <= quantity <= MOST_OF_A_TYPE for quantity in minimums.values()):
        raise DomainError(
            "validation_failed", fields={"minimums": [f"From 0 to {MOST_OF_A_TYPE}."]}
        )
    wanted = {guest_type: quantity for guest_type, quantity in minimums.items() if quantity}
    if wanted == guest_minimums(prop=locked).get(room_type_id, {}):
        return
    MinimumOfType.objects.filter(property=locked, room_type=room_type_id).delete()
    MinimumOfType.objects.bulk_create(
        MinimumOfType(
            property=locked, room_type_id=room_type_id, guest_type_id=pk, quantity=quantity
        )
        for pk, quantity in wanted.items()
    )
    tariffs_record(prop=locked, by=by, changed="guest_minimums")


def _own(prop: Property, guest_type_id: int) -> GuestType:
    found = GuestType.objects.filter(property=prop, pk=guest_type_id).first()
    if found is None:
        raise DomainError("guest_type_not_found")
    return found


def _check(guest_type: GuestType) -> None:
    problems = {}
    if guest_type.is_percentage and not is_percentage(guest_type.variance):
        problems["variance"] = [PERCENTAGE]
    elif guest_type.variance < 0:
        problems["variance"] = ["Not below 0."]
    if not 1 <= guest_type.maximum <= MOST_OF_A_TYPE:
        problems["maximum"] = [f"From 1 to {MOST_OF_A_TYPE}."]
    if problems:
        raise DomainError("validation_failed", fields=problems)


def _record(kind: EventKind, prop: Property, guest_type_id: int, by: Actor, **was: object) -> None:
    record(kind, by=by, property_id=prop.pk, subject=("guest_type", guest_type_id), **was)

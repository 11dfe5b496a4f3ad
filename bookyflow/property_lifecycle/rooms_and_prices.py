"""Rooms and prices in one call, for properties in normal mode: one price a room type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from bookyflow.availability.selectors import rooms_occupied
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import Property, TariffMode
from bookyflow.property_lifecycle.rooms import room_update, rooms_delete
from bookyflow.rooms.models import Room
from bookyflow.rooms.selectors import room_types_usable
from bookyflow.rooms.services import DEFAULT_UNIT_GUESTS, RoomsToAdd, room_type_refused, rooms_add
from bookyflow.tariffs.editing import OnePrice, price_check, tariffs_save_normal
from bookyflow.tariffs.models import TariffType
from bookyflow.tariffs.selectors import tariff_type_list
from bookyflow.tariffs.tariff_types import tariff_delete
from bookyflow.tariffs.writing import mode_check, tariff_type_find


@dataclass(frozen=True)
class RoomsAndPrice:
    """How many rooms a type has, and its price a night for at most so many adults.

    New rooms take `capacity` adults. A `price` of None leaves the one that there is. `room_ids`
    are the rooms that the caller knows of, `tariff_type_id` the tariff; None: not said.
    """

    count: int
    capacity: int = 1
    price: Decimal | None = None
    max_people: int = 1
    room_ids: tuple[int, ...] | None = None
    tariff_type_id: int | None = None


@transaction.atomic
def rooms_and_prices_save(
    *, property_id: int, wanted: Mapping[int, RoomsAndPrice], by: Actor
) -> dict[int, int]:
    """Give room types, by id, so many rooms and one price each; all or none.

    Returns the ids of their tariff types, where they have one, by room type. Types that are left
    out stay as they are. Of too many rooms the first ones go that nobody has today or later, in
    the order of `room_ids`, else the newest: fewer may go than are too many. The tariff of a type
    without rooms goes once all its rooms are gone. Prices are as for `tariffs_save_normal`.

    Raises DomainError `tariff_save_method_not_valid`, `wrong_endpoint_property_is_srp` for a
    property that is let as a whole, `tariff_type_not_found`, `conflict` for rooms that are not
    those that the caller knows of, and as `rooms_add` and `tariffs_save_normal`.
    """
    locked = property_lock(property_id)
    mode_check(locked, TariffMode.NORMAL)
    if locked.property_type.is_single_unit:
        raise DomainError("wrong_endpoint_property_is_srp")
    tariffs = _tariffs(locked)
    rooms = _rooms(locked, wanted)
    kept = _without_unknown(locked, wanted)
    for room_type_id, one in kept.items():
        _check_tariff(locked, tariffs.get(room_type_id), one.tariff_type_id)
        _check_rooms(room_type_id, rooms[room_type_id], one.room_ids)
    rooms_delete(property_id=property_id, room_ids=_surplus(locked, kept, rooms), by=by)
    new = [
        RoomsToAdd(room_type_id, missing, one.capacity)
        for room_type_id, one in kept.items()
        if (missing := one.count - len(rooms[room_type_id])) > 0
    ]
    if new:
        rooms_add(property_id=property_id, items=new, by=by)
    _end_tariffs(locked, kept, tariffs, by=by)
    prices = {
        room_type_id: OnePrice(one.price, one.max_people)
        for room_type_id, one in kept.items()
        if one.count and one.price is not None
    }
    if prices:
        tariffs_save_normal(property_id=property_id, prices=prices, by=by)
    now = _tariffs(locked)
    return {room_type_id: now[room_type_id].pk for room_type_id in kept if room_type_id in now}


@transaction.atomic
def unit_and_price_save(
    *,
    property_id: int,
    room_type_id: int,
    price: Decimal,
    by: Actor,
    max_people: int | None = None,
    room_id: int | None = None,
    tariff_type_id: int | None = None,
) -> int:
    """Give a property that is let as a whole its room's type and its one price.

    Returns the id of its tariff type. The room that is there becomes one of the type, and prices
    come along; where none is there it is added, for `max_people` adults. Without `max_people` the
    price is for any number. The price is as for `tariffs_save_normal`.

    Raises DomainError `tariff_save_method_not_valid`, `wrong_endpoint_property_is_mrp` for a
    property that lets single rooms, `room_not_found`, `tariff_type_not_found`,
    `room_type_incorrect`, and as `tariffs_save_normal`.
    """
    locked = property_lock(property_id)
    mode_check(locked, TariffMode.NORMAL)
    if not locked.property_type.is_single_unit:
        raise DomainError("wrong_endpoint_property_is_mrp")
    price_check("price", price, locked.settings.currency)
    room = Room.objects.filter(property=locked).first()
    if room_id is not None and (room is None or room.pk != room_id):
        raise DomainError("room_not_found")
    known = next(iter(tariff_type_list(prop=locked)), None)
    _check_tariff(locked, known, tariff_type_id)
    if room is not None:
        room_update(property_id=property_id, room_id=room.pk, room_type_id=room_type_id, by=by)
    else:
        unit = RoomsToAdd(room_type_id, 1, max_people or DEFAULT_UNIT_GUESTS)
        rooms_add(property_id=property_id, items=[unit], by=by)
    one = OnePrice(price, max_people or TariffType().max_people)
    found = tariffs_save_normal(property_id=property_id, prices={room_type_id: one}, by=by)
    return found[room_type_id]


def _tariffs(locked: Property) -> dict[int, TariffType]:
    """The oldest tariff type of each room type, which is its only one in this mode."""
    return {one.room_type_id: one for one in tariff_type_list(prop=locked).order_by("-pk")}


def _rooms(locked: Property, wanted: Mapping[int, RoomsAndPrice]) -> dict[int, list[int]]:
    """The ids of the rooms of each type, the newest first."""
    found: dict[int, list[int]] = {room_type_id: [] for room_type_id in wanted}
    rooms = Room.objects.filter(property=locked, room_type__in=wanted).order_by("-pk")
    for pk, room_type_id in rooms.values_list("pk", "room_type"):
        found[room_type_id].append(pk)
    return found


def _without_unknown(
    locked: Property, wanted: Mapping[int, RoomsAndPrice]
) -> dict[int, RoomsAndPrice]:
    """What is wanted, by room type, but for no rooms of a type that the property cannot have."""
    usable = set(
        room_types_usable(property_type=locked.property_type_id, property_id=locked.pk)
        .filter(pk__in=wanted)
        .values_list("pk", flat=True)
    )
    unknown = {pk for pk, one in wanted.items() if one.count} - usable
    if unknown:
        raise room_type_refused(min(unknown), field=f"counts[{min(unknown)}]")
    return {pk: one for pk, one in sorted(wanted.items()) if pk in usable}


def _check_tariff(locked: Property, known: TariffType | None, said: int | None) -> None:
    """Refuse a tariff type that is not the one that the price is written to."""
    named = tariff_type_find(locked, said)
    if named is not None and (known is None or named.pk != known.pk):
        raise DomainError("tariff_type_not_found")


def _check_rooms(room_type_id: int, there: Sequence[int], said: Sequence[int] | None) -> None:
    if said is not None and sorted(said) != sorted(there):
        ids = ", ".join(map(str, sorted(there))) or "none"
        problem = f"The rooms of the type are {ids}."
        raise DomainError("conflict", problem, fields={f"room_ids[{room_type_id}]": [problem]})


def _surplus(
    locked: Property, wanted: Mapping[int, RoomsAndPrice], rooms: Mapping[int, list[int]]
) -> list[int]:
    """The rooms to delete: of each type those too many, passing over those that somebody has."""
    there = [room for room_type_id in wanted for room in rooms[room_type_id]]
    today = locked.settings.today()
    taken = rooms_occupied(property_id=locked.pk, room_ids=there, today=today)
    gone: list[int] = []
    for room_type_id, one in wanted.items():
        free = [room for room in one.room_ids or rooms[room_type_id] if room not in taken]
        gone += free[: max(0, len(rooms[room_type_id]) - one.count)]
    return gone


def _end_tariffs(
    locked: Property,
    wanted: Mapping[int, RoomsAndPrice],
    tariffs: Mapping[int, TariffType],
    *,
    by: Actor,
) -> None:
    """End the tariffs of types that were to have no rooms, and have none."""
    empty = {room_type_id for room_type_id, one in wanted.items() if not one.count}
    left = _rooms(locked, dict.fromkeys(empty, RoomsAndPrice(0)))
    for room_type_id in sorted(empty & tariffs.keys()):
        if not left[room_type_id]:
            tariff_delete(property_id=locked.pk, tariff_type_id=tariffs[room_type_id].pk, by=by)

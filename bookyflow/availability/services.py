from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from bookyflow.availability import sql
from bookyflow.availability.models import Occupancy, OccupancyKind
from bookyflow.availability.selectors import free_rooms, sellable
from bookyflow.core.dates import LONGEST_STAY, Stay
from bookyflow.core.errors import DomainError


def rooms_choose(
    *, property_id: int, stay: Stay, quantity: int, room_type_id: int | None, guests: int
) -> list[int]:
    """Pick `quantity` free rooms; the caller holds the property's lock.

    Any fitting rooms do, smallest first, within what may still be sold of each type. Raises
    DomainError `stop_sell` when only types that are not sold have room, else `no_room_available`.
    """
    found = free_rooms(property_id=property_id, stay=stay, room_type_id=room_type_id, guests=guests)
    chosen = [room.room_id for room in sellable(found)][:quantity]
    if len(chosen) == quantity:
        return chosen
    if found and all(room.stop_sell for room in found):
        raise DomainError("stop_sell")
    raise DomainError(
        "no_room_available",
        f"{len(chosen)} of {quantity} room(s) free from {stay.arrival} to {stay.departure}.",
    )


def occupy(
    *,
    property_id: int,
    room_ids: Sequence[int],
    stay: Stay,
    kind: OccupancyKind,
    booking_id: int | None = None,
    pinned: bool = False,
    expires_at: datetime | None = None,
) -> None:
    """Take nights of rooms, all or none; the only function that does.

    The caller holds the property's lock and has a transaction that an error undoes. Raises
    DomainError `room_taken` when somebody has a night of one of them (a room of another property
    counts as taken), `validation_failed` for a stay of more than three years.
    """
    if stay.length > LONGEST_STAY:
        raise DomainError(
            "validation_failed", fields={"departure": [f"At most {LONGEST_STAY} nights."]}
        )
    wanted = set(room_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.OCCUPY,
            {
                "property_id": property_id,
                "room_ids": list(wanted),
                "arrival": stay.arrival,
                "departure": stay.departure,
                "kind": kind,
                "booking_id": booking_id,
                "pinned": pinned,
                "expires_at": expires_at,
            },
        )
        taken = {room_id for (room_id,) in cursor.fetchall()}
    if taken != wanted:
        raise DomainError(
            "room_taken", f"A room is not free from {stay.arrival} to {stay.departure}."
        )


def release(*, booking_id: int) -> int:
    """Free the rooms of a booking; returns how many it held."""
    count, _ = Occupancy.objects.filter(booking=booking_id).delete()
    return count


def expired_holds_drop(*, property_id: int) -> None:
    """Remove holds whose time is over, before rooms are taken."""
    with connection.cursor() as cursor:
        cursor.execute(sql.DROP_EXPIRED_HOLDS, {"property_id": property_id})

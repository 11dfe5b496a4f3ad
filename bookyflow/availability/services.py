from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext, ngettext

from bookyflow.availability import sql
from bookyflow.availability.models import Occupancy, OccupancyKind
from bookyflow.availability.nights import OccupiedNights
from bookyflow.availability.reassignment import RoomsAsked, stays_reassign
from bookyflow.availability.selectors import FreeRoom, free_rooms, sellable
from bookyflow.core.acting import Actor
from bookyflow.core.database import connection
from bookyflow.core.dates import LONGEST_STAY
from bookyflow.core.errors import DomainError
from bookyflow.core.prepared import all_rows, run
from bookyflow.rooms.capacity import capacity_refusals


def rooms_choose(
    *,
    property_id: int,
    nights: OccupiedNights,
    today: date,
    quantity: int,
    room_type_id: int | None = None,
    guests: int = 0,
    adults: int = 0,
    children: int = 0,
    by: Actor | None,
    booking_id: int | None = None,
    unlimited: bool = False,
    free: Sequence[FreeRoom] | None = None,
) -> list[int]:
    """Pick `quantity` free rooms for so many people each; the caller holds the property's lock.

    `today` is the property's. Any fitting rooms do, smallest first, within what may still be sold
    of each type; one query. Where too few are free on all nights, bookings that may be moved go to
    other rooms of their type, which `by` is said to have done; those of `booking_id`, the one that
    is being made, are not. Without `by` nobody is, no lock is needed, and these are the rooms that
    could be had. `unlimited` leaves limits on selling aside, as long as nobody has to move for it.
    `free` is what `free_rooms` has told of the same under the lock, if it was asked. Raises
    DomainError `stop_sell` when only types that are not sold have room, else `no_room_available`,
    which says when rooms are free and too small, or not for sale.
    """
    found = free
    if found is None:
        found = free_rooms(
            property_id=property_id,
            nights=nights,
            today=today,
            room_type_id=room_type_id,
            guests=guests,
            adults=adults,
            children=children,
            unlimited=unlimited,
            wanted=quantity,
        )
    chosen = [room.room_id for room in sellable(found)][:quantity]
    if len(chosen) == quantity:
        return chosen
    asked = RoomsAsked(
        quantity=quantity,
        room_type_id=room_type_id,
        guests=guests,
        adults=adults,
        children=children,
        booking_id=booking_id,
    )
    made = stays_reassign(property_id=property_id, nights=nights, today=today, asked=asked, by=by)
    if made is not None:
        return made
    if found and all(room.stop_sell for room in found):
        raise DomainError("stop_sell")
    if len(found) >= quantity:
        raise DomainError(
            "no_room_available", gettext("The allotment of the room type is sold out.")
        )
    of_any_size = free_rooms(  # whoever they are too small for
        property_id=property_id,
        nights=nights,
        today=today,
        room_type_id=room_type_id,
        wanted=quantity,
    )
    rooms = sellable(of_any_size)[-quantity:]
    if len(rooms) == quantity:
        _check_size(rooms, adults=max(guests - children, adults, 1), children=children)
    raise no_room(nights, quantity=quantity, free=len(chosen))


def rooms_clear(
    *,
    property_id: int,
    room_ids: frozenset[int],
    nights: OccupiedNights,
    today: date,
    booking_id: int,
    by: Actor,
) -> None:
    """Move others out of all of these rooms, or nobody, as `rooms_choose` moves them.

    For guests who are in the house: they should not have to pack. `booking_id` is theirs, and the
    rooms are of it; what was theirs on the nights is let go already.
    """
    asked = RoomsAsked(quantity=len(room_ids), room_ids=room_ids, booking_id=booking_id)
    stays_reassign(property_id=property_id, nights=nights, today=today, asked=asked, by=by)


def _check_size(rooms: Sequence[FreeRoom], *, adults: int, children: int) -> None:
    """Refuse so many people in each of some rooms with the reason that these are too small."""
    for refusal in capacity_refusals(
        rooms,
        adults=adults * len(rooms),
        children=children * len(rooms),
        children_count=True,
    ):
        raise DomainError("no_room_available", refusal.sentence)


def no_room(nights: OccupiedNights, *, quantity: int, free: int = 0) -> DomainError:
    """The refusal of nights on which too few rooms are free."""
    return DomainError(
        "no_room_available",
        ngettext(
            "%(free)s of %(quantity)s room free from %(first)s to %(end)s.",
            "%(free)s of %(quantity)s rooms free from %(first)s to %(end)s.",
            quantity,
        )
        % {"free": free, "quantity": quantity, "first": nights.first, "end": nights.end},
    )


@dataclass(frozen=True)
class Taking:
    """Nights of rooms that are to be taken, all or none.

    A hold needs `expires_at`, and has `hold_id`, or `booking_id` when it is kept for an enquiry;
    all else has `booking_id`. `pinned` rows are never moved to make room. Raises DomainError
    `validation_failed` for a stay of more than three years.
    """

    property_id: int
    room_ids: Collection[int]
    nights: OccupiedNights
    kind: OccupancyKind
    booking_id: int | None = None
    hold_id: int | None = None
    pinned: bool = False
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.nights.length > LONGEST_STAY:
            raise DomainError(
                "validation_failed", fields={"departure": [f"At most {LONGEST_STAY} nights."]}
            )

    def parameters(self) -> dict[str, Any]:
        """Those of `sql.OCCUPY`."""
        return {
            "property_id": self.property_id,
            "room_ids": list(set(self.room_ids)),
            "arrival": self.nights.first,
            "departure": self.nights.end,
            "kind": self.kind.value,
            "booking_id": self.booking_id,
            "hold_id": self.hold_id,
            "pinned": self.pinned,
            "expires_at": self.expires_at,
        }

    def check(self, taken: Collection[int]) -> None:
        """Raise DomainError `room_taken` unless all of the rooms were taken."""
        if set(taken) != set(self.room_ids):
            told = gettext("A room is not free from %(first)s to %(end)s.")
            nights = {"first": self.nights.first, "end": self.nights.end}
            raise DomainError("room_taken", told % nights)


def occupy(taking: Taking) -> None:
    """Take nights of rooms, all or none.

    With `occupy_each`, and the statement of `reservations.creation` by which bookings take their
    rooms, the only way to. The caller holds the property's lock and has a transaction that an error
    undoes. Raises DomainError `room_taken` when somebody has a night of one of them (a room of
    another property counts as taken).
    """
    taking.check({room_id for (room_id,) in all_rows(sql.OCCUPY, taking.parameters())})


def occupy_each(
    *, property_id: int, room_id: int, pieces: Sequence[tuple[int, OccupiedNights]]
) -> None:
    """Take nights of one room for many blocks, all or none, in one statement.

    `pieces` are ids of blocks, each with nights of at most LONGEST_STAY; a block may have several.
    The caller holds the property's lock. Raises DomainError `room_taken`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            sql.OCCUPY_EACH,
            {
                "property_id": property_id,
                "room_id": room_id,
                "block_ids": [block_id for block_id, _nights in pieces],
                "firsts": [nights.first for _block_id, nights in pieces],
                "ends": [nights.end for _block_id, nights in pieces],
            },
        )
        taken = len(cursor.fetchall())
    if taken != len(pieces):
        raise DomainError("room_taken")


def release(*, booking_id: int) -> int:
    """Free the rooms of a booking; returns how many it held."""
    count, _ = Occupancy.objects.filter(booking=booking_id).delete()
    return count


def release_nights(*, booking_id: int, keep: OccupiedNights) -> int:
    """Free the nights of a booking behind those that it keeps, as when guests leave early.

    Rooms that were only taken later are let go altogether. Returns how many rooms have fewer
    nights now. The caller holds the property's lock.
    """
    parameters: dict[str, int | date | datetime] = {"booking_id": booking_id, "from_date": keep.end}
    return _changed(sql.DROP_LATER_ROOMS, parameters) + _changed(sql.SHORTEN, parameters)


def hold_to_booking(*, hold_id: int, booking_id: int) -> int:
    """Turn the rooms of a hold into those of a booking, in place, while the hold lasts.

    Returns how many rooms they are: 0 when the hold has expired or was released. The caller holds
    the property's lock.
    """
    return _changed(sql.HOLD_TO_BOOKING, {"hold_id": hold_id, "booking_id": booking_id})


def enquiry_to_booking(*, booking_id: int) -> int:
    """Turn the rooms that are held for an enquiry into those of its booking, while they are.

    Returns how many rooms they are: 0 when nothing is held any more, so that rooms have to be
    chosen anew. The caller holds the property's lock.
    """
    return _changed(sql.ENQUIRY_TO_BOOKING, {"booking_id": booking_id})


def release_hold(*, hold_id: int) -> int:
    """Free the rooms of a hold that has not become a booking; returns how many it held."""
    count, _ = Occupancy.objects.filter(hold=hold_id, kind=OccupancyKind.HOLD).delete()
    return count


def expired_holds_drop(*, property_id: int) -> None:
    """Remove holds whose time is over, before rooms are taken."""
    run(sql.DROP_EXPIRED_HOLDS, {"property_ids": [property_id]})


def _changed(statement: str, parameters: dict[str, int | date | datetime]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)

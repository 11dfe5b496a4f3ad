"""Taking what a quote promises: rooms, and one more use of its coupon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bookyflow.availability.models import OccupancyKind
from bookyflow.availability.services import occupy, rooms_choose
from bookyflow.core.acting import Actor
from bookyflow.core.dates import Stay
from bookyflow.core.errors import DomainError
from bookyflow.reservations.selectors import coupon_uses
from bookyflow.reservations.wishes import RoomWish
from bookyflow.tariffs.models import Coupon


@dataclass(frozen=True)
class Holder:
    """For whom rooms are taken: a booking, a hold, or an enquiry whose hold ends."""

    kind: OccupancyKind
    booking_id: int | None = None
    hold_id: int | None = None
    expires_at: datetime | None = None


def rooms_take(
    *, property_id: int, stay: Stay, rooms: Sequence[RoomWish], holder: Holder, by: Actor
) -> list[int]:
    """Occupy rooms: certain ones where they were asked for, else any of their type that fits.

    Returns the ids of the rooms, in the order of the wishes. The caller holds the property's lock.
    Raises DomainError `room_taken`, `no_room_available`, `stop_sell`.
    """
    taken: dict[int, int] = {}  # place of the wish → room
    for numbers in _groups(rooms):
        wanted = rooms[numbers[0]]
        if wanted.room_id is not None:
            chosen = [wanted.room_id]
        else:
            chosen = rooms_choose(
                property_id=property_id,
                stay=stay,
                quantity=len(numbers),
                room_type_id=wanted.room_type_id,
                adults=wanted.adults or 0,
                booking_id=holder.booking_id,
                by=by,
            )
        occupy(
            property_id=property_id,
            room_ids=chosen,
            stay=stay,
            kind=holder.kind,
            booking_id=holder.booking_id,
            hold_id=holder.hold_id,
            pinned=wanted.room_id is not None,
            expires_at=holder.expires_at,
        )
        taken |= dict(zip(numbers, chosen, strict=True))
    return [taken[number] for number in range(len(rooms))]


def _groups(rooms: Sequence[RoomWish]) -> list[list[int]]:
    """The places of wishes that are taken together, in the order in which they are taken.

    Certain rooms come first, then the largest parties, so that small ones do not take the rooms
    that only they fit in.
    """
    found: dict[tuple[int | None, int | None, int], list[int]] = {}
    for number, room in enumerate(rooms):
        key = (room.room_id, room.room_type_id, room.adults or 0)
        found.setdefault(key, []).append(number)
    return [
        numbers
        for _, numbers in sorted(found.items(), key=lambda one: (one[0][0] is None, -one[0][2]))
    ]


def coupon_claim(coupon_id: int | None, *, guest_id: int | None = None) -> None:
    """Make sure that a coupon may be used once more; its row is locked until the end.

    Raises DomainError `coupon_invalid` when it is used up.
    """
    if coupon_id is None:
        return
    coupon = Coupon.objects.select_for_update(no_key=True).filter(pk=coupon_id).first()
    if coupon is None:
        raise DomainError("coupon_invalid")
    if coupon.max_uses is not None and coupon_uses(coupon.pk) >= coupon.max_uses:
        raise DomainError("coupon_invalid", "The coupon is used up.")
    per_guest = coupon.max_uses_per_guest
    if guest_id and per_guest is not None and coupon_uses(coupon.pk, guest_id) >= per_guest:
        raise DomainError("coupon_invalid", "The guest has used the coupon as often as may be.")

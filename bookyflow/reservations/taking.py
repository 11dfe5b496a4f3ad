"""Taking what a quote promises: rooms, and one more use of its coupon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import groupby

from django.utils.translation import gettext, gettext_lazy

from bookyflow.availability.models import OccupancyKind
from bookyflow.availability.nights import OccupiedNights
from bookyflow.availability.selectors import FreeRoom, free_rooms
from bookyflow.availability.services import Taking, occupy, rooms_choose
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.reservations.selectors import coupon_uses
from bookyflow.reservations.stay_request import RoomRequest
from bookyflow.tariffs.models import Coupon

USED_UP = gettext_lazy("The coupon is used up.")


@dataclass(frozen=True)
class Holder:
    """For whom rooms are taken: a booking, a hold, or an enquiry whose hold ends."""

    kind: OccupancyKind
    booking_id: int | None = None
    hold_id: int | None = None
    expires_at: datetime | None = None


def rooms_take(
    *,
    property_id: int,
    nights: OccupiedNights,
    today: date,
    rooms: Sequence[RoomRequest],
    holder: Holder,
    by: Actor,
    unlimited: bool = False,
) -> list[int]:
    """Occupy rooms, as `rooms_find` chooses them; their ids, in the order of the request."""
    chosen, last = rooms_find(
        property_id=property_id,
        nights=nights,
        today=today,
        rooms=rooms,
        holder=holder,
        by=by,
        unlimited=unlimited,
    )
    occupy(last)
    return chosen


def rooms_find(
    *,
    property_id: int,
    nights: OccupiedNights,
    today: date,
    rooms: Sequence[RoomRequest],
    holder: Holder,
    by: Actor,
    unlimited: bool = False,
) -> tuple[list[int], Taking]:
    """Choose rooms: certain ones where they were asked for, else any of their type that fits.

    Returns the ids of the rooms, in the order of the request, and what is still to be occupied:
    nearly always all of them. Where requests are not alike, those of one kind are occupied before
    rooms for the next are chosen. `today` is the property's. Limits on selling hold for certain
    rooms, too, unless `unlimited`. The caller holds the property's lock. Raises DomainError
    `room_taken`, `no_room_available`, `stop_sell`, `validation_failed` for a room that is wished
    for twice.
    """
    if any(room.room_id is not None for room in rooms):
        found = free_rooms(property_id=property_id, nights=nights, today=today, unlimited=unlimited)
        certain_rooms_check(found, rooms)
    of_holder = partial(
        Taking,
        property_id=property_id,
        nights=nights,
        kind=holder.kind,
        booking_id=holder.booking_id,
        hold_id=holder.hold_id,
        expires_at=holder.expires_at,
    )
    taken: dict[int, int] = {}  # place of the request → room
    last = of_holder(room_ids=())
    for numbers in _groups(rooms):
        if last.room_ids:
            occupy(last)
        wanted = rooms[numbers[0]]
        certain = [pk for pk in (rooms[number].room_id for number in numbers) if pk is not None]
        chosen = certain or rooms_choose(
            property_id=property_id,
            nights=nights,
            today=today,
            quantity=len(numbers),
            room_type_id=wanted.room_type_id,
            adults=wanted.adults or 0,
            children=wanted.children,
            booking_id=holder.booking_id,
            by=by,
            unlimited=unlimited,
        )
        last = of_holder(room_ids=chosen, pinned=bool(certain))
        taken |= dict(zip(numbers, chosen, strict=True))
    return [taken[number] for number in range(len(rooms))], last


def certain_rooms_check(
    found: Iterable[FreeRoom],
    rooms: Sequence[RoomRequest],
    *,
    sold_already: frozenset[int] = frozenset(),
) -> None:
    """Refuse certain rooms that cannot be had; `found` are the rooms that are free for the nights.

    Limits on selling do not count for those in `sold_already`. Raises DomainError `room_taken`,
    also for a room that is not there, `stop_sell`, `no_room_available` beyond what may be sold of
    a type, `validation_failed` for a room that is wished for twice.
    """
    certain = [room.room_id for room in rooms if room.room_id is not None]
    if len(set(certain)) < len(certain):
        problem = gettext("The same room is requested twice.")
        raise DomainError("validation_failed", problem, fields={"rooms": [problem]})
    free = {room.room_id: room for room in found}
    sold: Counter[int] = Counter()
    for room_id in certain:
        if room_id not in free:
            raise DomainError("room_taken", gettext("Room %(id)s is not free.") % {"id": room_id})
        room = free[room_id]
        if room_id not in sold_already and not room.may_be_sold(sold[room.room_type_id]):
            if room.stop_sell:
                raise DomainError("stop_sell")
            raise DomainError(
                "no_room_available", gettext("The allotment of the room type is sold out.")
            )
        sold[room.room_type_id] += 1


def added_nights_check(
    *,
    property_id: int,
    today: date,
    had: OccupiedNights,
    nights: OccupiedNights,
    room_ids: Iterable[int],
    unlimited: bool = False,
) -> None:
    """Refuse rooms that a booking keeps where its new nights are not for sale.

    What it has had is sold already. The booking holds no nights of its own meanwhile. Raises
    DomainError `stop_sell`, `no_room_available`; none with `unlimited`.
    """
    certain = [RoomRequest(room_id=pk) for pk in room_ids]
    for new in nights.beyond(had) if certain else ():
        found = free_rooms(property_id=property_id, nights=new, today=today, unlimited=unlimited)
        certain_rooms_check(found, certain)


def taking_order(rooms: Sequence[RoomRequest]) -> list[int]:
    """The places of requests in the order in which they are taken.

    Certain rooms come first, then those of a type, then any; among each the largest parties, so
    that others do not take the rooms that only they can have.
    """
    return sorted(range(len(rooms)), key=lambda number: _rank(rooms[number]))


def _rank(room: RoomRequest) -> tuple[bool, bool, int, int, int]:
    adults = room.adults or 0
    return (
        room.room_id is None,
        room.room_type_id is None,
        -adults - room.children,
        -adults,
        room.room_type_id or 0,
    )


def are_alike(rooms: Sequence[RoomRequest]) -> bool:
    """Whether requests are of one kind, so that none has to be occupied before another is found."""
    return len(_groups(rooms)) == 1


def _groups(rooms: Sequence[RoomRequest]) -> list[list[int]]:
    """The places of requests that are alike, and so are taken together, in their order.

    All certain rooms are alike: nothing is chosen.
    """

    def kind(number: int) -> tuple[object, ...]:
        return () if rooms[number].room_id is not None else _rank(rooms[number])

    return [list(numbers) for _, numbers in groupby(taking_order(rooms), key=kind)]


def coupon_claim(coupon_id: int | None, *, guest_id: int | None = None, held: bool = False) -> None:
    """Make sure that a coupon may be used once more; its row is locked until the end.

    `held` says that a hold has claimed it, so that only the guest's own uses are left to count.
    Raises DomainError `coupon_invalid` when it is used up.
    """
    if coupon_id is None:
        return
    coupon = Coupon.objects.select_for_update(no_key=True).filter(pk=coupon_id).first()
    if coupon is None:
        raise DomainError("coupon_invalid", gettext("The coupon is not there any more."))
    if not held and coupon.max_uses is not None and coupon_uses(coupon.pk) >= coupon.max_uses:
        raise DomainError("coupon_invalid", str(USED_UP))
    per_guest = coupon.max_uses_per_guest
    if guest_id and per_guest is not None and coupon_uses(coupon.pk, guest_id) >= per_guest:
        # No other words: they would tell anybody who knows an e-mail address of earlier bookings.
        raise DomainError("coupon_invalid", str(USED_UP))

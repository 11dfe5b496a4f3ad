"""Which rooms a request would get; nothing is taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from bookyflow.availability.models import OccupancyKind
from bookyflow.availability.nights import OccupiedNights
from bookyflow.availability.selectors import PricedRoom, priced_rooms_by_id
from bookyflow.availability.services import expired_holds_drop, rooms_choose
from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.properties.locking import property_lock
from bookyflow.properties.models import BookingModel, Property
from bookyflow.reservations.stay_request import RoomRequest, StayRequest
from bookyflow.reservations.taking import (
    Holder,
    are_alike,
    certain_rooms_check,
    rooms_take,
    taking_order,
)
from bookyflow.rooms.capacity import Places, capacity_refusals


def rooms_pick(
    prop: Property,
    nights: OccupiedNights,
    stay_request: StayRequest,
    found: Sequence[PricedRoom],
    *,
    prefer: frozenset[int] = frozenset(),
) -> list[PricedRoom]:
    """A room of the free ones that were `found` for each one wished for, in their order.

    The smallest rooms that take the party together; where none do, some are returned all the same,
    for the caller to say so. Rooms in `prefer` come first, and limits on selling do not count for
    them: they are sold already. No query, unless others would have to move. Raises DomainError
    `room_taken`, `no_room_available`, `stop_sell`;
    `validation_failed` or `too_many_adults` for a certain room that is another than was wished for.
    """
    found = sorted(found, key=lambda room: room.room_id not in prefer)
    rooms = _peopled(prop, stay_request)
    _check_certain(found, rooms, prefer)
    picker = _Picker(prop, stay_request, found, prefer)
    chosen = picker.pick(rooms)
    if chosen is not None:
        return chosen
    try:
        room_ids = _after_moves(prop, nights, rooms, found)
    except DomainError:
        chosen = None if rooms == stay_request.rooms else picker.pick(stay_request.rooms)
        if chosen is None:
            raise
        return chosen
    moved_out = priced_rooms_by_id(room_ids=room_ids)
    return [moved_out[pk] for pk in room_ids]


def children_spread(
    prop: Property, stay_request: StayRequest, rooms: Sequence[Places], adults: Sequence[int]
) -> list[int]:
    """How many of the children that need a place are in each room, beside its adults."""
    left = _counted_children(prop, stay_request)
    spread = []
    for room, number in zip(rooms, adults, strict=True):
        places = max(min(room.max_children, room.max_occupancy - number), 0)
        spread.append(min(left, places))
        left -= spread[-1]
    return spread


class _Picker:
    """The rooms that are free on some nights, and the choices that there are of them."""

    def __init__(
        self,
        prop: Property,
        stay_request: StayRequest,
        found: Sequence[PricedRoom],
        prefer: frozenset[int],
    ) -> None:
        self.found = found
        self.prefer = prefer
        self.adults = stay_request.adults
        self.children = _counted_children(prop, stay_request)
        self.is_hire = _is_hire(prop)

    def pick(self, rooms: Sequence[RoomRequest]) -> list[PricedRoom] | None:
        """A room for each request; the first that fit, or larger ones where they are needed."""
        chosen = self._first_fit(rooms, self.found)
        if chosen is None or self._takes_party(chosen):
            return chosen
        return self._larger(rooms) or chosen

    def _first_fit(
        self, rooms: Sequence[RoomRequest], found: Sequence[PricedRoom]
    ) -> list[PricedRoom] | None:
        chosen: dict[int, PricedRoom] = {}
        for number in taking_order(rooms):
            one = self._next(rooms[number], found, list(chosen.values()))
            if one is None:
                return None
            chosen[number] = one
        return [chosen[number] for number in range(len(rooms))]

    def _larger(self, rooms: Sequence[RoomRequest]) -> list[PricedRoom] | None:
        """The largest rooms, each given up for the first smaller one that will do as well."""
        chosen = self._first_fit(rooms, sorted(self.found, key=self._size, reverse=True))
        if chosen is None or not self._takes_party(chosen):
            return None
        for number, wanted in enumerate(rooms):
            others = chosen[:number] + chosen[number + 1 :]
            too_small: set[tuple[int, int, int]] = set()
            for one in self.found:
                size = (one.max_adults, one.max_children, one.max_occupancy)
                if size in too_small or not self._may_have(one, wanted, others):
                    continue
                if self._takes_party([*others, one]):
                    chosen[number] = one
                    break
                too_small.add(size)
        return chosen

    def _next(
        self, wanted: RoomRequest, found: Sequence[PricedRoom], others: Sequence[PricedRoom]
    ) -> PricedRoom | None:
        return next((one for one in found if self._may_have(one, wanted, others)), None)

    def _may_have(
        self, room: PricedRoom, wanted: RoomRequest, others: Sequence[PricedRoom]
    ) -> bool:
        if room in others or not _suits(room, wanted):
            return False
        sold = Counter(one.room_type_id for one in others)
        return room.room_id in self.prefer or room.may_be_sold(sold[room.room_type_id])

    def _takes_party(self, chosen: Sequence[PricedRoom]) -> bool:
        # More rooms than adults is no matter of their size.
        return self.is_hire or not capacity_refusals(
            chosen,
            adults=max(self.adults, len(chosen)),
            children=self.children,
            children_count=True,
        )

    def _size(self, room: PricedRoom) -> tuple[int, int]:
        adults = min(room.max_adults, room.max_occupancy)
        return (room.max_occupancy, adults) if self.children else (adults, room.max_occupancy)


def _after_moves(
    prop: Property,
    nights: OccupiedNights,
    rooms: Sequence[RoomRequest],
    found: Sequence[PricedRoom],
) -> list[int]:
    """The rooms that a stay would get if bookings that may be moved were; nothing is moved.

    Where its rooms are not alike, what taking them would do is done, and undone: some have to be
    taken before others are found. Raises the refusal that it meets.
    """
    today, wanted = prop.settings.today(), rooms[0]
    if are_alike(rooms):
        return rooms_choose(
            property_id=prop.pk,
            nights=nights,
            today=today,
            quantity=len(rooms),
            room_type_id=wanted.room_type_id,
            adults=wanted.adults or 0,
            children=wanted.children,
            by=None,
            free=[room for room in found if _suits(room, wanted)],
        )
    with transaction.atomic():
        property_lock(prop.pk)
        expired_holds_drop(property_id=prop.pk)
        until = timezone.now() + timedelta(minutes=1)
        room_ids = rooms_take(
            property_id=prop.pk,
            nights=nights,
            today=today,
            rooms=rooms,
            holder=Holder(OccupancyKind.HOLD, expires_at=until),
            by=SYSTEM,
        )
        transaction.set_rollback(True)  # nothing was meant
    return room_ids


def _check_certain(
    found: Sequence[PricedRoom], rooms: Sequence[RoomRequest], prefer: frozenset[int]
) -> None:
    """Refuse certain rooms that cannot be had, or are others than the request says."""
    certain_rooms_check(found, rooms, sold_already=prefer)
    free = {room.room_id: room for room in found}
    for wanted in rooms:
        if wanted.room_id is None:
            continue
        room = free[wanted.room_id]
        if wanted.room_type_id not in {None, room.room_type_id}:
            problem = gettext("Room %(id)s is of another room type.") % {"id": room.room_id}
            raise DomainError("validation_failed", problem, fields={"rooms": [problem]})
        most = min(room.max_adults, room.max_occupancy)
        if (wanted.adults or 0) > most:
            told = gettext("Room %(id)s sleeps %(count)s adults.")
            raise DomainError("too_many_adults", told % {"id": room.room_id, "count": most})


def _peopled(prop: Property, stay_request: StayRequest) -> tuple[RoomRequest, ...]:
    """The rooms wished for, each with the people that have to be in it, as far as that is sure."""
    if _is_hire(prop):
        return tuple(replace(room, adults=None, children=0) for room in stay_request.rooms)
    if len(stay_request.rooms) == 1:
        children = _counted_children(prop, stay_request)
        return (replace(stay_request.rooms[0], adults=stay_request.adults, children=children),)
    return tuple(replace(room, children=0) for room in stay_request.rooms)


def _counted_children(prop: Property, stay_request: StayRequest) -> int:
    if _is_hire(prop) or not prop.settings.children_count_for_capacity:
        return 0
    return stay_request.children


def _is_hire(prop: Property) -> bool:
    return prop.property_type.flag == BookingModel.ITEM_HIRE


def _suits(room: PricedRoom, wanted: RoomRequest) -> bool:
    return (
        wanted.room_id in {None, room.room_id}
        and wanted.room_type_id in {None, room.room_type_id}
        and wanted.fits(room)
    )

"""Putting a booking elsewhere on the room plan: another room, other nights, or both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext

from bookyflow.availability.models import Occupancy
from bookyflow.core.acting import SYSTEM, Actor
from bookyflow.core.errors import DomainError
from bookyflow.reservations import journal
from bookyflow.reservations.amendments.apply import booking_amend
from bookyflow.reservations.amendments.changes import Changes, PriceMode
from bookyflow.reservations.amendments.moved import MovedStay, moves_watch, stays_moved
from bookyflow.reservations.amendments.preview import rooms_held, wish_changed
from bookyflow.reservations.amendments.room_move import booking_room_move, rooms_instead
from bookyflow.reservations.models import Booking
from bookyflow.reservations.selectors import booking_find
from bookyflow.reservations.stay_request import RoomRequest
from bookyflow.rooms.models import Room
from bookyflow.tariffs.overrides import NONE, Overridable, Overrides


@dataclass(frozen=True)
class Placing:
    """The nights that a booking is to have, and a room in the place of one that it has.

    `to_room_id` None: whichever room of the type is free, the same where it is. With `sets_aside`
    no rule about selling counts: lengths of stay, closed nights, allotments.
    """

    from_room_id: int
    to_room_id: int | None
    arrival: date
    departure: date
    sets_aside: bool = False

    @property
    def override(self) -> Overrides:
        """The rules that do not count."""
        return frozenset(Overridable) if self.sets_aside else NONE


@dataclass(frozen=True)
class PlacingPreview:
    """A booking as it would be with one way of pricing; where it cannot be, as it is, and why."""

    price: PriceMode
    before: Decimal
    booking: Booking
    room_numbers: tuple[str, ...]
    refusal: DomainError | None
    moved: Sequence[MovedStay] = ()

    @property
    def difference(self) -> Decimal:
        """What it would cost; negative: it would be cheaper."""
        return self.booking.total - self.before


@transaction.atomic
def booking_place(
    *, booking_id: int, property_id: int, placing: Placing, price: PriceMode, by: Actor
) -> Booking:
    """Put a booking where it is wanted; where it is already, nothing changes.

    A certain room is had or refused, and nobody is moved out of it but for the guest who is in it.
    Raises DomainError
    `room_taken`, `room_not_found`, and as `booking_amend` and `booking_room_move`.
    """
    _, booking = journal.lock(booking_id, property_id)
    held = Occupancy.objects.filter(booking=booking, room=placing.from_room_id)
    origin = held.select_related("room").first()
    if origin is None:
        raise DomainError("room_not_found", gettext("The booking does not have this room."))
    room = _room(property_id, placing)
    is_other_room = room is not None and room.pk != origin.room_id
    nights = _nights_changed(booking, placing)
    if not is_other_room and not nights and price == PriceMode.KEPT:
        return booking
    try:
        if is_other_room and room and not nights and price == PriceMode.KEPT:
            return booking_room_move(
                booking_id=booking_id,
                property_id=property_id,
                from_room_id=origin.room_id,
                to_room_id=room.pk,
                by=by,
                override=placing.override,
            )
        rooms = _rooms(booking, origin, room) if is_other_room or room is None else None
        changed = booking_amend(
            booking_id=booking_id,
            property_id=property_id,
            changes=Changes(nights.get("arrival"), nights.get("departure"), rooms),
            price=price,
            by=by,
            override=placing.override,
        )
    except DomainError as error:
        if error.key == "room_taken" and room is not None:
            raise _taken(room, placing) from error
        raise
    if room and not Occupancy.objects.filter(booking=booking, room=room).exists():
        raise _taken(room, placing)
    return changed


def placing_previews(
    *, booking_id: int, property_id: int, placing: Placing
) -> list[PlacingPreview]:
    """What a placing comes to, in each way of pricing: it is done, read and taken back."""
    booking = booking_find(property_id=property_id, booking_id=booking_id)
    return [
        _previewed(booking, placing, price)
        for price in (PriceMode.KEPT, PriceMode.GRANTED, PriceMode.REPRICED)
    ]


def _previewed(booking: Booking, placing: Placing, price: PriceMode) -> PlacingPreview:
    before = booking.total
    try:
        with transaction.atomic():
            since = moves_watch(property_id=booking.property_id)
            changed = booking_place(
                booking_id=booking.pk,
                property_id=booking.property_id,
                placing=placing,
                price=price,
                by=SYSTEM,
            )
            moved = stays_moved(property_id=booking.property_id, since=since)
            numbers = tuple(one.room.number for one in rooms_held(changed))
            transaction.set_rollback(True)
    except DomainError as error:
        return PlacingPreview(price, before, booking, (), error)
    return PlacingPreview(price, before, changed, numbers, None, moved)


def _nights_changed(booking: Booking, placing: Placing) -> dict[str, date]:
    wanted = {"arrival": placing.arrival, "departure": placing.departure}
    had = {"arrival": booking.arrival, "departure": booking.departs_on}
    return {name: day for name, day in wanted.items() if day != had[name]}


def _room(property_id: int, placing: Placing) -> Room | None:
    if placing.to_room_id is None:
        return None
    room = Room.objects.filter(pk=placing.to_room_id, property=property_id).first()
    if room is None:
        raise DomainError("room_not_found")
    return room


def _rooms(booking: Booking, origin: Occupancy, room: Room | None) -> tuple[RoomRequest, ...]:
    """What the booking asks for, with the room, or any, in the place of the one that it has."""
    asked: Sequence[RoomRequest] = wish_changed(booking, rooms_held(booking), Changes()).rooms
    return rooms_instead(asked, origin, room)


def _taken(room: Room, placing: Placing) -> DomainError:
    told = gettext("Room %(number)s is not free from %(first)s to %(end)s.")
    values = {"number": room.number, "first": placing.arrival, "end": placing.departure}
    return DomainError("room_taken", told % values)

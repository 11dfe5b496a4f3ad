"""Giving a booking another room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from bookyflow.availability.models import Occupancy, OccupancyKind
from bookyflow.availability.nights import OccupiedNights
from bookyflow.availability.selectors import free_rooms
from bookyflow.availability.services import Taking, expired_holds_drop, occupy
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.properties.models import Property
from bookyflow.reservations import journal
from bookyflow.reservations.amendments.changes import Changes
from bookyflow.reservations.amendments.kept import rooms_rename
from bookyflow.reservations.amendments.preview import (
    changeable_check,
    crowd_check,
    rooms_held,
    suits,
    wish_changed,
)
from bookyflow.reservations.models import Booking
from bookyflow.reservations.quotes.codec import request_json, request_of
from bookyflow.reservations.stay_request import BookingRequest, RoomRequest
from bookyflow.reservations.taking import certain_rooms_check
from bookyflow.rooms.models import Room
from bookyflow.tariffs.overrides import NONE, Overridable, Overrides


@transaction.atomic
def booking_room_move(
    *,
    booking_id: int,
    property_id: int,
    from_room_id: int,
    to_room_id: int,
    by: Actor,
    override: Overrides = NONE,
) -> Booking:
    """Give a booking another room for all of its nights, at the same price.

    The new room is pinned: nothing moves it again. What holds for a new booking holds here: the
    people fit the rooms, and a room of another type is for sale, unless the limits on selling are
    in `override`. Raises DomainError `booking_not_found`, `booking_state`, `room_not_found` when
    the booking does not have the first room, `room_taken`, `stop_sell`, `no_room_available` beyond
    the allotment of the room type, `children_not_allowed`, and as `capacity_refusals`.
    """
    prop, booking = journal.lock(booking_id, property_id)
    changeable_check(booking)
    expired_holds_drop(property_id=prop.pk)
    held = (
        Occupancy.objects.filter(booking=booking, room=from_room_id).select_related("room").first()
    )
    if held is None:
        raise DomainError("room_not_found", f"The booking does not have room {from_room_id}.")
    nights, kind, expires_at = held.nights, held.kind, held.expires_at
    held.delete()
    taken = OccupiedNights.stored(nights.lower, nights.upper)
    _sale_check(prop, taken, held.room.room_type_id, to_room_id, override)
    occupy(
        Taking(
            property_id=prop.pk,
            room_ids=[to_room_id],
            nights=taken,
            kind=OccupancyKind(kind),
            booking_id=booking.pk,
            pinned=True,
            expires_at=expires_at,
        )
    )
    crowd_check(prop, booking, wish_changed(booking, rooms_held(booking), Changes()))
    _move_in_request(booking, held, Room.objects.get(pk=to_room_id))
    journal.save(booking, request=booking.request, granted=booking.granted)
    aside = journal.set_aside(override)
    reason = f"Room {to_room_id} instead of {from_room_id}. {aside.sentence}".strip()
    journal.record_history(booking, booking.state, by=by, reason=reason)
    journal.record_event(
        EventKind.BOOKING_MODIFIED,
        booking,
        by=by,
        room_from=from_room_id,
        room_to=to_room_id,
        **aside.data,
    )
    return booking


def _sale_check(
    prop: Property,
    nights: OccupiedNights,
    room_type_id: int,
    to_room_id: int,
    override: Overrides,
) -> None:
    """Refuse a free room of another type that is not for sale; of its own one is sold already."""
    found = free_rooms(
        property_id=prop.pk,
        nights=nights,
        today=prop.settings.today(),
        unlimited=Overridable.STOP_SELL in override,
    )
    alike = {one.room_id for one in found if one.room_type_id == room_type_id}
    certain_rooms_check(found, [RoomRequest(room_id=to_room_id)], sold_already=frozenset(alike))


def _move_in_request(booking: Booking, held: Occupancy, to: Room) -> None:
    """Put another room in the place of the one that was held: the next change starts from it.

    The lines name its type.
    """
    request = request_of(booking.request)
    if request is None:
        return
    rooms = rooms_instead(request.stay_request.rooms, held, to)
    stay_request = request.stay_request.changed(rooms=rooms)
    booking.request = request_json(BookingRequest(stay_request, request.guest_id))
    rooms_rename(booking, rooms)


def rooms_instead(
    rooms: Sequence[RoomRequest], held: Occupancy, to: Room | None
) -> tuple[RoomRequest, ...]:
    """The rooms of a request, with a certain one, or any of the type, in the place of one held."""
    found = list(rooms)
    places = [place for place, room in enumerate(found) if suits(held, room)]
    if places:
        place = min(places, key=lambda one: found[one].room_id is None)
        kind = to.room_type_id if to else held.room.room_type_id
        found[place] = replace(
            found[place],
            room_type_id=kind,
            room_id=to.pk if to else None,
            tariff_type_id=found[place].tariff_type_id if kind == held.room.room_type_id else None,
        )
    return tuple(found)

"""Giving a booking another room."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction

from bookyflow.availability.models import Occupancy, OccupancyKind
from bookyflow.availability.nights import OccupiedNights
from bookyflow.availability.services import expired_holds_drop, occupy
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.reservations import journal
from bookyflow.reservations.amendments.preview import changeable_check, suits
from bookyflow.reservations.models import Booking
from bookyflow.reservations.quotes.codec import request_json, request_of
from bookyflow.reservations.stay_request import BookingRequest
from bookyflow.rooms.models import Room


@transaction.atomic
def booking_room_move(
    *, booking_id: int, property_id: int, from_room_id: int, to_room_id: int, by: Actor
) -> Booking:
    """Give a booking another room for all of its nights, at the same price.

    The new room is pinned: nothing moves it again. Raises DomainError `booking_not_found`,
    `booking_state`, `room_not_found` when the booking does not have the first room, `room_taken`.
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
    occupy(
        property_id=prop.pk,
        room_ids=[to_room_id],
        nights=OccupiedNights.stored(nights.lower, nights.upper),
        kind=OccupancyKind(kind),
        booking_id=booking.pk,
        pinned=True,
        expires_at=expires_at,
    )
    journal.save(booking, request=_moved(booking, held, Room.objects.get(pk=to_room_id)))
    journal.record_history(
        booking, booking.state, by=by, reason=f"Room {to_room_id} instead of {from_room_id}."
    )
    journal.record_event(
        EventKind.BOOKING_MODIFIED, booking, by=by, room_from=from_room_id, room_to=to_room_id
    )
    return booking


def _moved(booking: Booking, held: Occupancy, to: Room) -> dict[str, Any]:
    """The request, with another room for the one that was held: the next change starts from it."""
    request = request_of(booking.request)
    if request is None:
        return {}
    rooms = list(request.stay_request.rooms)
    places = [place for place, room in enumerate(rooms) if suits(held, room)]
    if places:
        place = min(places, key=lambda one: rooms[one].room_id is None)
        is_like = to.room_type_id == held.room.room_type_id
        rooms[place] = replace(
            rooms[place],
            room_type_id=to.room_type_id,
            room_id=to.pk,
            tariff_type_id=rooms[place].tariff_type_id if is_like else None,
        )
    stay_request = request.stay_request.changed(rooms=tuple(rooms))
    return request_json(BookingRequest(stay_request, request.guest_id))

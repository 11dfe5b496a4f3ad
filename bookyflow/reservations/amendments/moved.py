"""Which stays get another room so that a change fits: what a preview tells before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max

from bookyflow.events.models import Event, EventKind
from bookyflow.properties.locking import property_lock
from bookyflow.reservations.models import Booking
from bookyflow.rooms.models import Room


@dataclass(frozen=True)
class MovedStay:
    """A booking, with the numbers of the room that it had and of the one that it gets."""

    booking: Booking
    room_from: str
    room_to: str


def moves_watch(*, property_id: int) -> int:
    """The newest event of now, for `stays_moved`; the property is locked from here on.

    Raises DomainError `property_not_found`.
    """
    property_lock(property_id)
    return Event.objects.aggregate(newest=Max("pk"))["newest"] or 0


def stays_moved(*, property_id: int, since: int) -> Sequence[MovedStay]:
    """The stays that the running transaction has moved after the event of `moves_watch`."""
    events = Event.objects.filter(
        pk__gt=since, property_id=property_id, kind=EventKind.ROOM_MOVED
    ).order_by("pk")
    moves = [(one.subject_id, move) for one in events for move in one.data["moves"]]
    if not moves:
        return ()
    bookings = Booking.objects.select_related("guest").in_bulk({pk for pk, _ in moves})
    ids = {room_id for _, move in moves for room_id in move.values()}
    numbers = dict(Room.objects.filter(pk__in=ids).values_list("pk", "number"))
    return [
        MovedStay(bookings[pk], numbers[move["from"]], numbers[move["to"]]) for pk, move in moves
    ]

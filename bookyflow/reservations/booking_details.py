"""One booking or block, as the front desk looks at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from bookyflow.accounts.models import User
from bookyflow.availability.models import Occupancy, OccupancyKind
from bookyflow.core.errors import DomainError
from bookyflow.reservations.models import Booking, BookingHistory, BookingLine, Note
from bookyflow.rooms.models import Room
from bookyflow.tariffs.models import TariffType


@dataclass(frozen=True)
class BookedRoom:
    """A room that a booking holds, and the tariff of its price as it is called now, if any."""

    room: Room
    tariff: TariffType | None


def booking_one(*, property_id: int, booking_id: int) -> Booking:
    """A booking or block, with its guest and `entered_by`, the login of who entered it, or None.

    One query. Raises DomainError `booking_not_found`.
    """
    first = BookingHistory.objects.filter(booking=OuterRef("pk"), from_state="").order_by("pk")
    who = User.objects.filter(pk=OuterRef("entered_by_id")).values("username")
    found = (
        Booking.objects.filter(pk=booking_id, property=property_id)
        .select_related("guest")
        .annotate(entered_by_id=Subquery(first.values("user_id")[:1]))
        .annotate(entered_by=Subquery(who))
        .first()
    )
    if found is None:
        raise DomainError("booking_not_found")
    return found


def note_list(*, property_id: int, booking_id: int) -> QuerySet[Note]:
    """The notes on a booking, oldest first. Raises DomainError `booking_not_found`."""
    if not Booking.objects.filter(pk=booking_id, property=property_id).exists():
        raise DomainError("booking_not_found")
    return Note.objects.filter(booking=booking_id).order_by("pk")


def rooms_booked(*, property_id: int, booking_id: int) -> list[BookedRoom]:
    """The rooms that a booking or block holds, by their numbers; at most four queries.

    An enquiry holds none for good, and one that has ended none. Raises DomainError
    `booking_not_found`.
    """
    return rooms_of(booking_one(property_id=property_id, booking_id=booking_id))


def rooms_of(booking: Booking) -> list[BookedRoom]:
    """As `rooms_booked`, of a booking that was read already; at most three queries."""
    held = Occupancy.objects.filter(booking=booking).exclude(kind=OccupancyKind.HOLD)
    rooms = (
        Room.every.filter(pk__in=held.values("room"))
        .select_related("room_type")
        .order_by("number", "pk")
    )
    tariffs = _tariffs_by_type(booking)
    taken: dict[int, int] = {}
    found = []
    for room in rooms:
        place = taken.get(room.room_type_id, 0)
        taken[room.room_type_id] = place + 1
        found.append(BookedRoom(room, _nth(tariffs, room.room_type_id, place)))
    return found


def _tariffs_by_type(booking: Booking) -> dict[int, list[TariffType]]:
    """The tariffs of a booking's prices that there still are, by room type, one for each price."""
    priced = BookingLine.objects.filter(
        booking=booking, source_kind="tariff", reverses=None, reversed_by=None
    )
    ids = [pk for pk in priced.order_by("pk").values_list("source_id", flat=True) if pk]
    known = TariffType.objects.filter(pk__in=ids, deleted_at=None).in_bulk()
    found: dict[int, list[TariffType]] = {}
    for tariff in (known[pk] for pk in ids if pk in known):
        found.setdefault(tariff.room_type_id, []).append(tariff)
    return found


def _nth(
    tariffs: Mapping[int, Sequence[TariffType]], room_type: int, place: int
) -> TariffType | None:
    """The tariff of the room at a place among those of its type; the last one for all beyond."""
    of_type = tariffs.get(room_type, ())
    return of_type[min(place, len(of_type) - 1)] if of_type else None

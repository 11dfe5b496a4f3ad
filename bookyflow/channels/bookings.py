"""The bookings of properties as channels are told of them, in rows of prepared statements.

Making whole bookings and guests of the rows would take longer than all else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from bookyflow.billing.models import InvoiceStatus
from bookyflow.channels import sql
from bookyflow.core.errors import DomainError
from bookyflow.core.fields import SealedText, opened
from bookyflow.core.listing import Listing
from bookyflow.core.prepared import Row, all_rows, first_row
from bookyflow.reservations.models import Booking, BookingReading, lead_guest


@dataclass
class RoomsOfType:
    """The rooms of one type that a booking holds."""

    room_type_id: int
    name: str
    room_ids: list[int] = field(default_factory=list)


class _Columns(NamedTuple):
    """What is read of a booking.

    `personal` has what `Booking.personal` has, opened; `entry` is the ciphertext of the guest book.
    `created` is a moment in whole seconds, `changed` one to the microsecond, both ISO 8601 in UTC.
    `invoice` has id and number of the newest one, `known_as` the id of the channel that knows the
    booking and its own id of it, both with a space between, or are None. `held` has of each room
    that it holds the room type, that type's name and the room, or is None.
    """

    personal: dict[str, Any]
    entry: str
    id: int
    property_id: int
    number: str
    state: str
    guest_id: int
    arrival: date
    last_night: date
    adults: int
    children: int
    currency: str
    total: Decimal
    deposit_required: Decimal
    paid: Decimal
    created: str
    changed: str
    version: int
    invoice: str | None
    known_as: str | None
    held: list[tuple[int, str, int]] | None


class ChannelBooking(_Columns, BookingReading):
    """A booking as a channel is told of it."""

    remarks = SealedText()
    referrer = SealedText()

    @property
    def changed_at(self) -> datetime:
        """When it was changed, as the list is in order of."""
        return datetime.fromisoformat(self.changed)

    def guest(self) -> dict[str, str]:
        """Who it is for: what was told of the person, by field of GuestDetails.

        And `preferences`, those of the guest book's entry where that is of the same person (see
        `Booking.entry_of_its_guest`). What is empty is missing.
        """
        who = lead_guest(self.personal)
        if _has_preferences(self.entry):
            (known,) = opened([self.entry])
            if all(known.get(name, "") == who.get(name, "") for name in ("first_name", "surname")):
                who["preferences"] = known["preferences"]
        return who

    def rooms_by_type(self) -> list[RoomsOfType]:
        """The rooms that it holds, where they were read with it."""
        found: dict[int, RoomsOfType] = {}
        for room_type_id, name, room_id in self.held or ():
            of_type = found.setdefault(room_type_id, RoomsOfType(room_type_id, name))
            of_type.room_ids.append(room_id)
        return list(found.values())


@lru_cache(maxsize=4096)
def _has_preferences(entry: str) -> bool:
    """Whether a ciphertext of the guest book, of some 500 bytes, has preferences.

    Opening one takes longer than all else of a booking, and most have none. What is the same
    ciphertext has the same in it for ever, and nothing that says who a guest is, is kept here.
    """
    return "preferences" in opened([entry])[0]


def booking_list(*, property_id: int, channel: int) -> Listing[ChannelBooking]:
    """Every booking of a property, oldest change first, without the rooms that it holds.

    It is known as the channel has linked it, or else by the reservation of whatever channel it came
    from. Blocks are left out: they are no bookings (reference R-BB-5).
    """
    parameters = _parameters(channel) | {"property_id": property_id}
    return Listing(Booking, ("changed_at", "pk"), sql.BOOKINGS, _made, parameters)


def booking_detail(*, property_id: int, channel: int, booking_id: int) -> ChannelBooking:
    """One booking as in `booking_list`, with the rooms that it holds.

    Raises DomainError `booking_not_found`.
    """
    asked = {"property_id": property_id, "booking_id": booking_id}
    row = first_row(sql.BOOKING_OF_PROPERTY, _parameters(channel) | asked)
    if row is None:
        raise DomainError("booking_not_found")
    (booking,) = _made([row])
    return booking


def bookings_by_id(*, channel: int, booking_ids: Iterable[int]) -> dict[int, ChannelBooking]:
    """Bookings of all properties by id, with the rooms that they hold; one query."""
    asked = {"booking_ids": list(booking_ids)}
    rows = all_rows(sql.BOOKINGS_BY_ID, _parameters(channel) | asked)
    return {booking.id: booking for booking in _made(rows)}


def _parameters(channel: int) -> dict[str, Any]:
    return {"channel_id": channel, "cancelled": InvoiceStatus.CANCELLED.value}


def _made(rows: Sequence[Row]) -> list[ChannelBooking]:
    personal = opened([row[0] for row in rows])
    return [ChannelBooking._make((one, *row[1:])) for one, row in zip(personal, rows, strict=True)]

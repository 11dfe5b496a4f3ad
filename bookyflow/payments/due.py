"""What a guest has to pay of a booking now."""

from __future__ import annotations

from decimal import Decimal

from bookyflow.reservations.held_booking import HeldBooking
from bookyflow.reservations.models import Booking, BookingState

ZERO = Decimal(0)
_PAYABLE = {
    BookingState.PROVISIONAL,
    BookingState.CONFIRMED,
    BookingState.CHECKED_IN,
    BookingState.CHECKED_OUT,
    "held",
}


def due_now(found: Booking | HeldBooking) -> Decimal:
    """What is missing of the deposit, or else of the whole; 0 where nothing can be paid.

    Of an enquiry nothing is due before it is approved, and so of what is held where the property
    approves each booking. Guests of channels pay there, or on arrival.
    """
    if found.state not in _PAYABLE:
        return ZERO
    if isinstance(found, HeldBooking):
        if found.property.settings.requires_approval:
            return ZERO
    elif found.made_by_channel:
        return ZERO
    return max(found.deposit_required - found.paid, ZERO) or max(found.amount_due(), ZERO)


def serial_of(found: Booking | HeldBooking) -> int:
    """The id that the booking has, or will have."""
    return found.serial if isinstance(found, HeldBooking) else found.pk

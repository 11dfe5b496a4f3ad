"""What the desk and the room plan call what they show."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from bookyflow.core.money import display
from bookyflow.reservations.models import Booking, BookingKind, BookingState

STATES = {
    BookingState.ENQUIRY: gettext_lazy("Enquiry"),
    BookingState.PROVISIONAL: gettext_lazy("Deposit due"),
    BookingState.CONFIRMED: gettext_lazy("Booked"),
    BookingState.CHECKED_IN: gettext_lazy("In house"),
    BookingState.CHECKED_OUT: gettext_lazy("Left"),
    BookingState.CANCELLED: gettext_lazy("Cancelled"),
    BookingState.NO_SHOW: gettext_lazy("Did not come"),
    BookingState.REJECTED: gettext_lazy("Refused"),
}


def state_name(booking: Booking) -> str:
    """The state of a booking or block, for people."""
    if booking.kind == BookingKind.BLOCK:
        return gettext("Blocked")
    return str(STATES[BookingState(booking.state)])


def guest_name(booking: Booking) -> str:
    """Whom a booking is for: what is told of blocks, which have nobody, is why they are there."""
    if booking.kind == BookingKind.BLOCK:
        return booking.remarks or gettext("Blocked")
    who = booking.who
    return f"{who.first_name} {who.surname}".strip()


def people(booking: Booking) -> str:
    """How many come."""
    adults = ngettext("%(count)s adult", "%(count)s adults", booking.adults)
    told = adults % {"count": booking.adults}
    if booking.children:
        children = ngettext("%(count)s child", "%(count)s children", booking.children)
        told = f"{told}, {children % {'count': booking.children}}"
    return told


def money(amount: Decimal, currency: str) -> str:
    """An amount as people write it."""
    return display(amount, currency, get_language() or "en")


def open_amount(booking: Booking) -> str:
    """What is left to pay; "" where nothing is."""
    due = booking.amount_due()
    return money(due, booking.currency) if due > 0 else ""

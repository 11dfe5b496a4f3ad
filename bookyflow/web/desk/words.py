"""What the desk and the room plan call what they show."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language, gettext, ngettext

from bookyflow.core.money import display
from bookyflow.reservations.models import Booking, BookingKind
from bookyflow.web.bookings.words import STATES


def state_name(booking: Booking) -> str:
    """The state of a booking or block, for people."""
    if booking.kind == BookingKind.BLOCK:
        return gettext("Blocked")
    return str(STATES[booking.state])


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

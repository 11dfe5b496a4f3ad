"""Services that staff charge to a booking after it was made (5.5)."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.money import amounts_check
from bookyflow.core.percent import PERCENTAGE, is_percentage
from bookyflow.events.models import EventKind
from bookyflow.pricing.lines import LineKind, taxed
from bookyflow.reservations import journal
from bookyflow.reservations.amendments.granted import rules_kept
from bookyflow.reservations.folio import TOO_LARGE, line_add, line_take_back, total_of
from bookyflow.reservations.models import (
    ENDED,
    Booking,
    BookingLine,
)


@transaction.atomic
def service_add(
    *,
    booking_id: int,
    property_id: int,
    description: str,
    price: Decimal,
    by: Actor,
    quantity: int = 1,
    tax_percent: Decimal = Decimal(0),
) -> BookingLine:
    """Charge a service: `price` each, in the currency and convention of the booking.

    Raises DomainError `booking_not_found`, `booking_state` for a booking that has ended,
    `validation_failed`.
    """
    _check_service(description, price, quantity, tax_percent)
    _, booking = journal.lock(booking_id, property_id)
    if booking.state in ENDED:
        raise DomainError("booking_state", f"A booking that is {booking.state} cannot be changed.")
    amounts_check({"service_value": price}, booking.currency)
    amounts = taxed(rules_kept(booking), price * quantity, tax_percent=tax_percent)
    if booking.total + amounts[-1] >= TOO_LARGE:
        problem = "The total would be too large."
        raise DomainError("validation_failed", problem, fields={"service_value": [problem]})
    line = line_add(
        booking,
        LineKind.SERVICE,
        name=description.strip(),
        values={"quantity": quantity, "price": f"{price:f}"},
        quantity=quantity,
        unit=price,
        amounts=amounts,
        tax_rate=tax_percent,
    )
    _count(booking, by=by)
    return line


@transaction.atomic
def service_remove(*, booking_id: int, property_id: int, line_id: int, by: Actor) -> Booking:
    """Take a service back; one on an invoice is taken back by a line of its own.

    Raises DomainError `booking_not_found`, `service_not_found`.
    """
    _, booking = journal.lock(booking_id, property_id)
    line = BookingLine.objects.filter(
        pk=line_id, booking=booking, kind=LineKind.SERVICE, reverses=None, reversed_by=None
    ).first()
    if line is None:
        raise DomainError("service_not_found")
    line_take_back(line)
    _count(booking, by=by)
    return booking


def _count(booking: Booking, *, by: Actor) -> None:
    """The total is the sum of the lines again."""
    booking.total = total_of(booking)
    journal.save(booking, total=booking.total)
    journal.record_history(booking, booking.state, by=by, reason="Services changed.")
    journal.record_event(EventKind.BOOKING_MODIFIED, booking, by=by)


def _check_service(description: str, price: Decimal, quantity: int, tax_percent: Decimal) -> None:
    problems = {}
    if not description.strip() or len(description) > 255:  # noqa: PLR2004  # the column's length
        problems["service_description"] = ["From 1 to 255 characters."]
    if not price.is_finite() or not 0 <= price < 10**8:
        problems["service_value"] = ["The amount must not be negative."]
    if not 1 <= quantity <= 1000:  # noqa: PLR2004  # said in the message
        problems["service_qty"] = ["From 1 to 1000."]
    if not is_percentage(tax_percent):
        problems["tax_rate"] = [PERCENTAGE]
    if problems:
        raise DomainError("validation_failed", fields=problems)

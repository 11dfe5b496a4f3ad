"""What staff add to a booking after it was made: services, notes, security deposits (5.5)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.db import transaction

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.money import amounts_check
from bookyflow.core.percent import PERCENTAGE, is_percentage
from bookyflow.events.models import EventKind
from bookyflow.pricing.lines import LineKind, taxed
from bookyflow.reservations import journal
from bookyflow.reservations.lines import TOO_LARGE, line_add, line_take_back, total_of
from bookyflow.reservations.models import (
    ENDED,
    Booking,
    BookingLine,
    Note,
    SecurityDeposit,
    SecurityState,
)
from bookyflow.reservations.price_inputs import rules_of

LONGEST_NOTE = 10_000


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
    """Charge a service: `price` each, in the booking's currency and the property's convention.

    Raises DomainError `booking_not_found`, `booking_state` for a booking that has ended,
    `validation_failed`.
    """
    _check_service(description, price, quantity, tax_percent)
    prop, booking = journal.lock(booking_id, property_id)
    if booking.state in ENDED:
        raise DomainError("booking_state", f"A booking that is {booking.state} cannot be changed.")
    amounts_check({"service_value": price}, booking.currency)
    rules = replace(rules_of(prop), currency=booking.currency)  # the property's may be another now
    amounts = taxed(rules, price * quantity, tax_percent=tax_percent)
    if booking.total + amounts[-1] >= TOO_LARGE:
        problem = "The total would be too large."
        raise DomainError("validation_failed", problem, fields={"service_value": [problem]})
    line = line_add(
        booking,
        LineKind.SERVICE,
        description=description.strip(),
        explanation=f"{quantity} at {price:f}.",
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


@transaction.atomic
def note_save(
    *, booking_id: int, property_id: int, text: str, by: Actor, note_id: int | None = None
) -> Note:
    """Add a note to a booking, or change one. Raises DomainError `booking_not_found`,
    `note_not_found`, `validation_failed` for an empty or very long text.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_NOTE:
        problem = f"From 1 to {LONGEST_NOTE} characters."
        raise DomainError("validation_failed", fields={"note": [problem]})
    _, booking = journal.lock(booking_id, property_id)
    if note_id is None:
        note = Note.objects.create(booking=booking, text=text, user_id=by.user_id)
    else:
        note = _note(booking, note_id)
        note.text = text
        note.save(update_fields=["text", "changed_at"])
    journal.record_event(EventKind.BOOKING_NOTE_SAVED, booking, by=by, note_id=note.pk)
    return note


@transaction.atomic
def note_delete(*, booking_id: int, property_id: int, note_id: int, by: Actor) -> None:
    """Remove a note. Raises DomainError `booking_not_found`, `note_not_found`."""
    _, booking = journal.lock(booking_id, property_id)
    _note(booking, note_id).delete()
    journal.record_event(EventKind.BOOKING_NOTE_DELETED, booking, by=by, note_id=note_id)


@transaction.atomic
def security_receive(*, booking_id: int, property_id: int, by: Actor) -> SecurityDeposit:
    """Note that the security deposit was left.

    Raises DomainError `booking_not_found`, `booking_state` when none is due, as for a booking that
    has ended.
    """
    booking, security = _security(booking_id, property_id, SecurityState.DUE)
    if booking.state in ENDED:
        raise DomainError("booking_state", f"A {booking.state} booking takes no security deposit.")
    security.state = SecurityState.HELD
    security.save(update_fields=["state"])
    journal.record_event(EventKind.DEPOSIT_SAVED, booking, by=by, security=security.state)
    return security


@transaction.atomic
def security_settle(
    *,
    booking_id: int,
    property_id: int,
    by: Actor,
    withheld: Decimal = Decimal(0),
    reason: str = "",
) -> SecurityDeposit:
    """Give a security deposit back, but for what is withheld, for a reason.

    Raises DomainError `booking_not_found`, `booking_state` when there is none in this state,
    `validation_failed`.
    """
    booking, security = _security(booking_id, property_id, SecurityState.HELD)
    problems = {}
    if not withheld.is_finite() or not 0 <= withheld <= security.amount:
        problems["withheld"] = [f"From 0 to {security.amount:f}."]
    elif withheld and not reason.strip():
        problems["reason"] = ["Required when something is withheld."]
    if problems:
        raise DomainError("validation_failed", fields=problems)
    amounts_check({"withheld": withheld}, booking.currency)
    security.withheld = withheld
    security.reason = reason.strip()
    security.state = SecurityState.WITHHELD if withheld else SecurityState.RETURNED
    security.save(update_fields=["withheld", "reason", "state"])
    journal.record_event(EventKind.DEPOSIT_SAVED, booking, by=by, security=security.state)
    return security


def _security(
    booking_id: int, property_id: int, state: SecurityState
) -> tuple[Booking, SecurityDeposit]:
    _, booking = journal.lock(booking_id, property_id)
    security = SecurityDeposit.objects.filter(booking=booking).first()
    if security is None or security.state != state:
        raise DomainError("booking_state", f"There is no security deposit that is {state}.")
    return booking, security


def _note(booking: Booking, note_id: int) -> Note:
    note = Note.objects.filter(pk=note_id, booking=booking).first()
    if note is None:
        raise DomainError("note_not_found")
    return note


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

"""Security deposits: left with the property, and given back."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.money import amount_text, amounts_check
from bookyflow.events.models import EventKind
from bookyflow.reservations import journal
from bookyflow.reservations.models import ENDED, Booking, SecurityDeposit, SecurityState


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
        problems["withheld"] = [f"From 0 to {amount_text(security.amount, booking.currency)}."]
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

"""What staff and clients do with the money of a booking; it settles the booking's invoices, too."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from bookyflow.billing import ledger
from bookyflow.billing.events import of_payment, of_settled
from bookyflow.billing.models import Payment, PaymentMethod
from bookyflow.billing.settlement import settle
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.events.models import EventKind
from bookyflow.events.services import record_many
from bookyflow.reservations.models import Booking


@transaction.atomic
def payment_record(
    *,
    property_id: int,
    booking_id: int,
    amount: Decimal,
    method: str,
    by: Actor,
    reference: str = "",
) -> Payment:
    """Record money received for a booking, in its currency, also more than is due or too late.

    What is too much is owed to the guest. A provisional booking whose deposit is now complete is
    confirmed. A security deposit is not part of a booking's total and is not paid here. Raises
    DomainError `property_not_found`, `booking_not_found`, `booking_state`, `validation_failed`.
    """
    booking = ledger.booking_lock(property_id=property_id, booking_id=booking_id)
    payment = ledger.payment_add(booking, amount=amount, method=method, reference=reference, by=by)
    _settled(EventKind.PAYMENT_RECEIVED, booking, payment, by=by)
    return payment


@transaction.atomic
def payment_enter(
    *,
    property_id: int,
    booking_id: int,
    amount: Decimal,
    method: str,
    by: Actor,
    reference: str = "",
) -> Payment:
    """Enter what a new booking was made with as paid: its `paid` has the amount already.

    In the transaction that makes the booking. Raises DomainError `conflict` for what it has not.
    """
    booking = ledger.booking_lock(property_id=property_id, booking_id=booking_id)
    if amount != booking.paid or booking.payments.exists():
        raise DomainError("conflict", "The booking was not made with this payment.")
    payment = ledger.payment_note(
        booking, amount=amount, method=ledger.method_checked(method), reference=reference, by=by
    )
    _settled(EventKind.PAYMENT_RECEIVED, booking, payment, by=by)
    return payment


@transaction.atomic
def payment_reverse(
    *,
    property_id: int,
    payment_id: int,
    by: Actor,
    reference: str = "",
    booking_id: int | None = None,
) -> Payment:
    """Take back a payment or refund that was entered in error; returns the reversal.

    Once only; with `booking_id` only one of that booking. A confirmed booking whose deposit is no
    longer complete is provisional again.
    Raises DomainError `payment_not_found`, `payment_already_reversed`, `refund_exceeds_paid`.
    """
    payment = Payment.objects.filter(pk=payment_id, property=property_id).first()
    if payment is None or booking_id not in {None, payment.booking_id}:
        raise DomainError("payment_not_found")
    booking = ledger.booking_lock(property_id=property_id, booking_id=payment.booking_id)
    reversal = ledger.reversal_add(booking, payment, by=by, reference=reference)
    _settled(EventKind.PAYMENT_REVERSED, booking, reversal, by=by)
    return reversal


@transaction.atomic
def payment_refund(
    *,
    property_id: int,
    booking_id: int,
    amount: Decimal,
    method: str,
    by: Actor,
    reference: str = "",
) -> Payment:
    """Record money given back to the guest, never more than what was paid; in any state.

    Raises DomainError `property_not_found`, `booking_not_found`, `refund_exceeds_paid`,
    `validation_failed`.
    """
    booking = ledger.booking_lock(property_id=property_id, booking_id=booking_id)
    refund = ledger.refund_add(booking, amount=amount, method=method, reference=reference, by=by)
    _settled(EventKind.PAYMENT_REVERSED, booking, refund, by=by)
    return refund


@transaction.atomic
def deposit_save(
    *,
    property_id: int,
    booking_id: int,
    reference: str,
    by: Actor,
    method: str = PaymentMethod.OTHER,
) -> Payment | None:
    """Record that the deposit has come in: a payment of what is missing of it.

    None, and nothing recorded, when nothing is missing. Raises as `payment_record`.
    """
    booking = ledger.booking_lock(property_id=property_id, booking_id=booking_id)
    missing = booking.deposit_required - booking.paid
    if missing <= 0:
        return None
    payment = ledger.payment_add(booking, amount=missing, method=method, reference=reference, by=by)
    _settled(EventKind.DEPOSIT_SAVED, booking, payment, by=by)
    return payment


def _settled(kind: EventKind, booking: Booking, payment: Payment, *, by: Actor) -> None:
    """Settle the invoices of a locked booking with a new entry, and tell of all of it."""
    record_many([of_payment(kind, payment), *of_settled(settle(booking))], by=by)

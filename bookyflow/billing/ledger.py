"""The entries of a booking's money, and what follows from them for the booking.

The layer below the services: whoever writes entries here settles the invoices and records the
events (payments, invoicing).
"""

from __future__ import annotations

from decimal import Decimal

from bookyflow.billing.models import Payment, PaymentKind, PaymentMethod
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.money import rounded, too_fine
from bookyflow.reservations import journal
from bookyflow.reservations.folio import TOO_LARGE
from bookyflow.reservations.lifecycle import deposit_settled
from bookyflow.reservations.models import Booking, BookingState

ZERO = Decimal(0)
LONGEST_REFERENCE = 255


def booking_lock(*, property_id: int, booking_id: int) -> Booking:
    """Lock the property, then the booking of a guest, until the transaction ends.

    Raises DomainError `property_not_found`, `booking_not_found`, the latter also for a block.
    """
    _, booking = journal.lock(booking_id, property_id)
    return booking


def amount_checked(amount: Decimal, currency: str) -> Decimal:
    """A positive amount that the currency can express. Raises DomainError `validation_failed`."""
    if not amount.is_finite() or amount <= ZERO:
        raise _amount_refused("Send an amount above 0.")
    if abs(amount) >= TOO_LARGE:
        raise _amount_refused("The amount is too large.")
    if problem := too_fine(amount, currency):
        raise _amount_refused(problem)
    return rounded(amount, currency)


def method_checked(method: str) -> PaymentMethod:
    """A known way of paying. Raises DomainError `validation_failed`."""
    if method not in PaymentMethod.values:
        known = ", ".join(PaymentMethod.values)
        raise DomainError("validation_failed", fields={"method": [f"Use one of {known}."]})
    return PaymentMethod(method)


def payment_add(
    booking: Booking, *, amount: Decimal, method: str, reference: str, by: Actor
) -> Payment:
    """Enter money received for a locked booking.

    What comes beyond the total, or for a booking that has ended, is owed to the guest: the
    booking's amount due is negative then. Raises DomainError `booking_state` for an enquiry, which
    owes nothing yet, and `validation_failed`.
    """
    amount = amount_checked(amount, booking.currency)
    method = method_checked(method)
    if booking.state == BookingState.ENQUIRY:
        raise DomainError("booking_state", "Approve the enquiry before it is paid.")
    return _enter(booking, PaymentKind.PAYMENT, amount, method, reference, by=by)


def refund_add(
    booking: Booking, *, amount: Decimal, method: str, reference: str, by: Actor
) -> Payment:
    """Enter money given back for a locked booking, at most what was paid.

    Raises DomainError `refund_exceeds_paid` and `validation_failed`.
    """
    amount = amount_checked(amount, booking.currency)
    method = method_checked(method)
    if amount > booking.paid:
        raise _too_much(booking)
    return _enter(booking, PaymentKind.REFUND, -amount, method, reference, by=by)


def reversal_add(booking: Booking, payment: Payment, *, by: Actor, reference: str = "") -> Payment:
    """Enter the reversal of a payment or refund of a locked booking.

    Raises DomainError `payment_already_reversed`, also for a reversal itself, and
    `refund_exceeds_paid` when so much is no longer there because some was given back.
    """
    if payment.kind == PaymentKind.REVERSAL:
        raise DomainError(
            "payment_already_reversed",
            "A reversal cannot be reversed. Record a new payment instead.",
        )
    if Payment.objects.filter(reverses=payment).exists():
        raise DomainError("payment_already_reversed")
    if payment.amount > booking.paid:
        raise _too_much(booking)
    return _enter(
        booking,
        PaymentKind.REVERSAL,
        -payment.amount,
        PaymentMethod(payment.method),
        reference,
        by=by,
        reverses=payment,
    )


def payment_note(
    booking: Booking, *, amount: Decimal, method: PaymentMethod, reference: str, by: Actor
) -> Payment:
    """Enter what a new booking was made with as paid: its `paid` contains the amount already.

    In the transaction that makes the booking, whose event tells of it.
    """
    return _insert(booking, PaymentKind.PAYMENT, amount, method, reference, by=by)


def _enter(
    booking: Booking,
    kind: PaymentKind,
    amount: Decimal,
    method: PaymentMethod,
    reference: str,
    *,
    by: Actor,
    reverses: Payment | None = None,
) -> Payment:
    if len(reference) > LONGEST_REFERENCE:
        problem = f"At most {LONGEST_REFERENCE} characters."
        raise DomainError("validation_failed", fields={"reference": [problem]})
    if booking.paid + amount >= TOO_LARGE:
        raise _amount_refused("The amount is too large.")
    payment = _insert(booking, kind, amount, method, reference, by=by, reverses=reverses)
    deposit_settled(booking, paid=booking.paid + amount, by=by)
    return payment


def _insert(
    booking: Booking,
    kind: PaymentKind,
    amount: Decimal,
    method: PaymentMethod,
    reference: str,
    *,
    by: Actor,
    reverses: Payment | None = None,
) -> Payment:
    return Payment.objects.create(
        property_id=booking.property_id,
        booking=booking,
        amount=amount,
        currency=booking.currency,
        kind=kind,
        method=method,
        reference=reference,
        reverses=reverses,
        user_id=by.user_id,
        key_id=by.key_id,
    )


def _too_much(booking: Booking) -> DomainError:
    paid = rounded(booking.paid, booking.currency)
    return DomainError("refund_exceeds_paid", f"Only {paid} {booking.currency} were paid.")


def _amount_refused(problem: str) -> DomainError:
    return DomainError("validation_failed", f"amount: {problem}", fields={"amount": [problem]})

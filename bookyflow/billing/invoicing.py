"""What staff and clients do with invoices; payments are in billing.payments."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from bookyflow.billing import cancellation, issuing, ledger
from bookyflow.billing.events import of_invoice, of_payment, of_settled
from bookyflow.billing.models import (
    Invoice,
    InvoiceKind,
    InvoiceStatus,
    Payment,
    PaymentKind,
    PaymentMethod,
)
from bookyflow.billing.settlement import (
    cancel,
    credit_spread,
    invoices_of,
    settle,
    settlements,
)
from bookyflow.core.acting import Actor
from bookyflow.core.errors import DomainError
from bookyflow.core.money import rounded
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft, record_many
from bookyflow.reservations.models import Booking, BookingLine, BookingState

ZERO = Decimal(0)
UNBILLABLE = (BookingState.ENQUIRY, BookingState.REJECTED)


@transaction.atomic
def invoice_issue(*, property_id: int, booking_id: int, by: Actor) -> Invoice:
    """Issue what is not billed yet of a booking, and mark its lines as billed.

    An invoice, also of nothing for a free stay; a credit note when the lines take back more than
    they add. Numbers have no gaps within a property. What was paid for the booking pays its
    invoices, the oldest first; invoices that a credit note takes back as a whole are cancelled.
    Raises DomainError `property_not_found`, `booking_not_found`, `booking_state` for an enquiry
    or a rejected booking, `nothing_to_bill`.
    """
    booking = ledger.booking_lock(property_id=property_id, booking_id=booking_id)
    if booking.state in UNBILLABLE:
        raise DomainError("booking_state", f"A booking that is {booking.state} cannot be invoiced.")
    lines = _billable(booking)
    if not lines:
        raise DomainError("nothing_to_bill")
    credited = sum((line.gross for line in lines), ZERO) < ZERO
    invoice = issuing.issue(
        booking, lines, corrects=_corrected(booking, lines) if credited else None, by=by
    )
    invoices = invoices_of(booking)
    cancelled = credit_spread(invoices, invoice) if credited else []
    settled = [one for one in settle(booking, invoices) if one != invoice]
    record_many(
        [
            of_invoice(EventKind.INVOICE_CREATED, invoice),
            *(_cancelled(one, invoice) for one in cancelled),
            *of_settled(settled),
        ],
        by=by,
    )
    invoice.refresh_from_db(fields=["status", "paid_at"])
    return invoice


@transaction.atomic
def invoice_cancel(*, property_id: int, invoice_id: int, by: Actor) -> Invoice:
    """Take a wrong invoice back with a credit note of all its lines; returns the credit note.

    The booking's account stays the same: the lines are there anew, not billed, to be corrected
    and issued again. Cancelling twice gives the same credit note. Raises DomainError
    `property_not_found`, `invoice_not_found`, and `invoice_state` for a credit note and for an
    invoice of which something was credited since: correct the booking and issue again.
    """
    booking, invoice = _locked(property_id, invoice_id)
    if invoice.kind != InvoiceKind.INVOICE:
        raise DomainError(
            "invoice_state", "A credit note cannot be cancelled; issue a new invoice."
        )
    if invoice.cancelled_by:
        return invoice.cancelled_by
    note = issuing.issue(booking, cancellation.taken_back(invoice), corrects=invoice, by=by)
    cancel(invoice, note)
    record_many(
        [
            of_invoice(EventKind.INVOICE_CREATED, note),
            _cancelled(invoice, note),
            *of_settled(settle(booking)),
        ],
        by=by,
    )
    return note


@transaction.atomic
def invoice_mark_paid(
    *,
    property_id: int,
    invoice_id: int,
    by: Actor,
    method: str = PaymentMethod.OTHER,
    reference: str = "",
) -> Invoice:
    """Record the payment that is missing for an invoice to be paid.

    Older invoices of the booking are paid with it, since what comes in pays the oldest first.
    An invoice that is paid stays as it is, and nothing is recorded. Raises DomainError
    `property_not_found`, `invoice_not_found`, `invoice_state` for a credit note or a cancelled
    invoice, `payment_exceeds_balance` while the booking owes less than was billed: issue first.
    """
    booking, invoice = _locked(property_id, invoice_id)
    _need_live(invoice)
    missing = _outstanding_through(booking, invoice)
    if not missing:
        return invoice
    left = max(booking.amount_due(), Decimal(0))
    if missing > left:
        owed = f"{rounded(left, booking.currency)} {booking.currency}"
        raise DomainError("payment_exceeds_balance", f"The balance due is {owed}.")
    payment = ledger.payment_add(booking, amount=missing, method=method, reference=reference, by=by)
    paid = of_payment(EventKind.PAYMENT_RECEIVED, payment)
    record_many([paid, *of_settled(settle(booking))], by=by)
    invoice.refresh_from_db(fields=["status", "paid_at"])
    return invoice


@transaction.atomic
def invoice_mark_unpaid(
    *, property_id: int, invoice_id: int, by: Actor, reference: str = ""
) -> Invoice:
    """Take payments back with reversals, the newest first, until the invoice is not paid.

    An invoice that is not paid in full stays as it is, and nothing is recorded. Raises DomainError
    `property_not_found`, `invoice_not_found`, `refund_exceeds_paid` when some was given back, and
    `invoice_state` for a credit note, a cancelled invoice, or one that no payment has paid.
    """
    booking, invoice = _locked(property_id, invoice_id)
    _need_live(invoice)
    if invoice.status != InvoiceStatus.PAID:
        return invoice
    received = Payment.objects.filter(
        booking=booking, kind=PaymentKind.PAYMENT, reversed_by__isnull=True
    )
    reversals = []
    for payment in received.order_by("-pk"):
        reversals.append(ledger.reversal_add(booking, payment, by=by, reference=reference))
        if _outstanding_through(booking, invoice):
            break
    else:
        raise DomainError("invoice_state", "No payment has been allocated to it.")
    taken_back = [of_payment(EventKind.PAYMENT_REVERSED, one) for one in reversals]
    record_many([*taken_back, *of_settled(settle(booking))], by=by)
    invoice.refresh_from_db(fields=["status", "paid_at"])
    return invoice


def _billable(booking: Booking) -> list[BookingLine]:
    """The lines that are not billed, but for those taken back before anybody billed them."""
    unbilled = {line.pk: line for line in booking.lines.filter(billed=False)}
    even = {
        pk
        for line in unbilled.values()
        if line.reverses_id in unbilled
        for pk in (line.pk, line.reverses_id)
    }
    return [line for pk, line in unbilled.items() if pk not in even]


def _locked(property_id: int, invoice_id: int) -> tuple[Booking, Invoice]:
    """Lock the booking of an invoice, then read the invoice, whose status the lock protects."""
    found = Invoice.objects.filter(pk=invoice_id, property=property_id)
    booking_id = found.values_list("booking", flat=True).first()
    if booking_id is None:
        raise DomainError("invoice_not_found")
    booking = ledger.booking_lock(property_id=property_id, booking_id=booking_id)
    return booking, found.select_related("cancelled_by").get()


def _need_live(invoice: Invoice) -> None:
    if invoice.kind != InvoiceKind.INVOICE or invoice.status == InvoiceStatus.CANCELLED:
        raise DomainError("invoice_state", "A credit note or cancelled invoice cannot be paid.")


def _outstanding_through(booking: Booking, invoice: Invoice) -> Decimal:
    """What is missing until the invoice is paid, with all that are older."""
    found = settlements(invoices_of(booking), booking.paid)
    return sum((one.outstanding for one in found if one.invoice.sequence <= invoice.sequence), ZERO)


def _corrected(booking: Booking, lines: list[BookingLine]) -> Invoice | None:
    """The newest invoice of which a line is taken back, else the newest that stands."""
    invoices = (
        Invoice.objects.filter(booking=booking, kind=InvoiceKind.INVOICE)
        .exclude(status=InvoiceStatus.CANCELLED)
        .order_by("-sequence")
    )
    taken_back = [line.reverses_id for line in lines if line.reverses_id]
    return invoices.filter(lines__booking_line__in=taken_back).first() or invoices.first()


def _cancelled(invoice: Invoice, note: Invoice) -> EventDraft:
    return of_invoice(EventKind.INVOICE_CANCELLED, invoice, credit_note_uid=note.pk)

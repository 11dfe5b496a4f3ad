"""How the money of a booking spreads over its invoices.

The account of a booking is one: what has come in, and what credit notes took back, pays its
invoices, the oldest first. An invoice that was taken back as a whole is cancelled and out of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from bookyflow.billing.models import Invoice, InvoiceKind, InvoiceStatus
from bookyflow.reservations.models import Booking

ZERO = Decimal(0)


@dataclass(frozen=True)
class Settlement:
    """An invoice that is neither cancelled nor a credit note, and how much of it is paid."""

    invoice: Invoice
    paid: Decimal

    @property
    def outstanding(self) -> Decimal:
        """What is still to be paid of it."""
        return self.invoice.gross - self.paid

    @property
    def status(self) -> InvoiceStatus:
        """Paid when nothing is left, also of nothing."""
        if not self.outstanding:
            return InvoiceStatus.PAID
        return InvoiceStatus.PENDING if self.paid else InvoiceStatus.UNPAID


def invoices_of(booking: Booking) -> list[Invoice]:
    """Everything issued for a booking, oldest first; one query."""
    return list(Invoice.objects.filter(booking=booking).order_by("sequence"))


def settlements(invoices: Sequence[Invoice], paid: Decimal) -> list[Settlement]:
    """Spread what was `paid` for a booking over all that was issued for it, oldest first."""
    left = paid + credit_left(invoices)
    found = []
    for invoice in _live(invoices):
        part = min(left, invoice.gross)
        found.append(Settlement(invoice, part))
        left -= part
    return found


def credit_left(invoices: Sequence[Invoice]) -> Decimal:
    """What credit notes took back beyond the invoices that they cancelled."""
    credited = sum((-one.gross for one in invoices if one.kind == InvoiceKind.CREDIT_NOTE), ZERO)
    cancelled = sum((one.gross for one in invoices if one.status == InvoiceStatus.CANCELLED), ZERO)
    return credited - cancelled


def credit_spread(invoices: Sequence[Invoice], note: Invoice) -> list[Invoice]:
    """Cancel what a new credit note takes back as a whole; returns the invoices cancelled.

    The invoice that it corrects comes first, then the newest.
    """
    left = credit_left(invoices)
    newest_first = sorted(
        (one for one in _live(invoices) if one.gross > 0),
        key=lambda one: (one.pk == note.corrects_id, one.sequence),
        reverse=True,
    )
    cancelled = []
    for invoice in newest_first:
        if invoice.gross > left:
            break
        cancel(invoice, note)
        cancelled.append(invoice)
        left -= invoice.gross
    return cancelled


def cancel(invoice: Invoice, note: Invoice) -> None:
    """Note that a credit note took the invoice back as a whole."""
    invoice.status = InvoiceStatus.CANCELLED
    invoice.cancelled_by = note
    invoice.paid_at = None
    invoice.save(update_fields=["status", "cancelled_by", "paid_at"])


def settle(booking: Booking, invoices: Sequence[Invoice] | None = None) -> list[Invoice]:
    """Bring the status of a locked booking's invoices up to what is paid for it.

    Returns those whose status is another one now: the caller records their events.
    """
    changed = []
    for settlement in settlements(
        invoices_of(booking) if invoices is None else invoices, booking.paid
    ):
        invoice, status = settlement.invoice, settlement.status
        if invoice.status != status:
            invoice.status = status
            invoice.paid_at = timezone.now() if status == InvoiceStatus.PAID else None
            invoice.save(update_fields=["status", "paid_at"])
            changed.append(invoice)
    return changed


def _live(invoices: Sequence[Invoice]) -> list[Invoice]:
    return [
        one
        for one in invoices
        if one.kind == InvoiceKind.INVOICE and one.status != InvoiceStatus.CANCELLED
    ]

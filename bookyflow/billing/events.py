"""The events of a booking's money: every payment and every invoice that changed has its own."""

from __future__ import annotations

from collections.abc import Iterable

from bookyflow.billing.models import Invoice, Payment
from bookyflow.events.models import EventKind
from bookyflow.events.services import EventDraft


def of_payment(kind: EventKind, payment: Payment) -> EventDraft:
    """What happened to the money of a booking."""
    return EventDraft(
        kind,
        payment.property_id,
        ("booking", payment.booking_id),
        {"contract_uid": payment.booking_id, "payment_uid": payment.pk},
    )


def of_invoice(kind: EventKind, invoice: Invoice, **data: object) -> EventDraft:
    """What happened to an invoice."""
    return EventDraft(
        kind,
        invoice.property_id,
        ("invoice", invoice.pk),
        {"invoice_uid": invoice.pk, "contract_uid": invoice.booking_id, **data},
    )


def of_settled(invoices: Iterable[Invoice]) -> list[EventDraft]:
    """The events of invoices whose status was brought up to date."""
    return [of_invoice(EventKind.INVOICE_UPDATED, invoice) for invoice in invoices]

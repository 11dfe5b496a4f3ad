"""Payments and invoices."""

from __future__ import annotations

from decimal import Decimal

from bookyflow.billing.invoicing import (
    invoice_cancel,
    invoice_issue,
    invoice_mark_paid,
    invoice_mark_unpaid,
)
from bookyflow.billing.payments import (
    deposit_save,
    payment_enter,
    payment_record,
    payment_refund,
    payment_reverse,
)
from bookyflow.reservations.models import Booking
from tests.contract.writes import World, write
from tests.domain.conftest import book, stay

TEN = {"amount": Decimal(10), "method": "cash"}
NOTHING = {"amount": Decimal(0), "method": "cash"}


def booked(w: World) -> dict:
    """Where a booking for 100 is, all of it due in advance, as arguments."""
    booking = book(w.hotel, stay(3, 2), by=w.by)
    return {"booking_id": booking.pk, "property_id": w.hotel.pk, "by": w.by}


def issued(w: World) -> dict:
    """Where an invoice of a booking for 100 is, as arguments."""
    invoice = invoice_issue(**booked(w))
    return {"invoice_id": invoice.pk, "property_id": w.hotel.pk, "by": w.by}


def paid(w: World) -> dict:
    """Where a payment of 10 for a booking is, as arguments."""
    payment = payment_record(**booked(w), **TEN)
    return {"payment_id": payment.pk, "property_id": w.hotel.pk, "by": w.by}


@write(payment_record, "payment_received")
def _(w: World):
    here = booked(w)
    yield lambda: payment_record(**here, **TEN)
    yield lambda: payment_record(**here, **NOTHING)


@write(payment_enter, "payment_received")
def _(w: World):
    here = booked(w)
    Booking.objects.update(paid=10)
    yield lambda: payment_enter(**here, **TEN)
    yield lambda: payment_enter(**here, **TEN)


@write(payment_refund, "payment_reversed")
def _(w: World):
    here = booked(w)
    payment_record(**here, **TEN)
    yield lambda: payment_refund(**here, **TEN)
    yield lambda: payment_refund(**here, **TEN)


@write(payment_reverse, "payment_reversed")
def _(w: World):
    payment = paid(w)
    yield lambda: payment_reverse(**payment)
    yield lambda: payment_reverse(**payment)


@write(deposit_save, "deposit_saved")
def _(w: World):
    here = booked(w) | {"reference": "transfer 7"}
    yield lambda: deposit_save(**here)
    yield lambda: deposit_save(**here)


@write(invoice_issue, "invoice_created")
def _(w: World):
    here = booked(w)
    yield lambda: invoice_issue(**here)
    yield lambda: invoice_issue(**here)


@write(invoice_cancel, "invoice_created", "invoice_cancelled")
def _(w: World):
    invoice = issued(w)
    yield lambda: invoice_cancel(**invoice)
    yield lambda: invoice_cancel(**invoice)


@write(invoice_mark_paid, "payment_received", "invoice_updated")
def _(w: World):
    invoice = issued(w)
    yield lambda: invoice_mark_paid(**invoice)
    yield lambda: invoice_mark_paid(**invoice)


@write(invoice_mark_unpaid, "payment_reversed", "invoice_updated")
def _(w: World):
    invoice = issued(w)
    invoice_mark_paid(**invoice)
    yield lambda: invoice_mark_unpaid(**invoice)
    yield lambda: invoice_mark_unpaid(**invoice)

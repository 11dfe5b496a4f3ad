"""A booking that ends after it was invoiced gets its credit note by itself."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from bookyflow.billing.models import Invoice, InvoiceKind, InvoiceStatus
from bookyflow.billing.tasks import ended_booking_bill
from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event, EventKind
from bookyflow.properties.models import PropertySettings
from bookyflow.reservations.lifecycle import booking_cancel, booking_no_show

pytestmark = pytest.mark.django_db


def bill():
    """What the worker does; how many jobs there were."""
    jobs = ProcrastinateJob.objects.filter(task_name=ended_booking_bill.name)
    for job in jobs:
        ended_booking_bill(**job.args)
    return len(jobs)


def end(booking, by, **how):
    booking_cancel(booking_id=booking.pk, property_id=booking.property_id, by=by, **how)


def test_what_was_invoiced_is_credited(booking, issue, by):
    invoice = issue()
    end(booking, by)

    assert bill() == 1

    note = Invoice.objects.get(kind=InvoiceKind.CREDIT_NOTE)
    invoice.refresh_from_db()
    assert (note.corrects, note.gross) == (invoice, Decimal(-200))
    assert invoice.status == InvoiceStatus.CANCELLED
    assert Event.objects.filter(kind=EventKind.INVOICE_CANCELLED).count() == 1


def test_a_guest_who_did_not_come_is_billed_anew(booking, issue, by, time_machine):
    issue()
    time_machine.move_to(booking.arrival)
    booking_no_show(booking_id=booking.pk, property_id=booking.property_id, by=by, charge_fee=False)

    assert bill() == 1
    assert Invoice.objects.filter(kind=InvoiceKind.CREDIT_NOTE).count() == 1


def test_an_end_that_is_undone_leaves_no_job(booking, issue, by):
    issue()
    with transaction.atomic():
        end(booking, by)
        transaction.set_rollback(True)

    assert bill() == 0


def test_the_fee_stays_billed(hotel, booking, issue, by):
    PropertySettings.objects.filter(property=hotel).update(
        cancellation_fee_kind="fixed", cancellation_fee=50
    )
    issue()
    end(booking, by, charge_fee=True)
    bill()

    assert sum(Invoice.objects.values_list("gross", flat=True)) == Decimal(50)


def test_who_was_quicker_has_done_it(booking, issue, by):
    issue()
    end(booking, by)
    issue()

    assert bill() == 1
    assert Invoice.objects.count() == 2


def test_what_was_never_invoiced_needs_nothing(booking, by):
    end(booking, by)

    assert bill() == 0
    assert not Invoice.objects.exists()


def test_what_cannot_be_billed_is_not_passed_over(booking):
    with pytest.raises(DomainError, match="booking_not_found"):
        ended_booking_bill(booking_id=10**9, property_id=booking.property_id)

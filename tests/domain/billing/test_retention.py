"""Invoices outlive the time for which it must be known who they went to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from bookyflow.accounts.site import site_settings_save
from bookyflow.billing import retention, tasks
from bookyflow.billing.addresses import InvoiceAddress
from bookyflow.billing.html import invoice_html
from bookyflow.billing.invoicing import invoice_cancel
from bookyflow.billing.models import Invoice
from tests.domain.billing.conftest import add
from tests.domain.conftest import book, stay

pytestmark = pytest.mark.django_db


def test_a_buyer_is_forgotten_when_the_time_is_over(hotel, issue, today, monkeypatch, time_machine):
    monkeypatch.setattr(retention, "BATCH", 2)
    old = [issue(book(hotel, stay(1 + n, 1))) for n in range(3)]
    time_machine.move_to(today + timedelta(days=1))
    kept = issue(book(hotel, stay(9, 1)))

    time_machine.move_to(today + timedelta(days=3653))
    assert tasks.invoice_buyers_forget(timestamp=0) == 0
    time_machine.move_to(today + timedelta(days=3654))
    assert tasks.invoice_buyers_forget(timestamp=0) == 3
    assert tasks.invoice_buyers_forget(timestamp=0) == 0

    kept.refresh_from_db()
    assert InvoiceAddress.from_text(kept.buyer).name == "Ada Lovelace"
    for invoice in old:
        before = (invoice.number, invoice.seller, invoice.gross)
        invoice.refresh_from_db()
        assert InvoiceAddress.from_text(invoice.buyer) == InvoiceAddress()
        assert (invoice.number, invoice.seller, invoice.gross) == before
        assert "Lovelace" not in invoice_html(invoice)


def test_the_site_says_how_long(issue, today, by, time_machine):
    site_settings_save(values={"keeps_invoices_days": 30}, by=by)
    issue()

    time_machine.move_to(today + timedelta(days=31))

    assert tasks.invoice_buyers_forget(timestamp=0) == 1


def test_afterwards_the_database_keeps_the_rest(issue, today):
    issue()
    retention.invoices_forget_buyers(before=today + timedelta(days=1))

    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        Invoice.objects.update(buyer="Somebody")


def test_a_credit_note_of_a_forgotten_buyer_has_none(hotel, issue, today, by):
    invoice = issue()
    retention.invoices_forget_buyers(before=today + timedelta(days=1))

    note = invoice_cancel(property_id=hotel.pk, invoice_id=invoice.pk, by=by)

    assert note.buyer == ""


def test_a_credit_note_of_a_forgotten_buyer_says_nothing_that_was_typed(
    booking, hotel, issue, today, by
):
    add(booking, "20.00", description="Sauna for Ada")
    invoice = issue()
    assert {line.description for line in invoice.lines.all()} > {"Sauna for Ada"}
    retention.invoices_forget_buyers(before=today + timedelta(days=1))

    note = invoice_cancel(property_id=hotel.pk, invoice_id=invoice.pk, by=by)

    told = {
        line.kind: line.description for document in (invoice, note) for line in document.lines.all()
    }
    assert told["service"] == "Service"
    assert not any("Ada" in text for text in told.values())

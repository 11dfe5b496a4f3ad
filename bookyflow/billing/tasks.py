from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from bookyflow.accounts.site import site_settings
from bookyflow.billing.invoicing import invoice_issue
from bookyflow.billing.retention import invoices_forget_buyers
from bookyflow.core.acting import SYSTEM
from bookyflow.core.errors import DomainError
from bookyflow.mailing.sending import RETRY


@app.periodic(cron="32 2 * * *")
@app.task(queueing_lock="invoice_buyers_forget", pass_context=False)
def invoice_buyers_forget(timestamp: int) -> int:
    """Forget the buyers of invoices as old as the site says; returns how many invoices."""
    before = timezone.now().date() - timedelta(days=site_settings().keeps_invoices_days)
    return invoices_forget_buyers(before=before)


@app.task(retry=RETRY, pass_context=False)
def ended_booking_bill(booking_id: int, property_id: int) -> None:
    """Issue the credit note of a booking that ended after it was invoiced (reference 5.7).

    Nothing where staff have done it already.
    """
    try:
        invoice_issue(booking_id=booking_id, property_id=property_id, by=SYSTEM)
    except DomainError as error:
        if error.key != "nothing_to_bill":
            raise

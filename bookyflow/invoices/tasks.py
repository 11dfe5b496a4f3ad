from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from bookyflow.accounts.site import site_settings
from bookyflow.invoices.forgetting import invoices_forget_buyers


@app.periodic(cron="32 2 * * *")
@app.task(queueing_lock="invoice_buyers_forget", pass_context=False)
def invoice_buyers_forget(timestamp: int) -> int:
    """Forget the buyers of invoices as old as the site says; returns how many invoices."""
    before = timezone.now().date() - timedelta(days=site_settings().keeps_invoices_days)
    return invoices_forget_buyers(before=before)

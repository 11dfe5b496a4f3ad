"""Forgetting who an invoice went to, once the time is over for which it must be known.

Until then it must say to whom it was and for what, also when the guest is anonymised.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction

from bookyflow.billing.models import Invoice, InvoiceLine, Payment
from bookyflow.core.choices import label
from bookyflow.core.database import forgetting
from bookyflow.pricing.lines import LineKind

BATCH = 500  # invoices in one transaction


def invoices_forget_buyers(*, before: date) -> int:
    """Empty the buyer of everything issued before a day; returns how many invoices.

    What was typed of services goes, too. Numbers, amounts, the other lines and the seller stay.
    What another transaction is busy with is left for the next run.
    """
    count = 0
    while done := _batch(before):
        count += done
    return count


@transaction.atomic
def _batch(before: date) -> int:
    free = Invoice.objects.select_for_update(skip_locked=True, no_key=True)
    old = free.filter(issue_date__lt=before).exclude(buyer="")
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:BATCH])
    services = InvoiceLine.objects.filter(invoice__in=ids, kind=LineKind.SERVICE)
    with forgetting():
        services.update(description=label(LineKind.SERVICE))
        return Invoice.objects.filter(pk__in=ids).update(buyer="")


def payments_forget(*, guest_ids: Collection[int]) -> None:
    """Empty the references of what guests have paid: names, and texts of transfers.

    In the transaction that anonymises the guests. Amounts, times and ways of paying stay.
    """
    named = Payment.objects.filter(booking__guest__in=guest_ids).exclude(reference="")
    with forgetting():
        named.update(reference="")

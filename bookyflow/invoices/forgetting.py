"""Forgetting who an invoice went to, once the time is over for which it must be known."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction

from bookyflow.invoices.models import Invoice

BATCH = 500  # invoices in one transaction


def invoices_forget_buyers(*, before: date) -> int:
    """Empty the buyer of everything issued before a day; returns how many invoices.

    Numbers, lines, amounts and the seller stay. What another transaction is busy with is left for
    the next run.
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
    _buyers_may_go("on")
    done = Invoice.objects.filter(pk__in=ids).update(buyer="")
    _buyers_may_go("off")
    return done


def _buyers_may_go(switch: str) -> None:
    """Open the door that the database keeps shut, at most for the running transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('bookyflow.forgetting', %s, true)", [switch])

"""What goes of payments once the guest is anonymised."""

from __future__ import annotations

from collections.abc import Collection

from bookyflow.core.database import forgetting
from bookyflow.payments.models import Payment


def payments_forget(*, guest_ids: Collection[int]) -> None:
    """Empty the references of what guests have paid: names, and texts of transfers.

    In the transaction that anonymises the guests. Amounts, times and ways of paying stay.
    """
    named = Payment.objects.filter(booking__guest__in=guest_ids).exclude(reference="")
    with forgetting():
        named.update(reference="")

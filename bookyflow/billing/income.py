"""What a property has taken in, month by month."""

from __future__ import annotations

from decimal import Decimal

from bookyflow.billing import sql
from bookyflow.billing.models import InvoiceStatus
from bookyflow.core.database import connection

MONTHS = 12


def monthly_income(*, property_id: int) -> dict[int, dict[str, list[Decimal]]]:
    """The gross amounts of paid invoices: year → currency → one for each month; one query.

    The month is that of the property's date of issue. What was credited of a paid invoice is taken
    off in the month of the credit note. Years in which nothing was paid are missing.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.INCOME, {"property_id": property_id, "paid": InvoiceStatus.PAID.value})
        rows = cursor.fetchall()
    found: dict[int, dict[str, list[Decimal]]] = {}
    for year, month, currency, amount in rows:
        months = found.setdefault(year, {}).setdefault(currency, [Decimal(0)] * MONTHS)
        months[month - 1] = amount
    return found

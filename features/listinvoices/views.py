from __future__ import annotations

from datetime import date

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import WordedViewSet
from bookyflow.billing.selectors import invoice_detail, invoice_rows, invoice_rows_between
from features.listinvoices.contract import invoices, rows
from features.listinvoices.serializers.details import InvoiceOut


class Invoices(WordedViewSet):
    """Invoices and credit notes of a property."""

    @rows(key="listinvoices", replica=True)
    def list(self, request: Request, property_uid: int) -> Response:
        """List all invoices and credit notes of a property, newest first.

        The names of guests are shown to a token with `guests_get` only.
        """
        return self.reply(self.page(invoice_rows(property_id=property_uid)))

    @rows(key="listinvoicesdate", replica=True)
    def list_between_dates(
        self, request: Request, property_uid: int, start: date, end: date
    ) -> Response:
        """List the invoices and credit notes that were issued within a period, newest first.

        By the property's own calendar; both days are included.
        """
        found = invoice_rows_between(property_id=property_uid, start=start, end=end)
        return self.reply(self.page(found))

    @invoices(
        key="listinvoicesdetails", returns=InvoiceOut(many=True), raises=("invoice_not_found",)
    )
    def get_details(self, request: Request, property_uid: int, invoice_id: int) -> Response:
        """Read one invoice with its lines and totals, for people, as a list of one.

        `AMOUNTS` has the totals for programs.
        """
        return self.reply([invoice_detail(property_id=property_uid, invoice_id=invoice_id)])

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import WordedViewSet
from bookyflow.billing.selectors import invoice_detail, invoice_rows
from features.cmf.contract import cmf
from features.cmf.invoices.serializers import ChannelInvoiceOut, ChannelInvoiceRowOut


class Invoices(WordedViewSet):
    """Invoices and credit notes of a property."""

    @cmf(returns=ChannelInvoiceRowOut(many=True), paged=True, replica=True)
    def property_list_invoices(self, request: Request, property_uid: int) -> Response:
        """List the invoices and credit notes of a property, newest first.

        The names of guests are shown to a token with `guests_get` only.
        """
        return self.reply(self.page(invoice_rows(property_id=property_uid)))

    @cmf(returns=ChannelInvoiceOut(many=True), raises=("invoice_not_found",))
    def property_invoice(self, request: Request, property_uid: int, invoice_uid: int) -> Response:
        """Read one invoice with its lines and totals, as a list of one.

        Each amount is there for programs, and `_formatted` for people. What has been paid is no
        line: it lessens `outstanding_total`.
        """
        return self.reply([invoice_detail(property_id=property_uid, invoice_id=invoice_uid)])
